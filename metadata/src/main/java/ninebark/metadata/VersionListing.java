package ninebark.metadata;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A page of all versions, by key and then newest first; rolled-up prefixes count as one. */
public record VersionListing(List<Entry> entries, Optional<Position> resume) {
  public VersionListing {
    entries = List.copyOf(entries);
  }

  /**
   * Everything up to and including this version of this key was told; without a version, all of
   * this key or rolled-up prefix.
   */
  public record Position(String key, Optional<VersionId> version) {}

  public sealed interface Entry {
    record Version(
        String key,
        VersionId id,
        boolean latest,
        ETag etag,
        long length,
        Instant lastModified,
        String storageClass,
        AccountId owner,
        List<Checksum> checksums)
        implements Entry {}

    record DeleteMarker(
        String key, VersionId id, boolean latest, Instant lastModified, AccountId owner)
        implements Entry {}

    record CommonPrefix(String prefix) implements Entry {}
  }
}
