package ninebark.deploy.text;

/** Amounts as people read them. */
public final class Amounts {
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Amounts() {}

  /** Two digits or more of the largest unit that has them. */
  public static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < BINARY.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 || value >= 100
        ? Math.round(value) + " " + BINARY[unit]
        : "%.1f %s".formatted(value, BINARY[unit]);
  }
}
