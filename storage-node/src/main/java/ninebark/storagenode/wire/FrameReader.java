package ninebark.storagenode.wire;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Cuts what comes in on a connection into frames. Holds no more than one head and its fields; a
 * body goes straight where its receiver wants it.
 *
 * <p>Threads: one.
 */
final class FrameReader {
  /** Takes frames. */
  interface Receiver {
    /** A head that is right; its body, maybe of no bytes, comes next. */
    Body begin(WireFormat.Head head, Message message) throws WireFormatException;
  }

  /** Takes the body of one frame. */
  interface Body {
    void put(ByteBuffer bytes);

    /** All of it came, as it was sent. */
    void end();

    /** It will not come, or came damaged. */
    void abandon();
  }

  private final Receiver receiver;
  private final ByteBuffer headBytes = ByteBuffer.allocate(WireFormat.HEAD_BYTES);
  private final CRC32C bodyCrc = new CRC32C();
  private State state = new Heading();

  /** What comes next. */
  private sealed interface State {}

  private record Heading() implements State {}

  private record Fields(WireFormat.Head head, ByteBuffer bytes) implements State {}

  private record InBody(WireFormat.Head head, Body body, int left) implements State {}

  private record Ended() implements State {}

  FrameReader(Receiver receiver) {
    this.receiver = receiver;
  }

  /** Takes all of {@code in}; after an exception the connection is of no use. */
  void feed(ByteBuffer in) throws WireFormatException {
    try {
      boolean more = true;
      while (more) {
        more =
            switch (state) {
              case Heading() -> heading(in);
              case Fields fields -> fields(fields, in);
              case InBody body -> body(body, in);
              case Ended() -> throw new WireFormatException("the connection has ended");
            };
      }
    } catch (WireFormatException broken) {
      end();
      throw broken;
    }
  }

  /** Nothing more will come. */
  void end() {
    var last = state;
    state = new Ended();
    if (last instanceof InBody(_, var body, _)) {
      body.abandon();
    }
  }

  private boolean heading(ByteBuffer in) throws WireFormatException {
    move(in, headBytes);
    if (headBytes.hasRemaining()) {
      return false;
    }
    var head = WireFormat.head(headBytes);
    state = new Fields(head, ByteBuffer.allocate(head.fieldsBytes()));
    return true;
  }

  private boolean fields(Fields fields, ByteBuffer in) throws WireFormatException {
    move(in, fields.bytes);
    if (fields.bytes.hasRemaining()) {
      return false;
    }
    var message = WireFormat.message(fields.head, headBytes, fields.bytes.flip());
    headBytes.clear();
    bodyCrc.reset();
    state = new InBody(fields.head, receiver.begin(fields.head, message), fields.head.bodyBytes());
    return true;
  }

  private boolean body(InBody current, ByteBuffer in) throws WireFormatException {
    int length = Math.min(current.left, in.remaining());
    if (length > 0) {
      bodyCrc.update(in.slice(in.position(), length));
      current.body.put(in.slice(in.position(), length));
      in.position(in.position() + length);
    }
    if (length < current.left) {
      state = new InBody(current.head, current.body, current.left - length);
      return false;
    }
    if ((int) bodyCrc.getValue() != current.head.bodyCrc()) {
      throw new WireFormatException("a frame's body was damaged on the way");
    }
    state = new Heading();
    current.body.end();
    return in.hasRemaining();
  }

  private static void move(ByteBuffer from, ByteBuffer to) {
    int length = Math.min(from.remaining(), to.remaining());
    to.put(from.slice(from.position(), length));
    from.position(from.position() + length);
  }
}
