package ninebark.gateway.sigv4;

/** How a body is covered by its request's signature: what {@code x-amz-content-sha256} says. */
public sealed interface PayloadMode {
  /** The hash of the whole body is signed. */
  record Hashed(String sha256Hex) implements PayloadMode {}

  /** The body is not covered. */
  record Unsigned() implements PayloadMode {}

  /** The body comes in chunks, each with a signature that continues the one before. */
  record SignedChunks(boolean trailer) implements PayloadMode {}

  /** The body comes in chunks without signatures, with a trailer behind them. */
  record UnsignedChunks() implements PayloadMode {}

  PayloadMode UNSIGNED = new Unsigned();
}
