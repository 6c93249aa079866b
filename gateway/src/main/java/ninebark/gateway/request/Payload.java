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
 * @param isDelimited whether something in the body itself marks its end, so that nobody has to tell
 *     its length
 */
public record Payload(
    ByteSource source,
    OptionalLong decodedLength,
    Optional<String> signedSha256,
    boolean hasTrailer,
    Supplier<Headers> trailer,
    boolean isDelimited) {

  /** Of requests whose body nobody looks at. */
  public static final Payload NONE =
      new Payload(
          ByteSource.EMPTY,
          OptionalLong.of(0),
          Optional.empty(),
          false,
          () -> Headers.EMPTY,
          false);

  /** The file of a form. */
  public static Payload delimited(ByteSource source) {
    return new Payload(
        source, OptionalLong.empty(), Optional.empty(), false, () -> Headers.EMPTY, true);
  }

  /**
   * The number of bytes to come.
   *
   * @throws ninebark.gateway.error.S3Exception {@code MissingContentLength}
   */
  public long length() {
    return decodedLength.orElseThrow(S3Error.MISSING_CONTENT_LENGTH::exception);
  }
}
