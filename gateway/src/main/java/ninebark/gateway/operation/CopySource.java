package ninebark.gateway.operation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Content;
import ninebark.metadata.ObjectInfo;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Query;
import ninebark.metadata.Query.Lookup;
import ninebark.metadata.VersionChoice;

/** What {@code x-amz-copy-source} or {@code x-amz-rename-source} names. */
record CopySource(String bucket, ObjectKey key, VersionChoice version) {
  static final String HEADER = "x-amz-copy-source";
  private static final String VERSION = "?versionId=";

  /** What a request copies from. */
  static CopySource of(S3Request request) {
    return parse(
        HEADER,
        request
            .headers()
            .first(HEADER)
            .orElseThrow(() -> new IllegalStateException("routed without a copy source")));
  }

  /**
   * The version is split off before the rest is decoded: a key may hold question marks.
   *
   * @param header where the value stood, for errors
   */
  static CopySource parse(String header, String value) {
    var path = value.startsWith("/") ? value.substring(1) : value;
    var version = VersionChoice.CURRENT;
    int split = path.lastIndexOf(VERSION);
    if (split >= 0) {
      version = ChosenVersion.parse(path.substring(split + VERSION.length()), header);
      path = path.substring(0, split);
    }
    var decoded = PercentCoding.decodePath(path).orElseThrow(() -> malformed(header, value));
    if (decoded.startsWith("arn:")) {
      throw S3Error.headerNotImplemented(header + ": access points");
    }
    int slash = decoded.indexOf('/');
    if (slash < 1 || slash == decoded.length() - 1) {
      throw malformed(header, value);
    }
    var key = decoded.substring(slash + 1);
    if (key.getBytes(StandardCharsets.UTF_8).length > ObjectKey.MAX_BYTES) {
      throw S3Error.KEY_TOO_LONG
          .exception()
          .with("MaxSizeAllowed", Integer.toString(ObjectKey.MAX_BYTES));
    }
    var bucket = decoded.substring(0, slash);
    if (!BucketName.isLegal(bucket)) {
      throw S3Error.INVALID_BUCKET_NAME.exception().with("BucketName", bucket);
    }
    return new CopySource(bucket, new ObjectKey(key), version);
  }

  private static S3Exception malformed(String header, String value) {
    return S3Error.invalidArgument(
        "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
        header,
        value);
  }

  /** Whether a version was named. */
  boolean isVersioned() {
    return switch (version) {
      case VersionChoice.Current() -> false;
      case VersionChoice.Exactly(var _) -> true;
    };
  }

  /** The source's bucket, if this request may do {@code operation} on the source. */
  Bucket authorized(S3Request request, Backend backend, S3Operation operation) throws IOException {
    return backend
        .guard()
        .authorize(
            request, isVersioned() ? operation.versionAction() : operation.action(), bucket, key);
  }

  /** The source's bucket and what is stored there. */
  record Opened(Bucket bucket, ObjectInfo info, Content content) {
    /** The name of the version, where the source's bucket keeps versions. */
    Optional<String> shownVersion() {
      return ChosenVersion.shown(bucket, info.version());
    }
  }

  /** Finds the source, if this request may read it and its conditions on it hold. */
  Opened open(S3Request request, Backend backend) throws IOException {
    var in = authorized(request, backend, S3Operation.GET_OBJECT);
    var expectedOwner = request.headers().first("x-amz-source-expected-bucket-owner");
    if (expectedOwner.isPresent() && !in.owner().value().equals(expectedOwner.get())) {
      throw S3Error.ACCESS_DENIED.exception();
    }
    var found = found(backend.index().ask(new Query.ReadObject(in.id(), key, version)));
    var info = found.info();
    Conditions.checkCopySource(request.headers(), info.etag(), info.lastModified());
    if (backend.classes().isArchived(info, request.now())) {
      throw S3Error.OBJECT_NOT_IN_ACTIVE_TIER.exception();
    }
    return new Opened(in, info, found.content());
  }

  private Query.Found found(Lookup<Query.Found> lookup) {
    return switch (lookup) {
      case Lookup.Hit<Query.Found>(var found) -> found;
      case Lookup.NoSuchKey<Query.Found>(), Lookup.NoSuchVersion<Query.Found>() -> throw nothing();
      case Lookup.Marker<Query.Found>(var _, var _) ->
          throw isVersioned()
              ? S3Error.INVALID_REQUEST.because(
                  "The source of a copy request may not specifically refer to a delete marker by"
                      + " version id.")
              : nothing();
    };
  }

  private S3Exception nothing() {
    return switch (version) {
      case VersionChoice.Current() -> S3Error.NO_SUCH_KEY.exception().with("Key", key.value());
      case VersionChoice.Exactly(var id) ->
          S3Error.NO_SUCH_VERSION.exception().with("Key", key.value()).with("VersionId", id.text());
    };
  }
}
