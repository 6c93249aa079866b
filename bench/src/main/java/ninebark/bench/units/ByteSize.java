package ninebark.bench.units;

import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of bytes, written {@code 4096}, {@code 4KiB}, {@code 1.5MiB} or {@code 64MB}. */
public record ByteSize(long bytes) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,6})?)\\s*([kmgt]?)(i?)(b?)");
  private static final String LETTERS = "kmgt";

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is not negative");
    }
  }

  /**
   * Units with an {@code i} and bare letters count in 1,024, {@code kB MB GB TB} in 1,000.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static ByteSize parse(String text) {
    var form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size; write it like 4096, 4KiB or 1.5MiB");
    }
    var letter = form.group(2);
    if (letter.isEmpty() && !form.group(3).isEmpty()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size; write it like 4096, 4KiB or 1.5MiB");
    }
    boolean decimal = !letter.isEmpty() && form.group(3).isEmpty() && !form.group(4).isEmpty();
    double factor =
        letter.isEmpty() ? 1 : Math.pow(decimal ? 1000 : 1024, LETTERS.indexOf(letter) + 1);
    double bytes = Double.parseDouble(form.group(1)) * factor;
    if (bytes > Long.MAX_VALUE / 2.0) {
      throw new IllegalArgumentException("'" + text + "' is too large a size");
    }
    return new ByteSize(Math.round(bytes));
  }

  /** The shortest exact form with a binary unit, otherwise one rounded to a tenth. */
  @Override
  public String toString() {
    var units = new String[] {"B", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    double value = bytes;
    while (unit < units.length - 1 && value >= 1024) {
      value /= 1024;
      unit++;
    }
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f%s", value, units[unit])
        : String.format(Locale.ROOT, "%.1f%s", value, units[unit]);
  }

  /** For the command line. */
  public static final class Converter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException notASize) {
        throw new TypeConversionException(notASize.getMessage());
      }
    }
  }
}
