package ninebark.gateway;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Operation;

/** What becomes known of one request while it is served, for the log and the metrics. */
final class Visit {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  final String requestId = newId();
  Optional<S3Operation> operation = Optional.empty();
  String bucket = "";
  String key = "";
  String accessKeyId = "";
  String errorCode = "";
  int status;

  /** What a browser is told about pages of other origins, whatever the answer is. */
  Headers crossOrigin = Headers.EMPTY;

  private static String newId() {
    long bits = ThreadLocalRandom.current().nextLong();
    var text = new char[16];
    for (int i = 0; i < text.length; i++) {
      text[i] = HEX[(int) (bits >>> (4 * i)) & 15];
    }
    return new String(text);
  }

  String label() {
    return operation.map(S3Operation::label).orElse("None");
  }

  /** {@code /bucket/key}, as errors name it. */
  String resource() {
    return "/" + bucket + (key.isEmpty() ? "" : "/" + key);
  }
}
