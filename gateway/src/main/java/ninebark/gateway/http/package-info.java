/**
 * The HTTP/1.1 shell on Netty: sockets, framing, back-pressure, deadlines. Event loops move bytes;
 * each request runs on a virtual thread of its own in plain blocking code. Knows nothing of S3.
 *
 * <p>What is ambiguous is refused and the connection closed, because a proxy in front may have read
 * it differently.
 *
 * <p>Start at {@link ninebark.gateway.http.HttpServer} and {@link
 * ninebark.gateway.http.HttpService}.
 */
package ninebark.gateway.http;
