package ninebark.metadata;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One version as rules look at it that act with age. */
public record AgedVersion(
    ObjectKey key, VersionId version, Instant born, Standing standing, Kind kind) {
  /** Where it stands among the versions of its key. */
  public sealed interface Standing {
    /**
     * The newest.
     *
     * @param alone whether the key has no other version
     */
    record Current(boolean alone) implements Standing {}

    /**
     * Something newer came.
     *
     * @param since when the next newer version that is there was born
     * @param newerObjectCount of noncurrent versions, without markers
     */
    record Noncurrent(Instant since, int newerObjectCount) implements Standing {}
  }

  /** What it is. */
  public sealed interface Kind {
    /**
     * @param storageClass empty if the index that told it did not know to tell: an older build
     */
    record Stored(
        ETag etag, long length, List<Tag> tags, ObjectLock lock, Optional<String> storageClass)
        implements Kind {
      public Stored {
        tags = List.copyOf(tags);
      }
    }

    record Marker() implements Kind {}
  }
}
