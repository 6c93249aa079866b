/**
 * Signature Version 2, which S3 replaced in 2014 and old clients still speak; boto3 signs URLs with
 * it to this day where the region is {@code us-east-1}. Knows requests as values, no S3 operation.
 *
 * <p>Start at {@link ninebark.gateway.sigv2.LegacyVerifier}.
 */
package ninebark.gateway.sigv2;
