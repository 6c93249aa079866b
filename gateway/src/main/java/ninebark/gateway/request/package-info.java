/**
 * What a request asks for: the table of operations, the router, bucket and key from path or host,
 * ranges, conditions, and the response as a value.
 *
 * <p>Start at {@link ninebark.gateway.request.S3Operation} and {@link
 * ninebark.gateway.request.Router}.
 */
package ninebark.gateway.request;
