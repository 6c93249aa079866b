package ninebark.metadata.rows;

/** The ordered maps that the index is made of; each is one column family on disk. */
public enum Family {
  /** The shell's own rows (applied position, format), the clock, serials, submitters, the map. */
  SYSTEM("default"),
  /** Root: buckets by name and by owner. Keyspace: its copy of each bucket, by id. */
  BUCKETS("buckets"),
  /** Current objects without their bytes: all that a listing reads. */
  OBJECTS("objects"),
  /** Older versions, and delete markers also where they are the newest. */
  VERSIONS("versions"),
  /** Which of a key's rows in VERSIONS is the null version, if one is. */
  NULLS("nulls"),
  /** Named payloads beside versions, by set. */
  ANNOTATIONS("annotations"),
  /** Inline bodies and extent lists, by content number. */
  CONTENTS("contents"),
  /** Open multipart uploads. */
  UPLOADS("uploads"),
  /** Parts of open uploads and of completed objects, by content id. */
  PARTS("parts"),
  /** What completed uploads answered. */
  COMPLETED("completed"),
  /** What is to be erased, oldest first. */
  GARBAGE("garbage"),
  /** How many contents and garbage rows name each stripe. */
  STRIPES("stripes"),
  /** Objects and bytes per bucket, buckets per owner, garbage. */
  COUNTERS("counters");

  private final String columnFamily;

  Family(String columnFamily) {
    this.columnFamily = columnFamily;
  }

  public String columnFamily() {
    return columnFamily;
  }
}
