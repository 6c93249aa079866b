package ninebark.storagenode;

import java.io.IOException;

/** A disk holds something else than what was written. */
public final class ShardDamagedException extends IOException {
  private static final long serialVersionUID = 1;

  public ShardDamagedException(String message) {
    super(message);
  }

  public ShardDamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
