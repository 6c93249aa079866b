package ninebark.gateway.request;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;

/**
 * Headers that ask for what is not there, or not in this operation. Ignoring one would answer 200
 * to a promise that is not kept, so each is refused by name.
 */
public final class Unsupported {
  private static final Set<String> NAMES =
      Set.of(
          "x-amz-tagging",
          "x-amz-tagging-directive",
          "x-amz-object-annotation-directive",
          "x-amz-copy-source-range",
          "x-amz-website-redirect-location",
          "x-amz-write-offset-bytes",
          "x-amz-bypass-governance-retention",
          "x-amz-mfa",
          "x-amz-bucket-object-lock-enabled",
          "x-amz-object-ownership",
          "x-amz-bucket-namespace",
          "x-amz-optional-object-attributes");

  private static final Set<String> PREFIXES =
      Set.of(
          "x-amz-server-side-encryption",
          "x-amz-copy-source-server-side-encryption",
          "x-amz-rename-source",
          "x-amz-object-lock-",
          "x-amz-grant-");

  /** Canned ACLs that say what holds anyway: only the bucket's owner has access. */
  private static final Set<String> HARMLESS_ACLS = Set.of("private", "bucket-owner-full-control");

  /** Operations that do what a header of these names asks; all others refuse it. */
  private static final Map<String, Set<S3Operation>> UNDERSTOOD = understood();

  private Unsupported() {}

  private static Map<String, Set<S3Operation>> understood() {
    var understood = new HashMap<String, Set<S3Operation>>();
    understood.put("x-amz-object-ownership", Set.of(S3Operation.CREATE_BUCKET));
    var withAcl =
        Set.of(
            S3Operation.CREATE_BUCKET,
            S3Operation.PUT_BUCKET_ACL,
            S3Operation.PUT_OBJECT_ACL,
            S3Operation.PUT_OBJECT,
            S3Operation.COPY_OBJECT,
            S3Operation.CREATE_MULTIPART_UPLOAD);
    for (var name :
        List.of(
            "x-amz-acl",
            "x-amz-grant-full-control",
            "x-amz-grant-read",
            "x-amz-grant-read-acp",
            "x-amz-grant-write",
            "x-amz-grant-write-acp")) {
      understood.put(name, withAcl);
    }
    var writes =
        Set.of(
            S3Operation.PUT_OBJECT, S3Operation.COPY_OBJECT, S3Operation.CREATE_MULTIPART_UPLOAD);
    understood.put("x-amz-tagging", writes);
    understood.put("x-amz-website-redirect-location", writes);
    understood.put("x-amz-tagging-directive", Set.of(S3Operation.COPY_OBJECT));
    understood.put("x-amz-object-annotation-directive", Set.of(S3Operation.COPY_OBJECT));
    understood.put("x-amz-copy-source-range", Set.of(S3Operation.UPLOAD_PART_COPY));
    understood.put("x-amz-rename-source", Set.of(S3Operation.RENAME_OBJECT));
    understood.put(
        "x-amz-bypass-governance-retention",
        Set.of(
            S3Operation.DELETE_OBJECT,
            S3Operation.DELETE_OBJECTS,
            S3Operation.PUT_OBJECT_RETENTION,
            S3Operation.DELETE_OBJECT_ANNOTATION));
    understood.put("x-amz-bucket-object-lock-enabled", Set.of(S3Operation.CREATE_BUCKET));
    for (var lock : List.of("mode", "retain-until-date", "legal-hold")) {
      understood.put("x-amz-object-lock-" + lock, writes);
    }
    return Map.copyOf(understood);
  }

  /** Refuses the request if one of them is there. */
  public static void refuse(S3Operation operation, Headers headers) {
    ConditionalHeaders.refuse(operation, headers);
    for (int i = 0; i < headers.count(); i++) {
      var name = headers.name(i);
      if (!name.startsWith("x-amz-")
          || ConditionalHeaders.isCondition(name)
          || UNDERSTOOD.getOrDefault(name, Set.of()).contains(operation)) {
        continue;
      }
      if (NAMES.contains(name) || PREFIXES.stream().anyMatch(name::startsWith)) {
        if (isOff(name, headers.value(i))) {
          continue;
        }
        throw S3Error.headerNotImplemented(name);
      }
      if (name.equals("x-amz-acl") && !HARMLESS_ACLS.contains(headers.value(i))) {
        throw S3Error.headerNotImplemented("x-amz-acl: " + headers.value(i));
      }
    }
  }

  /** Some clients send a switch only to say that it is off. */
  private static boolean isOff(String name, String value) {
    return (name.equals("x-amz-bucket-object-lock-enabled")
            || name.equals("x-amz-bypass-governance-retention"))
        && value.equalsIgnoreCase("false");
  }
}
