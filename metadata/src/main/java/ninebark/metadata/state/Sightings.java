package ninebark.metadata.state;

import java.util.List;
import java.util.Optional;
import ninebark.metadata.Command.Expirable;
import ninebark.metadata.Tag;

/** What a rule saw of a version, held against what stands now. Pure. */
final class Sightings {
  private Sightings() {}

  /** The current object, if it is what was seen. */
  static Optional<Held.Stored> current(KeyVersions versions, Expirable.Current seen) {
    return versions
        .current()
        .filter(
            held ->
                held.id().equals(seen.version())
                    && held.modifiedMillis() == seen.born().toEpochMilli()
                    && held.row().etag().equals(seen.etag())
                    && held.row().tags().equals(seen.tags()));
  }

  /** A version or marker that is not the newest, if it stands where it was seen. */
  static Optional<Held> noncurrent(KeyVersions versions, Expirable.Noncurrent seen) {
    return versions
        .find(seen.version())
        .filter(
            held ->
                versions
                        .nextNewer(held)
                        .filter(newer -> newer.modifiedMillis() == seen.since().toEpochMilli())
                        .isPresent()
                    && sameTags(held, seen.tags())
                    && versions.countNewerObjects(held, seen.keepNewest()) >= seen.keepNewest());
  }

  private static boolean sameTags(Held held, List<Tag> tags) {
    return switch (held) {
      case Held.Marker _ -> true;
      case Held.Stored stored -> stored.row().tags().equals(tags);
    };
  }
}
