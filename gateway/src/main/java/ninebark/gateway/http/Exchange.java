package ninebark.gateway.http;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import ninebark.gateway.message.ByteSource;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.Target;

/**
 * One request and the way to answer it, once. Threads: the one that serves it.
 *
 * <p>{@code 100 Continue} goes out when the body is first asked for: whoever refuses a request
 * before reading it never invites the body.
 */
public final class Exchange {
  private final Connection connection;
  private final RequestHead head;
  private final Incoming body;
  private final long startedNanos = System.nanoTime();
  private boolean answered;
  private long bytesOut;

  Exchange(Connection connection, RequestHead head, Incoming body) {
    this.connection = connection;
    this.head = head;
    this.body = body;
  }

  public String method() {
    return head.method();
  }

  public Target target() {
    return head.target();
  }

  public Headers headers() {
    return head.headers();
  }

  public SocketAddress client() {
    return connection.client();
  }

  public long startedNanos() {
    return startedNanos;
  }

  /** The length the framing announces; empty when it comes in chunks. */
  public OptionalLong bodyLength() {
    return switch (head.framing()) {
      case RequestHead.Framing.None() -> OptionalLong.of(0);
      case RequestHead.Framing.Length(var bytes) -> OptionalLong.of(bytes);
      case RequestHead.Framing.Chunked() -> OptionalLong.empty();
    };
  }

  /** Whether there is neither a length nor chunks: some operations insist on one of them. */
  public boolean isBodyUnannounced() {
    return head.framing() instanceof RequestHead.Framing.None;
  }

  public ByteSource body() {
    return body;
  }

  /** Whether a response was begun. */
  public boolean isAnswered() {
    return answered;
  }

  /** Of the request's body, as far as it was read. */
  public long bytesIn() {
    return body.receivedBytes();
  }

  /** Of the response's body. */
  public long bytesOut() {
    return bytesOut;
  }

  /** Answers with a whole, small body; a response to HEAD leaves it out. */
  public void respond(ResponseHead response, byte[] bytes) {
    begin();
    boolean bodiless = isHead() || response.status() == 204 || response.status() == 304;
    bytesOut = bodiless ? 0 : bytes.length;
    connection.respond(
        this,
        response,
        bodiless ? new byte[0] : bytes,
        bodiless ? OptionalLong.empty() : OptionalLong.of(bytes.length));
  }

  /** Answers with the headers alone, as HEAD does. */
  public boolean isHead() {
    return head.method().equals("HEAD");
  }

  /**
   * Begins a response whose body follows piece by piece.
   *
   * @param length empty if it is not known: the body goes out in chunks
   */
  public Outgoing stream(ResponseHead response, OptionalLong length) {
    begin();
    boolean chunked = length.isEmpty();
    connection.begin(this, response, length, chunked);
    return new Outgoing(chunked);
  }

  /** Closes the connection: the response cannot be finished. */
  public void abort() {
    answered = true;
    connection.abort();
  }

  private void begin() {
    if (answered) {
      throw new IllegalStateException("this request is answered already");
    }
    answered = true;
  }

  RequestHead head() {
    return head;
  }

  Incoming incoming() {
    return body;
  }

  /** The rest of a response. Threads: the one that serves the request. */
  public final class Outgoing {
    private final boolean chunked;

    private Outgoing(boolean chunked) {
      this.chunked = chunked;
    }

    /**
     * Sends these bytes without copying them and waits while too much is under way.
     *
     * @param release run once they are no longer needed, whatever happens
     */
    public void write(ByteBuffer bytes, Runnable release) throws ClientTrouble {
      bytesOut += bytes.remaining();
      connection.write(bytes, chunked, release);
    }

    /** Everything was written. */
    public void finish() {
      connection.finish(Exchange.this, chunked);
    }
  }
}
