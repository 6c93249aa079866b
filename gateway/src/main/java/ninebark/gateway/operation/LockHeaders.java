package ninebark.gateway.operation;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Retention;

/**
 * The lock of a version as headers carry it.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html">Locking
 *     objects with Object Lock</a>
 */
final class LockHeaders {
  private static final String MODE = "x-amz-object-lock-mode";
  private static final String UNTIL = "x-amz-object-lock-retain-until-date";
  private static final String HOLD = "x-amz-object-lock-legal-hold";
  private static final String BYPASS = "x-amz-bypass-governance-retention";

  private LockHeaders() {}

  /** What a request asks for a new version, if it may. */
  static ObjectLock of(S3Request request, Backend backend) throws IOException {
    var headers = request.headers();
    var mode = headers.first(MODE);
    var until = headers.first(UNTIL);
    var hold = headers.first(HOLD);
    if (mode.isEmpty() && until.isEmpty() && hold.isEmpty()) {
      return ObjectLock.NONE;
    }
    if (mode.isPresent() != until.isPresent()) {
      throw S3Error.invalidArgument(
          "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
          mode.isPresent() ? MODE : UNTIL,
          mode.or(() -> until).orElse(""));
    }
    var retention =
        mode.isPresent()
            ? Optional.of(
                new Retention(mode(mode.get()), future(until.get(), UNTIL, request.now())))
            : Optional.<Retention>empty();
    var lock = new ObjectLock(retention, hold.map(LockHeaders::isOn).orElse(false));
    if (request.inBucket().lock().isEmpty()) {
      throw S3Error.INVALID_REQUEST.because("Bucket is missing Object Lock Configuration");
    }
    if (retention.isPresent()) {
      authorize(request, backend, S3Operation.PUT_OBJECT_RETENTION.action());
    }
    if (hold.isPresent()) {
      authorize(request, backend, S3Operation.PUT_OBJECT_LEGAL_HOLD.action());
    }
    return lock;
  }

  private static void authorize(S3Request request, Backend backend, String action)
      throws IOException {
    var _ =
        backend
            .guard()
            .authorize(request, action, request.inBucket().name().value(), request.key());
  }

  /** Whether the request overrules governance retention, and may. */
  static boolean bypasses(S3Request request, Backend backend) throws IOException {
    boolean asked = isBypassAsked(request.headers());
    if (asked) {
      var _ =
          backend
              .guard()
              .authorize(
                  request,
                  "s3:BypassGovernanceRetention",
                  request.inBucket().name().value(),
                  request.key());
    }
    return asked;
  }

  static boolean isBypassAsked(Headers headers) {
    return headers.first(BYPASS).map(value -> value.equalsIgnoreCase("true")).orElse(false);
  }

  private static Retention.Mode mode(String text) {
    return switch (text) {
      case "GOVERNANCE" -> Retention.Mode.GOVERNANCE;
      case "COMPLIANCE" -> Retention.Mode.COMPLIANCE;
      default -> throw S3Error.invalidArgument("Unknown wormMode directive.", MODE, text);
    };
  }

  private static boolean isOn(String text) {
    return switch (text) {
      case "ON" -> true;
      case "OFF" -> false;
      default ->
          throw S3Error.invalidArgument("Legal Hold must be either of 'ON' or 'OFF'", HOLD, text);
    };
  }

  /** A moment that is not over. */
  static Instant future(String text, String argument, Instant now) {
    var moment =
        HttpDates.parseXml(text)
            .orElseThrow(
                () ->
                    S3Error.invalidArgument(
                        "The retain until date must be provided in ISO 8601 format",
                        argument,
                        text));
    if (!moment.isAfter(now)) {
      throw S3Error.invalidArgument("The retain until date must be in the future!", argument, text);
    }
    return moment;
  }

  /** Puts them onto the answer to a read. */
  static void addTo(Headers.Builder response, ObjectLock lock) {
    lock.retention()
        .ifPresent(
            retention -> {
              response.add(MODE, retention.mode().name());
              response.add(UNTIL, HttpDates.xml(retention.until()));
            });
    if (lock.legalHold()) {
      response.add(HOLD, "ON");
    }
  }
}
