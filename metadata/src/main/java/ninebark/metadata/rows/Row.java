package ninebark.metadata.rows;

/** One row. The arrays are lent and never changed; two rows are never compared. */
@SuppressWarnings("ArrayRecordComponent")
public record Row(byte[] key, byte[] value) {}
