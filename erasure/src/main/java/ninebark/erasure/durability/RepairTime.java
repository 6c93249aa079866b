package ninebark.erasure.durability;

import java.time.Duration;

/**
 * How long a shard is missing on average: from the failure, through its detection and the wait in
 * the queue, to the verified new shard.
 */
public sealed interface RepairTime {
  /** The mean, for a code that reads {@code readsPerShard} shards to rebuild one. */
  Duration mean(int readsPerShard);

  /** Measured or wished for: the whole time, detection and queue included. */
  record Given(Duration mean) implements RepairTime {
    public Given {
      requirePositive("repair time", mean);
    }

    @Override
    public Duration mean(int readsPerShard) {
      return mean;
    }
  }

  /** Many disks rebuild one: {@code detect + queue + C(1+r) / (peers * b)}. */
  record Declustered(
      Duration detect, Duration queue, double diskBytes, int peerCount, double peerBytesPerSecond)
      implements RepairTime {
    public Declustered {
      requireNotNegative("detection time", detect);
      requireNotNegative("queueing time", queue);
      requirePositive("bytes on a disk", diskBytes);
      requirePositive("repair peers", peerCount);
      requirePositive("repair bandwidth of a peer", peerBytesPerSecond);
    }

    @Override
    public Duration mean(int readsPerShard) {
      return detect.plus(queue).plus(rebuild(readsPerShard));
    }

    /** The rebuild alone. */
    public Duration rebuild(int readsPerShard) {
      return seconds(diskBytes * (1 + readsPerShard) / (peerCount * peerBytesPerSecond));
    }
  }

  /** One spare disk is filled, as fast as it can be written: {@code detect + queue + C / b}. */
  record SingleSpare(Duration detect, Duration queue, double diskBytes, double writeBytesPerSecond)
      implements RepairTime {
    public SingleSpare {
      requireNotNegative("detection time", detect);
      requireNotNegative("queueing time", queue);
      requirePositive("bytes on a disk", diskBytes);
      requirePositive("write bandwidth of the spare", writeBytesPerSecond);
    }

    @Override
    public Duration mean(int readsPerShard) {
      return detect.plus(queue).plus(seconds(diskBytes / writeBytesPerSecond));
    }
  }

  private static Duration seconds(double seconds) {
    return JulianYear.ofHours(seconds / 3600);
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(what + " must be more than zero, found " + value);
    }
  }

  private static void requirePositive(String what, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(what + " must be more than zero, found " + value);
    }
  }

  private static void requireNotNegative(String what, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(what + " must not be negative, found " + value);
    }
  }
}
