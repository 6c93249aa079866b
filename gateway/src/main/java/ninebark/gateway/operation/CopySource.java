package ninebark.gateway.operation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Query;

/** What {@code x-amz-copy-source} names. */
record CopySource(String bucket, ObjectKey key) {
  private static final String HEADER = "x-amz-copy-source";
  private static final String VERSION = "?versionId=";

  /** The version is split off before the rest is decoded: a key may hold question marks. */
  static CopySource parse(String value) {
    var path = value.startsWith("/") ? value.substring(1) : value;
    int version = path.lastIndexOf(VERSION);
    if (version >= 0) {
      var id = path.substring(version + VERSION.length());
      if (!id.equals("null")) {
        throw S3Error.invalidArgument("Invalid version id specified", HEADER, value);
      }
      path = path.substring(0, version);
    }
    var decoded = PercentCoding.decodePath(path).orElseThrow(() -> malformed(value));
    if (decoded.startsWith("arn:")) {
      throw S3Error.headerNotImplemented(HEADER + ": access points");
    }
    int slash = decoded.indexOf('/');
    if (slash < 1 || slash == decoded.length() - 1) {
      throw malformed(value);
    }
    var key = decoded.substring(slash + 1);
    if (key.getBytes(StandardCharsets.UTF_8).length > ObjectKey.MAX_BYTES) {
      throw S3Error.KEY_TOO_LONG.exception();
    }
    if (!BucketName.isLegal(decoded.substring(0, slash))) {
      throw S3Error.INVALID_BUCKET_NAME.exception().with("BucketName", decoded.substring(0, slash));
    }
    return new CopySource(decoded.substring(0, slash), new ObjectKey(key));
  }

  private static S3Exception malformed(String value) {
    return S3Error.invalidArgument(
        "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
        HEADER,
        value);
  }

  /** The source's bucket and what is stored under its key. */
  record Opened(Bucket bucket, Query.Found found) {}

  /** Finds the source, if this request may read it and its conditions on it hold. */
  static Opened open(S3Request request, Backend backend) throws IOException {
    var source =
        parse(
            request
                .headers()
                .first(HEADER)
                .orElseThrow(() -> new IllegalStateException("routed without a copy source")));
    var bucket =
        backend
            .guard()
            .authorize(request, S3Operation.GET_OBJECT.action(), source.bucket(), source.key());
    var expectedOwner = request.headers().first("x-amz-source-expected-bucket-owner");
    if (expectedOwner.isPresent() && !bucket.owner().value().equals(expectedOwner.get())) {
      throw S3Error.ACCESS_DENIED.exception();
    }
    var found =
        Lookups.hit(
            backend.index().ask(new Query.ReadObject(bucket.id(), source.key())), source.key());
    Conditions.checkCopySource(request.headers(), found.info().etag(), found.info().lastModified());
    return new Opened(bucket, found);
  }
}
