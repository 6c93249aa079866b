package ninebark.storagenode;

/** What may be asked of a disk. */
public enum DiskState {
  /** Reads and writes. */
  UP,
  /** The space reserve is reached: reads and erases go on, writes are refused. */
  FULL,
  /** A write or sync failed: reads go on, writes are refused until a probe has succeeded. */
  SUSPECT,
  /** Not there: closed, removed or unreachable. */
  AWAY
}
