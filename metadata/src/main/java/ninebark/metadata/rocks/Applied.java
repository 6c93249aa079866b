package ninebark.metadata.rocks;

/** How far the log has been applied to the rows: the term and index of the last entry. */
public record Applied(long term, long index) {
  public static final Applied NOTHING = new Applied(0, -1);
}
