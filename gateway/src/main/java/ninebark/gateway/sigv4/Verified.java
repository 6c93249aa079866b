package ninebark.gateway.sigv4;

/**
 * A signature that holds.
 *
 * @param signature in hex: what the first signed chunk continues
 */
public record Verified(
    String accessKeyId,
    CredentialScope scope,
    String amzDate,
    String signature,
    SigningKey key,
    PayloadMode payload,
    boolean presigned) {}
