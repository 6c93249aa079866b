package ninebark.storagenode.shard;

/**
 * A place in a disk's log, which is all its containers one after the other in the order of their
 * numbers.
 */
record LogPosition(int container, long offset) implements Comparable<LogPosition> {
  static final LogPosition START = new LogPosition(0, 0);

  @Override
  public int compareTo(LogPosition other) {
    int byContainer = Integer.compare(container, other.container);
    return byContainer != 0 ? byContainer : Long.compare(offset, other.offset);
  }

  @Override
  public String toString() {
    return container + ":" + offset;
  }
}
