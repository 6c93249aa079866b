package ninebark.metadata.rows;

import ninebark.metadata.BucketId;
import ninebark.metadata.LifecycleProgress;

/**
 * How far the lifecycle round of a bucket is.
 *
 * <pre>
 * kind 'L', version 1: [epoch, began, versions, actions, stage, key or milliseconds]
 *   stage "versions" | "uploads" with the key behind which it is, empty at the beginning
 *         "finished" with the moment
 * </pre>
 */
public final class ProgressRow {
  private ProgressRow() {}

  public static byte[] encode(byte[] key, LifecycleProgress progress) {
    return SealedRow.seal('L', 1, key, 96, to -> SharedFields.progress(to, progress));
  }

  public static LifecycleProgress decode(byte[] key, byte[] value, BucketId bucket) {
    try (var from = SealedRow.open("a lifecycle round's", 'L', 1, key, value)) {
      return SharedFields.nextProgress(from, bucket);
    }
  }
}
