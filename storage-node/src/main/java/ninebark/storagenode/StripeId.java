package ninebark.storagenode;

import java.time.Instant;

/**
 * A stripe's name: when it was born, as its writer saw the clock, and a serial that makes it
 * unique.
 *
 * <p>The birth is what the reclaim fence is compared with. A writer whose clock is behind has its
 * commits refused, one whose clock is ahead has its orphans kept longer; neither loses data.
 *
 * @param birthMillis milliseconds since 1970
 * @param serial unique among the stripes born in one millisecond
 */
public record StripeId(long birthMillis, long serial) implements Comparable<StripeId> {
  public static final int BYTES = 16;

  public Instant birth() {
    return Instant.ofEpochMilli(birthMillis);
  }

  @Override
  public int compareTo(StripeId other) {
    int byBirth = Long.compareUnsigned(birthMillis, other.birthMillis);
    return byBirth != 0 ? byBirth : Long.compareUnsigned(serial, other.serial);
  }

  @Override
  public String toString() {
    return String.format("%012x-%016x", birthMillis, serial);
  }
}
