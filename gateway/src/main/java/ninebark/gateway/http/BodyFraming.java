package ninebark.gateway.http;

import io.netty.buffer.ByteBuf;

/** Finds the payload of one request body in the bytes of the connection. Threads: one. */
abstract sealed class BodyFraming {
  /**
   * How many of the readable bytes are payload; framing bytes before it are consumed, the payload
   * is left for the caller to take. 0 if more must come first.
   */
  abstract int payload(ByteBuf bytes) throws BadRequestHead;

  /** That many were taken. */
  abstract void took(int count);

  abstract boolean isDone();

  static BodyFraming none() {
    return new Counted(0);
  }

  static BodyFraming of(RequestHead.Framing framing) {
    return switch (framing) {
      case RequestHead.Framing.None() -> none();
      case RequestHead.Framing.Length(var bytes) -> new Counted(bytes);
      case RequestHead.Framing.Chunked() -> new Chunks();
    };
  }

  private static final class Counted extends BodyFraming {
    private long left;

    Counted(long left) {
      this.left = left;
    }

    @Override
    int payload(ByteBuf bytes) {
      return (int) Math.min(left, bytes.readableBytes());
    }

    @Override
    void took(int count) {
      left -= count;
    }

    @Override
    boolean isDone() {
      return left == 0;
    }
  }

  /** RFC 9112 7.1, without chunk extensions; trailers are read over, bounded. */
  private static final class Chunks extends BodyFraming {
    private static final int MAX_TRAILER_BYTES = 8 * 1024;

    private enum At {
      SIZE,
      SIZE_END,
      PAYLOAD,
      PAYLOAD_RETURN,
      PAYLOAD_END,
      TRAILER,
      DONE
    }

    private At at = At.SIZE;
    private long left;
    private int digits;
    private int trailerBytes;
    private int lineBytes;
    private boolean afterReturn;

    @Override
    int payload(ByteBuf bytes) throws BadRequestHead {
      while (bytes.isReadable() && at != At.DONE) {
        if (at == At.PAYLOAD) {
          return (int) Math.min(left, bytes.readableBytes());
        }
        step(bytes.readByte());
      }
      return 0;
    }

    private void step(byte b) throws BadRequestHead {
      switch (at) {
        case SIZE -> {
          int digit = b >= 0 ? Character.digit((char) b, 16) : -1;
          if (digit >= 0 && digits < 15) {
            left = (left << 4) | digit;
            digits++;
          } else if (b == '\r' && digits > 0) {
            at = At.SIZE_END;
          } else {
            throw new BadRequestHead("A chunk's size is not a hexadecimal number.");
          }
        }
        case SIZE_END -> {
          expect(b, '\n');
          at = left == 0 ? At.TRAILER : At.PAYLOAD;
        }
        case PAYLOAD_RETURN -> {
          expect(b, '\r');
          at = At.PAYLOAD_END;
        }
        case PAYLOAD_END -> {
          expect(b, '\n');
          at = At.SIZE;
          digits = 0;
        }
        case TRAILER -> trailer(b);
        case PAYLOAD, DONE -> throw new IllegalStateException("not a framing byte");
      }
    }

    private void trailer(byte b) throws BadRequestHead {
      if (++trailerBytes > MAX_TRAILER_BYTES) {
        throw new BadRequestHead("The trailers are too long.");
      }
      if (afterReturn) {
        expect(b, '\n');
        afterReturn = false;
        if (lineBytes == 0) {
          at = At.DONE;
        }
        lineBytes = 0;
      } else if (b == '\r') {
        afterReturn = true;
      } else if (b < ' ' && b != '\t' && b >= 0) {
        throw new BadRequestHead("A trailer holds a control character.");
      } else {
        lineBytes++;
      }
    }

    private static void expect(byte b, char wanted) throws BadRequestHead {
      if (b != wanted) {
        throw new BadRequestHead("A chunk does not end where it says.");
      }
    }

    @Override
    void took(int count) {
      left -= count;
      if (left == 0) {
        at = At.PAYLOAD_RETURN;
      }
    }

    @Override
    boolean isDone() {
      return at == At.DONE;
    }
  }
}
