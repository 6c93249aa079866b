package ninebark.storagenode;

import java.io.IOException;

/** A disk failed a write or a sync and takes no writes until it is probed. */
public final class DiskSuspectException extends IOException {
  private static final long serialVersionUID = 1;

  public DiskSuspectException(String message) {
    super(message);
  }

  public DiskSuspectException(String message, Throwable cause) {
    super(message, cause);
  }
}
