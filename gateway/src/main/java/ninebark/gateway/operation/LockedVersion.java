package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Query;

/** The lock of the version that a request names. */
final class LockedVersion {
  private LockedVersion() {}

  static ObjectLock of(S3Request request, Backend backend) throws IOException {
    var bucket = request.inBucket();
    if (bucket.lock().isEmpty()) {
      throw S3Error.INVALID_REQUEST.because("Bucket is missing Object Lock Configuration");
    }
    var choice = ChosenVersion.of(request);
    var lookup = backend.index().ask(new Query.HeadObject(bucket.id(), request.key(), choice));
    return ChosenVersion.found(lookup, request, choice).lock();
  }
}
