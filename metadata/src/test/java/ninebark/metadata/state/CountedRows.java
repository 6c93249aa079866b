package ninebark.metadata.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.rows.Cursor;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.Row;
import ninebark.metadata.rows.Rows;

/** Counts how often rows are looked at: look-ups, seeks and steps. Threads: one. */
final class CountedRows implements Rows {
  private final Rows rows;
  private final List<byte[]> versionWalks = new ArrayList<>();
  private long touched;

  CountedRows(Rows rows) {
    this.rows = rows;
  }

  long touched() {
    return touched;
  }

  /** Where walks over versions began. */
  List<byte[]> versionWalks() {
    return versionWalks;
  }

  @Override
  public Optional<byte[]> get(Family family, byte[] key) {
    touched++;
    return rows.get(family, key);
  }

  @Override
  public Optional<Row> last(Family family, byte[] atMost, byte[] atLeast) {
    touched++;
    return rows.last(family, atMost, atLeast);
  }

  @Override
  public Cursor scan(Family family, byte[] from, byte[] until) {
    touched++;
    if (family == Family.VERSIONS) {
      versionWalks.add(from);
    }
    var walk = rows.scan(family, from, until);
    return new Cursor() {
      @Override
      public boolean isValid() {
        return walk.isValid();
      }

      @Override
      public void next() {
        touched++;
        walk.next();
      }

      @Override
      public void seek(byte[] key) {
        touched++;
        walk.seek(key);
      }

      @Override
      public byte[] key() {
        return walk.key();
      }

      @Override
      public int keyLength() {
        return walk.keyLength();
      }

      @Override
      public byte[] value() {
        return walk.value();
      }

      @Override
      public int valueLength() {
        return walk.valueLength();
      }

      @Override
      public void close() {
        walk.close();
      }
    };
  }
}
