package ninebark.storagenode;

/** The number of a placement group; never used again for other disks. */
public record GroupId(int value) {
  public GroupId {
    if (value < 0) {
      throw new IllegalArgumentException(
          "a placement group's number is not negative, found " + value);
    }
  }

  @Override
  public String toString() {
    return "pg-" + value;
  }
}
