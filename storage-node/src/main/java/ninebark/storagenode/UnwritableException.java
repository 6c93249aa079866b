package ninebark.storagenode;

import java.io.IOException;

/** Too few disks take writes for a stripe to survive the loss of one more. Worth a retry. */
public final class UnwritableException extends IOException {
  private static final long serialVersionUID = 1;

  public UnwritableException(String message) {
    super(message);
  }

  public UnwritableException(String message, Throwable cause) {
    super(message, cause);
  }
}
