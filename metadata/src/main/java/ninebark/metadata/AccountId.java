package ninebark.metadata;

/** The canonical id of an account: who owns buckets and objects. */
public record AccountId(String value) {
  public AccountId {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("an account id is not empty");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
