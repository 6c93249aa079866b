package ninebark.gateway.sigv4;

import java.nio.charset.StandardCharsets;

/**
 * The chain of signatures over the chunks of one body: each covers its chunk and the signature
 * before. Threads: one.
 */
public final class ChunkSignatures {
  private final SigningKey key;
  private final String prefix;
  private final String trailerPrefix;
  private String previous;

  public ChunkSignatures(SigningKey key, CredentialScope scope, String amzDate, String seed) {
    this.key = key;
    this.prefix = CanonicalRequest.ALGORITHM + "-PAYLOAD\n" + amzDate + "\n" + scope + "\n";
    this.trailerPrefix = CanonicalRequest.ALGORITHM + "-TRAILER\n" + amzDate + "\n" + scope + "\n";
    this.previous = seed;
  }

  /** The signature of the next chunk, whose bytes have this hash. */
  public String next(String chunkSha256Hex) {
    previous = key.sign(prefix + previous + "\n" + Sha256.EMPTY_HEX + "\n" + chunkSha256Hex);
    return previous;
  }

  /**
   * The signature of the trailer, which comes last.
   *
   * @param trailer each header as {@code name:value} and a newline
   */
  public String trailer(String trailer) {
    previous =
        key.sign(
            trailerPrefix
                + previous
                + "\n"
                + Sha256.hex(trailer.getBytes(StandardCharsets.ISO_8859_1)));
    return previous;
  }
}
