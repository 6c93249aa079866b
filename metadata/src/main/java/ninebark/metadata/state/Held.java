package ninebark.metadata.state;

import ninebark.metadata.VersionId;
import ninebark.metadata.rows.MarkerRow;
import ninebark.metadata.rows.ObjectRow;

/** One version of a key as its rows hold it. */
sealed interface Held {
  VersionId id();

  /** Where it stands among the versions of its key: the newest is the highest. */
  long number();

  long modifiedMillis();

  /**
   * @param current whether its row is in OBJECTS
   */
  record Stored(ObjectRow row, boolean current) implements Held {
    @Override
    public VersionId id() {
      return row.version();
    }

    @Override
    public long number() {
      return row.number();
    }

    @Override
    public long modifiedMillis() {
      return row.modifiedMillis();
    }
  }

  record Marker(MarkerRow row, long number) implements Held {
    @Override
    public VersionId id() {
      return row.version();
    }

    @Override
    public long modifiedMillis() {
      return row.modifiedMillis();
    }
  }
}
