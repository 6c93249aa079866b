package ninebark.metadata;

/** A bucket's number, never used again: a name deleted and made anew brings no old objects back. */
public record BucketId(long value) {
  @Override
  public String toString() {
    return "b" + value;
  }
}
