package ninebark.bench.codec;

/** What is timed. */
sealed interface Operation {
  String label();

  record Encode() implements Operation {
    @Override
    public String label() {
      return "encode";
    }
  }

  record Verify() implements Operation {
    @Override
    public String label() {
      return "verify";
    }
  }

  /** The first data shards are lost. */
  record Reconstruct(int lostCount) implements Operation {
    @Override
    public String label() {
      return "reconstruct-" + lostCount;
    }
  }
}
