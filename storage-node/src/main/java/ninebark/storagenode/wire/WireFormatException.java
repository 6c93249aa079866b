package ninebark.storagenode.wire;

import java.io.IOException;

/** What came is not a frame; nothing after it on that connection can be trusted. */
public final class WireFormatException extends IOException {
  private static final long serialVersionUID = 1;

  WireFormatException(String message) {
    super(message);
  }
}
