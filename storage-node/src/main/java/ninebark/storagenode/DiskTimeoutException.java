package ninebark.storagenode;

import java.io.IOException;

/** A disk did not answer before the deadline. */
public final class DiskTimeoutException extends IOException {
  private static final long serialVersionUID = 1;

  public DiskTimeoutException(String message) {
    super(message);
  }
}
