package ninebark.gateway.operation;

import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.Bucket;
import ninebark.metadata.Query.Lookup;
import ninebark.metadata.Reply;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.Versioning;

/** Which version of its object a request means, and what to answer where that leads nowhere. */
final class ChosenVersion {
  private ChosenVersion() {}

  /** The one {@code versionId} names, else the current one. */
  static VersionChoice of(S3Request request) {
    return request
        .query()
        .first("versionId")
        .map(text -> parse(text, "versionId"))
        .orElse(VersionChoice.CURRENT);
  }

  /**
   * @param argument where the name was found, for the error
   */
  static VersionChoice parse(String text, String argument) {
    if (text.isEmpty()) {
      throw S3Error.invalidArgument("Version id cannot be the empty string", argument, text);
    }
    return VersionId.parse(text)
        .<VersionChoice>map(VersionChoice.Exactly::new)
        .orElseThrow(() -> S3Error.invalidArgument("Invalid version id specified", argument, text));
  }

  /** What was found for the request's own key. */
  static <T> T found(Lookup<T> lookup, S3Request request, VersionChoice choice) {
    return switch (lookup) {
      case Lookup.Hit<T>(var found) -> found;
      case Lookup.NoSuchKey<T>(), Lookup.NoSuchVersion<T>() -> throw nothing(request, choice);
      case Lookup.Marker<T>(var version, var lastModified) ->
          throw switch (choice) {
            case VersionChoice.Current() ->
                noSuchKey(request)
                    .withHeader("x-amz-delete-marker", "true")
                    .withHeader("x-amz-version-id", version.text());
            case VersionChoice.Exactly(var _) ->
                marker(request, version).withHeader("last-modified", HttpDates.http(lastModified));
          };
    };
  }

  /** The version that was changed. */
  static VersionId changed(Reply.ChangeVersion reply, S3Request request, VersionChoice choice) {
    return switch (reply) {
      case Reply.ChangeVersion.Changed(var version) -> version;
      case Reply.ChangeVersion.NoSuchKey(), Reply.ChangeVersion.NoSuchVersion() ->
          throw nothing(request, choice);
      case Reply.ChangeVersion.IsDeleteMarker(var version) -> throw marker(request, version);
      case Reply.ChangeVersion.Locked() ->
          throw S3Error.ACCESS_DENIED.because(
              "Access Denied because object protected by object lock.");
      case Reply.ChangeVersion.NoLocksHere() ->
          throw S3Error.INVALID_REQUEST.because("Bucket is missing Object Lock Configuration");
      case Reply.ChangeVersion.TooMany(var limit) ->
          throw S3Error.ANNOTATION_LIMIT_EXCEEDED
              .exception()
              .with("MaxAnnotations", Integer.toString(limit));
      case Reply.ChangeVersion.NoSuchAnnotation() -> throw S3Error.NO_SUCH_ANNOTATION.exception();
      case Reply.ChangeVersion.PreconditionFailed(var condition) ->
          throw S3Error.preconditionFailed(condition);
      case Reply.ChangeVersion.Fenced() ->
          throw S3Error.SERVICE_UNAVAILABLE.because(
              "The upload took too long to be taken over. Please try again.");
      case Reply.ChangeVersion.NoSuchBucket() ->
          throw S3Error.NO_SUCH_BUCKET
              .exception()
              .with("BucketName", request.inBucket().name().value());
    };
  }

  private static S3Exception noSuchKey(S3Request request) {
    return S3Error.NO_SUCH_KEY.exception().with("Key", request.key().value());
  }

  /** Who names a version hears that there is no such version, also where there is no such key. */
  static S3Exception nothing(S3Request request, VersionChoice choice) {
    return switch (choice) {
      case VersionChoice.Current() -> noSuchKey(request);
      case VersionChoice.Exactly(var id) ->
          S3Error.NO_SUCH_VERSION
              .exception()
              .with("Key", request.key().value())
              .with("VersionId", id.text());
    };
  }

  /** A delete marker has nothing to read or to change; it can only be deleted. */
  static S3Exception marker(S3Request request, VersionId version) {
    return S3Error.METHOD_NOT_ALLOWED
        .exception()
        .with("Method", request.operation().method().name())
        .with("ResourceType", "DeleteMarker")
        .withHeader("allow", "DELETE")
        .withHeader("x-amz-delete-marker", "true")
        .withHeader("x-amz-version-id", version.text());
  }

  /** What clients are told of a version; nothing where versions were never kept. */
  static Optional<String> shown(Bucket bucket, VersionId version) {
    boolean kept = version instanceof VersionId.Numbered || bucket.versioning() != Versioning.OFF;
    return kept ? Optional.of(version.text()) : Optional.empty();
  }

  /** Puts {@code x-amz-version-id} onto a response. */
  static void addTo(Headers.Builder response, Bucket bucket, VersionId version) {
    shown(bucket, version).ifPresent(text -> response.add("x-amz-version-id", text));
  }
}
