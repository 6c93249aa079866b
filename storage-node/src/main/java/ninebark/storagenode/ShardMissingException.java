package ninebark.storagenode;

import java.io.IOException;

/** A disk does not hold the shard that was asked for. */
public final class ShardMissingException extends IOException {
  private static final long serialVersionUID = 1;

  public ShardMissingException(String message) {
    super(message);
  }
}
