package ninebark.gateway.operation;

import ninebark.gateway.error.S3Error;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.LockSettings.Period;

/** GET /bucket?object-lock. */
final class GetObjectLockConfiguration implements Operation {
  @Override
  public S3Response handle(S3Request request) {
    var bucket = request.inBucket();
    var lock =
        bucket
            .lock()
            .orElseThrow(
                () ->
                    S3Error.OBJECT_LOCK_CONFIGURATION_NOT_FOUND
                        .exception()
                        .with("BucketName", bucket.name().value()));
    var xml = XmlWriter.document("ObjectLockConfiguration", 384);
    xml.text("ObjectLockEnabled", "Enabled");
    lock.defaultRetention()
        .ifPresent(
            retention -> {
              xml.open("Rule").open("DefaultRetention").text("Mode", retention.mode().name());
              switch (retention.period()) {
                case Period.Days(int count) -> xml.text("Days", count);
                case Period.Years(int count) -> xml.text("Years", count);
              }
              xml.close("DefaultRetention").close("Rule");
            });
    return S3Response.xml(xml.close("ObjectLockConfiguration"));
  }
}
