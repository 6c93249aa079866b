package ninebark.gateway.operation;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.Bucket;
import ninebark.metadata.Precondition;
import ninebark.metadata.VersionId;

/**
 * What the requests about one annotation have in common. Pure.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html">Annotating
 *     your objects</a>
 */
final class AnnotationRequest {
  private static final int MAX_NAME_BYTES = 512;
  private static final String IF_MATCH = "x-amz-object-if-match";

  private AnnotationRequest() {}

  /** Which annotation it is about. */
  static String name(S3Request request) {
    var name = request.query().first("annotationName").orElse("");
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      throw S3Error.ANNOTATION_NAME_TOO_LONG.exception();
    }
    var lower = name.toLowerCase(Locale.ROOT);
    if (name.isEmpty()
        || lower.startsWith("aws")
        || lower.startsWith("s3")
        || name.chars().anyMatch(Character::isISOControl)) {
      throw S3Error.INVALID_ANNOTATION_NAME.exception();
    }
    return name;
  }

  /** A prefix of names; empty for none. */
  static Optional<String> prefix(S3Request request) {
    var prefix = request.query().first("annotation-prefix");
    if (prefix.isPresent()
        && (prefix.get().getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES
            || prefix.get().chars().anyMatch(Character::isISOControl))) {
      throw S3Error.INVALID_PREFIX.exception();
    }
    return prefix;
  }

  /** The condition on the object, to be judged by the index. */
  static Precondition precondition(Headers headers) {
    return headers
        .first(IF_MATCH)
        .map(String::strip)
        .<Precondition>map(
            text ->
                text.equals("*")
                    ? new Precondition.Present()
                    : new Precondition.Matches(Conditions.etag(text, IF_MATCH)))
        .orElse(Precondition.NONE);
  }

  /** Whose annotation it is, as annotations name versions. */
  static void addVersion(Headers.Builder response, Bucket bucket, VersionId version) {
    ChosenVersion.shown(bucket, version)
        .ifPresent(text -> response.add("x-amz-object-version-id", text));
  }
}
