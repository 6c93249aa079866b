/**
 * AWS Signature Version 4: canonical requests, signing for clients, verification for the door, and
 * the signed chunks of streaming bodies. Pure, but for the cache of signing keys; knows no S3
 * operation.
 *
 * <p>Start at {@link ninebark.gateway.sigv4.SignatureVerifier} and {@link
 * ninebark.gateway.sigv4.Signer}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html">Authenticating
 *     requests</a>
 */
package ninebark.gateway.sigv4;
