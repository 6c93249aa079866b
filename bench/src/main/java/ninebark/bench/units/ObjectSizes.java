package ninebark.bench.units;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How large the objects of a run are. An object's size follows from its number alone, so that
 * whoever reads it knows what to expect.
 */
public sealed interface ObjectSizes {
  /**
   * @param hash of the object; all 64 bits taken as random
   * @return its length in bytes
   */
  long of(long hash);

  /** The mean of {@link #of}. */
  double meanBytes();

  long largestBytes();

  /** All of one size: {@code 4KiB}. */
  record Fixed(long bytes) implements ObjectSizes {
    @Override
    public long of(long hash) {
      return bytes;
    }

    @Override
    public double meanBytes() {
      return bytes;
    }

    @Override
    public long largestBytes() {
      return bytes;
    }

    @Override
    public String toString() {
      return new ByteSize(bytes).toString();
    }
  }

  /** Each size from least to most as likely as any other: {@code 4KiB..1MiB}. */
  record Uniform(long least, long most) implements ObjectSizes {
    public Uniform {
      check(0, least, most);
    }

    @Override
    public long of(long hash) {
      return least + (long) (fraction(hash) * (most - least + 1));
    }

    @Override
    public double meanBytes() {
      return (least + most) / 2.0;
    }

    @Override
    public long largestBytes() {
      return most;
    }

    @Override
    public String toString() {
      return new ByteSize(least) + ".." + new ByteSize(most);
    }
  }

  /** Each doubling as likely as any other: {@code log:4KiB..64MiB}. */
  record Logarithmic(long least, long most) implements ObjectSizes {
    public Logarithmic {
      check(1, least, most);
    }

    @Override
    public long of(long hash) {
      double size = least * Math.pow((double) most / least, fraction(hash));
      return Math.clamp(Math.round(size), least, most);
    }

    @Override
    public double meanBytes() {
      return least == most ? least : (most - least) / Math.log((double) most / least);
    }

    @Override
    public long largestBytes() {
      return most;
    }

    @Override
    public String toString() {
      return "log:" + new ByteSize(least) + ".." + new ByteSize(most);
    }
  }

  /**
   * @throws IllegalArgumentException with a sentence for the user
   */
  static ObjectSizes parse(String text) {
    boolean logarithmic = text.startsWith("log:");
    var range = logarithmic ? text.substring(4) : text;
    int dots = range.indexOf("..");
    if (dots < 0) {
      if (logarithmic) {
        throw new IllegalArgumentException(
            "'" + text + "' has no range; write it like log:4KiB..64MiB");
      }
      return new Fixed(ByteSize.parse(range).bytes());
    }
    long least = ByteSize.parse(range.substring(0, dots)).bytes();
    long most = ByteSize.parse(range.substring(dots + 2)).bytes();
    return logarithmic ? new Logarithmic(least, most) : new Uniform(least, most);
  }

  private static void check(long floor, long least, long most) {
    if (least < floor || most < least) {
      throw new IllegalArgumentException(
          "a range of sizes goes from the smaller to the larger"
              + (floor > 0 ? ", and from one byte on" : ""));
    }
  }

  /** In [0, 1). */
  private static double fraction(long hash) {
    return (hash >>> 11) * 0x1p-53;
  }

  /** For the command line. */
  final class Converter implements ITypeConverter<ObjectSizes> {
    @Override
    public ObjectSizes convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException notASize) {
        throw new TypeConversionException(notASize.getMessage());
      }
    }
  }
}
