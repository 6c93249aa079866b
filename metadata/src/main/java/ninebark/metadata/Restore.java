package ninebark.metadata;

import java.time.Instant;

/**
 * What RestoreObject has asked for a version of an archive class. Its bytes never went anywhere: it
 * is the permission to read them for a time, and it ends by itself.
 *
 * @param ready when it may be read
 * @param until when that ends
 */
public record Restore(Instant ready, Instant until) {
  public Restore {
    if (until.isBefore(ready)) {
      throw new IllegalArgumentException(
          "a restore ends after it began, found " + ready + ", " + until);
    }
  }

  /** Whether it is still awaited. */
  public boolean isPending(Instant now) {
    return now.isBefore(ready);
  }

  /** Whether the version may be read. */
  public boolean isReadable(Instant now) {
    return !isPending(now) && now.isBefore(until);
  }
}
