package ninebark.metadata;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A page of a listing, in the order of UTF-8 bytes; keys and rolled-up prefixes count alike. */
public record Listing(List<Entry> entries, Optional<String> resume, long rowsTouched) {
  public Listing {
    entries = List.copyOf(entries);
  }

  /** More follows: ask again with {@link #resume} as {@code after}. */
  public boolean truncated() {
    return resume.isPresent();
  }

  /** One line of a listing. */
  public sealed interface Entry {
    /** A current object. */
    record Key(
        String key,
        ETag etag,
        long length,
        Instant lastModified,
        String storageClass,
        AccountId owner,
        List<Checksum> checksums)
        implements Entry {}

    /** All keys that begin so, up to and including the delimiter. */
    record CommonPrefix(String prefix) implements Entry {}
  }
}
