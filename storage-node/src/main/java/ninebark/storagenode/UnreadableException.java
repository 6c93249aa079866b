package ninebark.storagenode;

import java.io.IOException;

/** Too many shards of a stripe are missing, damaged or away to give back its bytes now. */
public final class UnreadableException extends IOException {
  private static final long serialVersionUID = 1;

  public UnreadableException(String message) {
    super(message);
  }

  public UnreadableException(String message, Throwable cause) {
    super(message, cause);
  }
}
