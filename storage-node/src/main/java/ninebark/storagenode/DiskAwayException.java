package ninebark.storagenode;

import java.io.IOException;

/** A disk is not there. */
public final class DiskAwayException extends IOException {
  private static final long serialVersionUID = 1;

  public DiskAwayException(String message) {
    super(message);
  }

  public DiskAwayException(String message, Throwable cause) {
    super(message, cause);
  }
}
