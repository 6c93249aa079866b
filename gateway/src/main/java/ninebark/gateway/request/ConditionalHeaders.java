package ninebark.gateway.request;

import static java.util.Map.entry;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;

/**
 * Who judges which condition. A header that asks for one is refused by name wherever its row does
 * not list the operation: answering 200 to a condition nobody looked at is a promise not kept.
 */
final class ConditionalHeaders {
  private static final Set<S3Operation> READS =
      EnumSet.of(
          S3Operation.GET_OBJECT, S3Operation.HEAD_OBJECT, S3Operation.GET_OBJECT_ATTRIBUTES);
  private static final Set<S3Operation> WRITES =
      EnumSet.of(
          S3Operation.PUT_OBJECT,
          S3Operation.COPY_OBJECT,
          S3Operation.COMPLETE_MULTIPART_UPLOAD,
          S3Operation.RENAME_OBJECT);
  private static final Set<S3Operation> COPIES =
      EnumSet.of(S3Operation.COPY_OBJECT, S3Operation.UPLOAD_PART_COPY);
  private static final Set<S3Operation> RENAME = EnumSet.of(S3Operation.RENAME_OBJECT);
  private static final Set<S3Operation> DELETE = EnumSet.of(S3Operation.DELETE_OBJECT);
  private static final Set<S3Operation> ANNOTATIONS =
      EnumSet.of(S3Operation.PUT_OBJECT_ANNOTATION, S3Operation.DELETE_OBJECT_ANNOTATION);

  private static final Map<String, Set<S3Operation>> JUDGES =
      Map.ofEntries(
          entry("if-match", union(READS, WRITES, DELETE)),
          entry("if-none-match", union(READS, WRITES)),
          entry("if-modified-since", union(READS, RENAME)),
          entry("if-unmodified-since", union(READS, RENAME)),
          // Without a Range it says nothing; RFC 9110 13.1.5.
          entry("if-range", EnumSet.allOf(S3Operation.class)),
          entry("x-amz-if-match-size", DELETE),
          entry("x-amz-if-match-last-modified-time", DELETE),
          entry("x-amz-object-if-match", ANNOTATIONS),
          entry("x-amz-copy-source-if-match", COPIES),
          entry("x-amz-copy-source-if-none-match", COPIES),
          entry("x-amz-copy-source-if-modified-since", COPIES),
          entry("x-amz-copy-source-if-unmodified-since", COPIES),
          entry("x-amz-rename-source-if-match", RENAME),
          entry("x-amz-rename-source-if-none-match", RENAME),
          entry("x-amz-rename-source-if-modified-since", RENAME),
          entry("x-amz-rename-source-if-unmodified-since", RENAME));

  private ConditionalHeaders() {}

  @SafeVarargs
  private static Set<S3Operation> union(Set<S3Operation>... sets) {
    var all = EnumSet.noneOf(S3Operation.class);
    for (var set : sets) {
      all.addAll(set);
    }
    return all;
  }

  /** Whether a header of this name, in lower case, asks for a condition. */
  static boolean isCondition(String name) {
    return name.startsWith("if-") || (name.startsWith("x-amz-") && name.contains("-if-"));
  }

  /**
   * What has neither tag nor date was never the one the client holds and is always newer: caches
   * that ask so get their answer; RFC 9110 13.1.2 and 13.1.3.
   */
  private static boolean holdsAnyway(S3Operation operation, String name, String value) {
    return switch (operation.method()) {
      case GET, HEAD ->
          name.equals("if-modified-since")
              || (name.equals("if-none-match") && !value.strip().equals("*"));
      default -> false;
    };
  }

  /** Refuses every condition of these headers this operation does not judge. */
  static void refuse(S3Operation operation, Headers headers) {
    for (int i = 0; i < headers.count(); i++) {
      var name = headers.name(i);
      if (isCondition(name)
          && !JUDGES.getOrDefault(name, Set.of()).contains(operation)
          && !holdsAnyway(operation, name, headers.value(i))) {
        throw S3Error.headerNotImplemented(name);
      }
    }
  }
}
