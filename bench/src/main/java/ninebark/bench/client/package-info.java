/**
 * A small HTTP/1.1 client for load: one request at a time on each connection, all connections on
 * few event loops, bodies made and checked against a pattern without copying. Knows signing, but
 * not what S3's operations mean.
 *
 * <p>Start at {@link ninebark.bench.client.Connection}.
 */
package ninebark.bench.client;
