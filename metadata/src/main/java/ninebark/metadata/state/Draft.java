package ninebark.metadata.state;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import ninebark.metadata.rows.Cursor;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.Row;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.Rows;

/**
 * The rows as they will be: a state and the changes made to it so far. Commands of one entry see
 * each other through it, and the shell writes it at once. Threads: one.
 */
public final class Draft implements Rows {
  private final Rows base;
  private final Map<Family, NavigableMap<byte[], Optional<byte[]>>> changes =
      new EnumMap<>(Family.class);

  public Draft(Rows base) {
    this.base = base;
  }

  /** Takes one change; no value means the row is deleted. */
  public interface Sink<E extends Exception> {
    void accept(Family family, byte[] key, Optional<byte[]> value) throws E;
  }

  public <E extends Exception> void forEach(Sink<E> sink) throws E {
    for (var family : changes.entrySet()) {
      for (var change : family.getValue().entrySet()) {
        sink.accept(family.getKey(), change.getKey(), change.getValue());
      }
    }
  }

  public void put(Family family, byte[] key, byte[] value) {
    of(family).put(key, Optional.of(value));
  }

  public void delete(Family family, byte[] key) {
    of(family).put(key, Optional.empty());
  }

  private NavigableMap<byte[], Optional<byte[]>> of(Family family) {
    return changes.computeIfAbsent(family, f -> new TreeMap<>(Arrays::compareUnsigned));
  }

  @Override
  public Optional<byte[]> get(Family family, byte[] key) {
    var changed = changes.get(family);
    if (changed != null) {
      var change = changed.get(key);
      if (change != null) {
        return change;
      }
    }
    return base.get(family, key);
  }

  @Override
  public Optional<Row> last(Family family, byte[] atMost, byte[] atLeast) {
    var changed = of(family).subMap(atLeast, true, atMost, true);
    if (changed.isEmpty()) {
      return base.last(family, atMost, atLeast);
    }
    // Rare, and the range is short: walk it with the changes laid over.
    Optional<Row> last = Optional.empty();
    try (var walk = scan(family, atLeast, RowKeys.justAfter(atMost))) {
      for (; walk.isValid(); walk.next()) {
        last = Optional.of(walk.row());
      }
    }
    return last;
  }

  @Override
  public Cursor scan(Family family, byte[] from, byte[] until) {
    return new Merged(base.scan(family, from, until), of(family), from, until);
  }

  /** The base's rows with the changes laid over them. The draft stands still meanwhile. */
  private static final class Merged implements Cursor {
    private final Cursor below;
    private final NavigableMap<byte[], Optional<byte[]>> changed;
    private final byte[] from;
    private final byte[] until;
    private Optional<Map.Entry<byte[], Optional<byte[]>>> above;
    private boolean onAbove;

    Merged(
        Cursor below, NavigableMap<byte[], Optional<byte[]>> changed, byte[] from, byte[] until) {
      this.below = below;
      this.changed = changed;
      this.from = from;
      this.until = until;
      this.above = inRange(changed.ceilingEntry(from));
      settle();
    }

    private Optional<Map.Entry<byte[], Optional<byte[]>>> inRange(
        Map.Entry<byte[], Optional<byte[]>> entry) {
      return Optional.ofNullable(entry).filter(e -> Arrays.compareUnsigned(e.getKey(), until) < 0);
    }

    /** Stands on the lower of both sides; a change hides the row it changes. */
    private void settle() {
      while (above.isPresent()) {
        var change = above.get();
        int order = below.isValid() ? compareBelow(change.getKey()) : 1;
        if (order < 0) {
          onAbove = false;
          return;
        }
        if (order == 0) {
          below.next();
        }
        if (change.getValue().isPresent()) {
          onAbove = true;
          return;
        }
        above = inRange(changed.higherEntry(change.getKey()));
      }
      onAbove = false;
    }

    private int compareBelow(byte[] key) {
      return Arrays.compareUnsigned(below.key(), 0, below.keyLength(), key, 0, key.length);
    }

    @Override
    public boolean isValid() {
      return onAbove || below.isValid();
    }

    @Override
    public void next() {
      if (onAbove) {
        above = inRange(changed.higherEntry(above.orElseThrow().getKey()));
      } else {
        below.next();
      }
      settle();
    }

    @Override
    public void seek(byte[] key) {
      var target = Arrays.compareUnsigned(key, from) < 0 ? from : key;
      below.seek(target);
      above = inRange(changed.ceilingEntry(target));
      settle();
    }

    @Override
    public byte[] key() {
      return onAbove ? above.orElseThrow().getKey() : below.key();
    }

    @Override
    public int keyLength() {
      return onAbove ? above.orElseThrow().getKey().length : below.keyLength();
    }

    @Override
    public byte[] value() {
      return onAbove ? above.orElseThrow().getValue().orElseThrow() : below.value();
    }

    @Override
    public int valueLength() {
      return onAbove ? value().length : below.valueLength();
    }

    @Override
    public void close() {
      below.close();
    }
  }
}
