package ninebark.metadata;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A page of versions with their age, by key and then newest first. */
public record AgePage(List<AgedVersion> versions, Optional<Position> resume) {
  public AgePage {
    versions = List.copyOf(versions);
  }

  /**
   * Told are all keys up to this one.
   *
   * @param within how far of this key; empty for all of it
   */
  public record Position(ObjectKey key, Optional<Within> within) {
    public static Position behind(ObjectKey key) {
      return new Position(key, Optional.empty());
    }
  }

  /**
   * Told is a key down to a version, and what must be known of it to tell the next.
   *
   * @param number where it stands
   * @param born when it was born
   * @param objectCount of noncurrent versions told of the key, without markers
   */
  public record Within(long number, Instant born, int objectCount) {}
}
