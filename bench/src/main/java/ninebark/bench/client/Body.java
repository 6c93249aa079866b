package ninebark.bench.client;

/** What a request carries. */
public sealed interface Body {
  Body NONE = new None();

  long length();

  /** Nothing. */
  record None() implements Body {
    @Override
    public long length() {
      return 0;
    }
  }

  /** A small document. The array is lent and never changed. */
  @SuppressWarnings("ArrayRecordComponent")
  record Document(byte[] bytes) implements Body {
    @Override
    public long length() {
      return bytes.length;
    }
  }

  /** A stretch of a variant of the run's pattern. */
  record Patterned(int variant, long offset, long length) implements Body {}
}
