package ninebark.gateway.http;

import java.time.Duration;

/**
 * The limits of one listener.
 *
 * @param eventLoopThreads 0 for one per processor
 * @param maxConnections beyond it a connection is answered 503 and closed
 * @param maxHeadBytes request line and headers together
 * @param headDeadline from the first byte of a request head to its last
 * @param keepAliveDeadline how long a connection may wait for its next request
 * @param bodyIdleDeadline how long a body may bring nothing while it is waited for
 * @param bodyMinimumBytesPerSecond below it, after one idle deadline of waiting, a body is refused,
 *     and a response whose client reads no faster is cut off
 * @param writeIdleDeadline how long a response may make no way because the client does not read
 * @param bodyQueueBytes of a request body held between the socket and its reader
 * @param lingerBytes of an unread body thrown away before the connection is closed
 * @param lingerDeadline how long that may take
 */
public record HttpConfig(
    int eventLoopThreads,
    int maxConnections,
    int maxHeadBytes,
    Duration headDeadline,
    Duration keepAliveDeadline,
    Duration bodyIdleDeadline,
    long bodyMinimumBytesPerSecond,
    Duration writeIdleDeadline,
    int bodyQueueBytes,
    long lingerBytes,
    Duration lingerDeadline) {

  public static final HttpConfig DEFAULT =
      new HttpConfig(
          0,
          10_000,
          32 * 1024,
          Duration.ofSeconds(20),
          Duration.ofSeconds(75),
          Duration.ofSeconds(30),
          1024,
          Duration.ofSeconds(60),
          256 * 1024,
          1024 * 1024,
          Duration.ofSeconds(5));
}
