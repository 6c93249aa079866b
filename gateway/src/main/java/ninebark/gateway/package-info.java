/**
 * S3: the door. Authenticates, authorises, speaks the protocol, and turns requests into bytes and
 * names.
 *
 * <p>Start at {@code S3Operation}, the table of all operations.
 */
package ninebark.gateway;
