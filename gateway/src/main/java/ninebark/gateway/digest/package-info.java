/**
 * What is computed over bytes while they pass: MD5 for the ETag, the signed SHA-256, the client's
 * checksum, CRC64NVME.
 *
 * <p>Start at {@link ninebark.gateway.digest.BodyDigests}.
 */
package ninebark.gateway.digest;
