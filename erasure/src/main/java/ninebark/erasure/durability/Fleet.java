package ninebark.erasure.durability;

/** How much is stored: turns a loss per stripe into one per object and one per fleet. */
public record Fleet(double objectCount, double stripesPerObject) {
  public Fleet {
    if (!(objectCount > 0) || !(stripesPerObject > 0)) {
      throw new IllegalArgumentException(
          "a fleet has more than 0 objects of more than 0 stripes, found "
              + objectCount
              + " of "
              + stripesPerObject);
    }
  }

  public double stripes() {
    return objectCount * stripesPerObject;
  }
}
