package ninebark.metadata;

import java.time.Instant;
import java.util.Optional;

/**
 * How far the newest round through a bucket is, in which its lifecycle rules are followed.
 *
 * @param epoch of the bucket whose rules are followed; a round under other settings begins anew
 * @param began what had its time before that is done when the round ends
 * @param versionCount looked at so far
 * @param actionCount done so far
 */
public record LifecycleProgress(
    BucketId bucket, long epoch, Instant began, long versionCount, long actionCount, Stage stage) {
  /** What is looked at, and behind which key. */
  public sealed interface Stage {
    record Versions(Optional<ObjectKey> behind) implements Stage {}

    record Uploads(Optional<ObjectKey> behind) implements Stage {}

    record Finished(Instant at) implements Stage {}
  }
}
