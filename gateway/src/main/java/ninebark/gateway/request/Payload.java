package ninebark.gateway.request;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.ByteSource;
import ninebark.gateway.message.Headers;

/**
 * A request's body with all framing taken off.
 *
 * @param decodedLength empty if the client did not tell
 * @param signedSha256 what the signature says the body hashes to
 * @param trailer asked for once the source has ended
 */
public record Payload(
    ByteSource source,
    OptionalLong decodedLength,
    Optional<String> signedSha256,
    boolean hasTrailer,
    Supplier<Headers> trailer) {

  /**
   * The number of bytes to come.
   *
   * @throws ninebark.gateway.error.S3Exception {@code MissingContentLength}
   */
  public long length() {
    return decodedLength.orElseThrow(S3Error.MISSING_CONTENT_LENGTH::exception);
  }
}
