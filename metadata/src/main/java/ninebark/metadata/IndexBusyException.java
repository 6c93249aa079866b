package ninebark.metadata;

import java.io.IOException;

/**
 * The index takes no more commands now: its queue is full. The command had no effect; clients are
 * told to slow down.
 */
public final class IndexBusyException extends IOException {
  private static final long serialVersionUID = 1L;

  public IndexBusyException(String message) {
    super(message);
  }
}
