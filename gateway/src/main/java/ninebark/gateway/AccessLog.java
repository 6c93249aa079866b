package ninebark.gateway;

import java.util.concurrent.TimeUnit;
import ninebark.gateway.http.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line of JSON for each request. Whatever a client puts into it stays within its quotes. */
final class AccessLog {
  private static final Logger LOG = LoggerFactory.getLogger("ninebark.access");

  private AccessLog() {}

  static void write(Visit visit, Exchange exchange, long nanos) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    var line = new StringBuilder(320);
    line.append('{');
    text(line, "requestId", visit.requestId);
    text(line, "operation", visit.label());
    text(line, "method", exchange.method());
    text(line, "bucket", visit.bucket);
    text(line, "key", visit.key);
    number(line, "status", visit.status);
    number(line, "bytesIn", exchange.bytesIn());
    number(line, "bytesOut", exchange.bytesOut());
    number(line, "micros", TimeUnit.NANOSECONDS.toMicros(nanos));
    text(line, "error", visit.errorCode);
    text(line, "accessKeyId", visit.accessKeyId);
    text(line, "client", String.valueOf(exchange.client()));
    line.setLength(line.length() - 1);
    LOG.info("{}", line.append('}'));
  }

  private static void number(StringBuilder line, String name, long value) {
    line.append('"').append(name).append("\":").append(value).append(',');
  }

  private static void text(StringBuilder line, String name, String value) {
    if (value.isEmpty()) {
      return;
    }
    line.append('"').append(name).append("\":\"");
    LogText.append(line, value);
    line.append("\",");
  }
}
