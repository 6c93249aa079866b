package ninebark.gateway.operation;

import java.io.IOException;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlElement;
import ninebark.metadata.Command;
import ninebark.metadata.LockSettings;
import ninebark.metadata.LockSettings.Period;
import ninebark.metadata.Retention;

/** PUT /bucket?object-lock: turns locking on, and says what versions get that ask for nothing. */
final class PutObjectLockConfiguration implements Operation {
  private static final int MAX_YEARS = 100;

  private final Backend backend;

  PutObjectLockConfiguration(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    ClientDigests.require(request);
    var document =
        Documents.read(request, backend)
            .orElseThrow(S3Error.MALFORMED_XML::exception)
            .expect("ObjectLockConfiguration")
            .only("ObjectLockEnabled", "Rule");
    if (!document.required("ObjectLockEnabled").equals("Enabled")) {
      throw S3Error.MALFORMED_XML.exception();
    }
    var retention = document.child("Rule").map(PutObjectLockConfiguration::retention);
    var bucket = request.inBucket();
    var _ =
        BucketChanges.changed(
            backend.index().submit(new Command.SetLock(bucket.id(), new LockSettings(retention))),
            bucket,
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration");
    return S3Response.of(200, Headers.builder().build());
  }

  private static LockSettings.DefaultRetention retention(XmlElement rule) {
    var retention =
        rule.only("DefaultRetention")
            .child("DefaultRetention")
            .orElseThrow(S3Error.MALFORMED_XML::exception)
            .only("Mode", "Days", "Years");
    var mode =
        switch (retention.required("Mode")) {
          case "GOVERNANCE" -> Retention.Mode.GOVERNANCE;
          case "COMPLIANCE" -> Retention.Mode.COMPLIANCE;
          default -> throw S3Error.MALFORMED_XML.exception();
        };
    var days = retention.optional("Days").map(PutObjectLockConfiguration::count);
    var years = retention.optional("Years").map(PutObjectLockConfiguration::count);
    if (days.isPresent() == years.isPresent()) {
      throw S3Error.MALFORMED_XML.because("A default retention has either Days or Years.");
    }
    Optional<Period> inDays = days.map(Period.Days::new);
    var period = inDays.orElseGet(() -> new Period.Years(years.orElseThrow()));
    if (period.days() > MAX_YEARS * 365) {
      throw S3Error.INVALID_RETENTION_PERIOD.because(
          "The default retention period may be at most " + MAX_YEARS + " years.");
    }
    return new LockSettings.DefaultRetention(mode, period);
  }

  private static int count(String text) {
    int count;
    try {
      count = Integer.parseInt(text.strip());
    } catch (NumberFormatException notANumber) {
      throw S3Error.MALFORMED_XML.exception();
    }
    if (count <= 0) {
      throw S3Error.INVALID_RETENTION_PERIOD.because(
          "Default retention period must be a positive integer value.");
    }
    return Math.min(count, (MAX_YEARS + 1) * 365);
  }
}
