package ninebark.gateway.sigv4;

import java.util.Optional;

/**
 * A signature that holds.
 *
 * @param chunks what the signatures of the body's chunks continue, if they are signed
 * @param legacy whether it is of version 2, which covers less
 */
public record Verified(
    String accessKeyId,
    PayloadMode payload,
    boolean presigned,
    Optional<ChunkSignatures> chunks,
    boolean legacy) {

  /** One of version 2. */
  public static Verified legacy(String accessKeyId, PayloadMode payload, boolean presigned) {
    return new Verified(accessKeyId, payload, presigned, Optional.empty(), true);
  }
}
