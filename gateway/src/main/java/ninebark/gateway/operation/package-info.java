/**
 * The operations of S3, one class each: a request in, a response out, in plain blocking code.
 * Requests come here authenticated and authorised.
 *
 * <p>Start at {@link ninebark.gateway.operation.PutObject}.
 */
package ninebark.gateway.operation;
