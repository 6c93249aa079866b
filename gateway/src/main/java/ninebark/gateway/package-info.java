/**
 * S3: the door. Authenticates, authorises, speaks the protocol, and turns requests into bytes and
 * names.
 *
 * <p>Start at {@link ninebark.gateway.request.S3Operation}, the table of all operations, then
 * {@link ninebark.gateway.Door}, through which every request comes in. The packages below, lowest
 * first: {@code message}, {@code error}, {@code xml}, {@code http}, {@code sigv4}, {@code digest},
 * {@code request}, {@code access}, {@code operation}; each knows only those before it.
 */
package ninebark.gateway;
