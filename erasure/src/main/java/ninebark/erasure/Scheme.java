package ninebark.erasure;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A systematic Reed-Solomon code over GF(2^8): {@code k} data shards, {@code m} parity shards, and
 * the matrix that makes the parity. Any {@code k} of the {@code k+m} shards give back all of them.
 *
 * <p>People write {@code RS(6,2)}; files carry {@link #formatName}, which also names the matrix,
 * because two matrices of one shape make different parity bytes.
 */
public record Scheme(Generator generator, int k, int m) {
  /** The most shards of one stripe: GF(2^8) has 255 elements that are not zero. */
  public static final int MAX_SHARDS = 255;

  private static final Pattern PEOPLE = Pattern.compile("RS\\((\\d{1,3}),\\s?(\\d{1,3})\\)");
  private static final Pattern FORMAT =
      Pattern.compile("rs-(vandermonde|cauchy|power)-(\\d{1,3})-(\\d{1,3})");

  /** Which generator matrix makes the parity rows. */
  public enum Generator {
    /** Vandermonde, made systematic: byte-compatible with the Backblaze coder. */
    VANDERMONDE("vandermonde"),
    /** Cauchy with columns scaled so that the first parity is the XOR of the data. */
    CAUCHY("cauchy"),
    /**
     * Cauchy scaled so that the first parity is the XOR of the data and the second has the powers
     * of two as its coefficients, which vector code computes by doubling.
     */
    POWER("power");

    private final String formatName;

    /** As files and other coders' protocols name it. */
    public String formatName() {
      return formatName;
    }

    private static Generator ofFormatName(String name) {
      return Arrays.stream(values())
          .filter(generator -> generator.formatName.equals(name))
          .findFirst()
          .orElseThrow();
    }

    Generator(String formatName) {
      this.formatName = formatName;
    }
  }

  public Scheme {
    if (k < 1 || m < 0 || k + m > MAX_SHARDS) {
      throw new IllegalArgumentException(
          "a scheme needs 1 <= k, 0 <= m and k+m <= " + MAX_SHARDS + ", found k=" + k + ", m=" + m);
    }
  }

  /** The matrix the store writes when a configuration says only {@code RS(k,m)}. */
  public static Scheme rs(int k, int m) {
    return new Scheme(Generator.POWER, k, m);
  }

  /** Reads what people write, {@code RS(6,2)}. */
  public static Scheme parse(String text) {
    var match = PEOPLE.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("expected a scheme such as RS(6,2), found '" + text + "'");
    }
    return rs(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
  }

  /** Reads what files carry, {@code rs-power-6-2}. */
  public static Scheme parseFormatName(String text) {
    var match = FORMAT.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("unknown scheme '" + text + "'");
    }
    return new Scheme(
        Generator.ofFormatName(match.group(1)),
        Integer.parseInt(match.group(2)),
        Integer.parseInt(match.group(3)));
  }

  /** Data and parity shards together. */
  public int n() {
    return k + m;
  }

  /** The name that goes into files: never changes for bytes once written. */
  public String formatName() {
    return "rs-" + generator.formatName + "-" + k + "-" + m;
  }

  @Override
  public String toString() {
    return "RS(" + k + "," + m + ")";
  }
}
