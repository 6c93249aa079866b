/**
 * The catalogue of S3's errors and the exception that carries one to the door.
 *
 * <p>Start at {@link ninebark.gateway.error.S3Error}.
 */
package ninebark.gateway.error;
