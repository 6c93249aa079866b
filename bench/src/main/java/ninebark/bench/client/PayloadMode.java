package ninebark.bench.client;

import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the bytes of an upload are signed and framed. */
public enum PayloadMode {
  /** The SHA-256 of the whole body is part of the signature. */
  SIGNED("signed"),
  /** {@code UNSIGNED-PAYLOAD}. */
  UNSIGNED("unsigned"),
  /** {@code STREAMING-AWS4-HMAC-SHA256-PAYLOAD}: framed, each chunk signed. */
  CHUNKED_SIGNED("chunked-signed"),
  /** {@code STREAMING-UNSIGNED-PAYLOAD-TRAILER}: framed, a CRC32 behind; what SDKs do by TLS. */
  CHUNKED_UNSIGNED_TRAILER("chunked-unsigned-trailer");

  private final String word;

  PayloadMode(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }

  /** For the command line. */
  public static final class Converter implements ITypeConverter<PayloadMode> {
    @Override
    public PayloadMode convert(String text) {
      for (var mode : values()) {
        if (mode.word.equals(text)) {
          return mode;
        }
      }
      throw new TypeConversionException(
          "'" + text + "' is not a payload mode; choose from " + List.of(values()));
    }
  }
}
