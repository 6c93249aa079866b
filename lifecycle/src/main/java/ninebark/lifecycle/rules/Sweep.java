package ninebark.lifecycle.rules;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.AgePage;
import ninebark.metadata.AgedVersion;
import ninebark.metadata.BucketId;
import ninebark.metadata.Index;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Query;
import ninebark.metadata.Upload;
import ninebark.metadata.UploadId;

/**
 * A walk over all versions, or all uploads, whose keys begin with one of some prefixes. A key is
 * told at once, so that its versions are judged beside each other. Threads: one.
 */
abstract class Sweep<T> {
  private static final int MOST_OF_ONE_KEY = 10_000;

  /** Those not walked to their end; the first is being walked. */
  private final Deque<String> prefixes = new ArrayDeque<>();

  /** Read and not given yet: the beginning of a key of which more follows. */
  private final List<T> held = new ArrayList<>();

  private Optional<ObjectKey> behind;

  /**
   * @param prefixes in the order of keys, none the beginning of another
   * @param behind up to which key everything was seen before
   */
  Sweep(List<String> prefixes, Optional<ObjectKey> behind) {
    this.behind = behind;
    prefixes.stream()
        .filter(prefix -> behind.isEmpty() || mayHold(prefix, behind.get()))
        .forEach(this.prefixes::add);
  }

  /** Whether keys with this prefix can be behind a key. */
  private static boolean mayHold(String prefix, ObjectKey key) {
    return key.value().startsWith(prefix)
        || Arrays.compareUnsigned(prefix.getBytes(StandardCharsets.UTF_8), key.utf8()) > 0;
  }

  /** A page, and whether more follows under the same prefix. */
  record Page<T>(List<T> found, boolean more) {}

  /** The next page of keys with this prefix. */
  abstract Page<T> page(String prefix) throws IOException;

  /** Another prefix comes: what was remembered of the last one does not hold. */
  abstract void restart();

  abstract ObjectKey keyOf(T found);

  /** All there is of some further keys; of a key that has too much, only some. Empty at the end. */
  List<T> next() throws IOException {
    while (!prefixes.isEmpty()) {
      var page = page(prefixes.peekFirst());
      held.addAll(page.found());
      if (!page.more()) {
        prefixes.removeFirst();
        restart();
        if (!held.isEmpty()) {
          return give(held.size());
        }
      } else if (wholeKeys() > 0) {
        return give(wholeKeys());
      } else if (held.size() >= MOST_OF_ONE_KEY) {
        var some = List.copyOf(held);
        held.clear();
        return some;
      }
    }
    return List.of();
  }

  /** How much is held of keys of which nothing more can follow. */
  private int wholeKeys() {
    int count = held.size();
    while (count > 0 && keyOf(held.get(count - 1)).equals(keyOf(held.getLast()))) {
      count--;
    }
    return count;
  }

  private List<T> give(int count) {
    var given = List.copyOf(held.subList(0, count));
    held.subList(0, count).clear();
    behind = Optional.of(keyOf(given.getLast()));
    return given;
  }

  /** Up to which key everything was told. */
  Optional<ObjectKey> behind() {
    return behind;
  }

  static final class OfVersions extends Sweep<AgedVersion> {
    private final Index index;
    private final BucketId bucket;
    private final int limit;
    private Optional<AgePage.Position> position;

    OfVersions(
        Index index,
        BucketId bucket,
        List<String> prefixes,
        Optional<ObjectKey> behind,
        int limit) {
      super(prefixes, behind);
      this.index = index;
      this.bucket = bucket;
      this.limit = limit;
      position = behind.map(AgePage.Position::behind);
    }

    @Override
    Page<AgedVersion> page(String prefix) throws IOException {
      var after = position.filter(each -> each.key().value().startsWith(prefix));
      var page = index.ask(new Query.ListAges(bucket, prefix, after, limit));
      position = page.resume();
      return new Page<>(page.versions(), position.isPresent());
    }

    @Override
    void restart() {
      position = Optional.empty();
    }

    @Override
    ObjectKey keyOf(AgedVersion found) {
      return found.key();
    }
  }

  static final class OfUploads extends Sweep<Upload> {
    private final Index index;
    private final BucketId bucket;
    private final int limit;
    private String afterKey;
    private Optional<UploadId> afterUpload = Optional.empty();

    OfUploads(
        Index index,
        BucketId bucket,
        List<String> prefixes,
        Optional<ObjectKey> behind,
        int limit) {
      super(prefixes, behind);
      this.index = index;
      this.bucket = bucket;
      this.limit = limit;
      afterKey = behind.map(ObjectKey::value).orElse("");
    }

    @Override
    Page<Upload> page(String prefix) throws IOException {
      var page = index.ask(new Query.ListUploads(bucket, prefix, "", afterKey, afterUpload, limit));
      afterKey = page.nextKey();
      afterUpload = page.nextUpload();
      return new Page<>(page.uploads(), page.truncated());
    }

    @Override
    void restart() {
      afterKey = "";
      afterUpload = Optional.empty();
    }

    @Override
    ObjectKey keyOf(Upload found) {
      return found.key();
    }
  }
}
