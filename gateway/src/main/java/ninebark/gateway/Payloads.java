package ninebark.gateway;

import java.util.Optional;
import java.util.OptionalLong;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.http.Exchange;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.request.Payload;
import ninebark.gateway.sigv4.ChunkedBody;
import ninebark.gateway.sigv4.PayloadMode;
import ninebark.gateway.sigv4.Verified;

/** Takes a body as its signature says it comes. */
final class Payloads {
  private Payloads() {}

  static Payload of(Exchange exchange, Optional<Verified> verified, Headers headers) {
    var length = exchange.isBodyUnannounced() ? OptionalLong.empty() : exchange.bodyLength();
    return switch (verified.map(Verified::payload).orElse(PayloadMode.UNSIGNED)) {
      case PayloadMode.Hashed(var sha256) -> whole(exchange, length, Optional.of(sha256));
      case PayloadMode.Unsigned() -> whole(exchange, length, Optional.empty());
      case PayloadMode.SignedChunks(var trailer) -> {
        var signatures = verified.flatMap(Verified::chunks).orElseThrow();
        long decoded = decodedLength(headers);
        yield chunked(
            ChunkedBody.signed(exchange.body(), decoded, signatures, trailer), decoded, trailer);
      }
      case PayloadMode.UnsignedChunks() -> {
        long decoded = decodedLength(headers);
        yield chunked(ChunkedBody.unsigned(exchange.body(), decoded), decoded, true);
      }
    };
  }

  private static Payload whole(Exchange exchange, OptionalLong length, Optional<String> sha256) {
    return new Payload(exchange.body(), length, sha256, false, () -> Headers.EMPTY, false);
  }

  private static Payload chunked(ChunkedBody body, long decodedLength, boolean trailer) {
    return new Payload(
        body, OptionalLong.of(decodedLength), Optional.empty(), trailer, body::trailer, false);
  }

  private static long decodedLength(Headers headers) {
    var text =
        headers
            .first("x-amz-decoded-content-length")
            .orElseThrow(S3Error.MISSING_CONTENT_LENGTH::exception);
    if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw S3Error.invalidArgument(
          "The value is not a number of bytes", "x-amz-decoded-content-length", text);
    }
    return Long.parseLong(text);
  }

  /**
   * Presigners move headers into the query, where they are signed as well. A checksum there was
   * computed when the URL was made, of a body not known then, and says nothing.
   */
  static Headers withHoisted(Headers headers, QueryParameters query) {
    var hoisted = Headers.builder();
    for (var parameter : query.all()) {
      var name = parameter.name().toLowerCase(java.util.Locale.ROOT);
      if (name.startsWith("x-amz-")
          && !parameter.name().startsWith("X-Amz-")
          && Checksums.ofHeader(name).isEmpty()
          && !name.equals("x-amz-sdk-checksum-algorithm")
          && !headers.has(name)) {
        hoisted.add(name, parameter.value());
      }
    }
    return hoisted.count() == 0 ? headers : headers.and(hoisted.build());
  }
}
