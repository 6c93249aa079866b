package ninebark.deploy.durability;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import ninebark.erasure.durability.BatchSpread;
import ninebark.erasure.durability.FailureRate;
import ninebark.erasure.durability.JulianYear;
import ninebark.erasure.durability.RepairSpread;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How people write quantities on the command line; each refusal says what was found and expected.
 */
final class Quantity {
  private static final Pattern NUMBER_AND_UNIT =
      Pattern.compile("([0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?)\\s*([A-Za-z%]*)(?:/s)?");

  private static final Map<String, Double> HOURS =
      Map.of(
          "ms",
          1 / 3.6e6,
          "s",
          1 / 3600.0,
          "m",
          1 / 60.0,
          "min",
          1 / 60.0,
          "h",
          1.0,
          "d",
          24.0,
          "w",
          168.0,
          "y",
          JulianYear.HOURS);

  private static final Map<String, Double> BYTES =
      Map.ofEntries(
          Map.entry("b", 1.0),
          Map.entry("kb", 1e3),
          Map.entry("mb", 1e6),
          Map.entry("gb", 1e9),
          Map.entry("tb", 1e12),
          Map.entry("pb", 1e15),
          Map.entry("kib", 0x1p10),
          Map.entry("mib", 0x1p20),
          Map.entry("gib", 0x1p30),
          Map.entry("tib", 0x1p40),
          Map.entry("pib", 0x1p50));

  private Quantity() {}

  private record Parsed(double number, String unit) {}

  private static Parsed parse(String text, String expected) {
    var match = NUMBER_AND_UNIT.matcher(text.strip());
    if (!match.matches()) {
      throw refused(text, expected);
    }
    return new Parsed(Double.parseDouble(match.group(1)), match.group(2).toLowerCase(Locale.ROOT));
  }

  private static TypeConversionException refused(String text, String expected) {
    return new TypeConversionException("expected " + expected + ", found '" + text + "'");
  }

  static final class Time implements ITypeConverter<Duration> {
    private static final String EXPECTED = "a time such as 15m, 6h, 1.5d or 2w";

    @Override
    public Duration convert(String text) {
      if (text.strip().equals("0")) {
        return Duration.ZERO;
      }
      var parsed = parse(text, EXPECTED);
      var hours = HOURS.get(parsed.unit());
      if (hours == null) {
        throw refused(text, EXPECTED);
      }
      return JulianYear.ofHours(parsed.number() * hours);
    }
  }

  /** Bytes, or bytes per second. */
  static final class Bytes implements ITypeConverter<Double> {
    private static final String EXPECTED = "bytes such as 16TB, 20MB or 4MiB";

    @Override
    public Double convert(String text) {
      var parsed = parse(text, EXPECTED);
      var unit = BYTES.get(parsed.unit());
      if (unit == null) {
        throw refused(text, EXPECTED);
      }
      return parsed.number() * unit;
    }
  }

  static final class AfrPercent implements ITypeConverter<FailureRate> {
    private static final String EXPECTED = "failures per hundred disk-years, such as 1.6 or 1.6%";

    @Override
    public FailureRate convert(String text) {
      var parsed = parse(text, EXPECTED);
      boolean percent = parsed.unit().isEmpty() || parsed.unit().equals("%");
      if (!percent || parsed.number() == 0) {
        throw refused(text, EXPECTED);
      }
      return FailureRate.ofAfrPercent(parsed.number());
    }
  }

  static final class PerYear implements ITypeConverter<FailureRate> {
    private static final String EXPECTED = "events per year, such as 1e-4";

    @Override
    public FailureRate convert(String text) {
      var parsed = parse(text, EXPECTED);
      if (!parsed.unit().isEmpty()) {
        throw refused(text, EXPECTED);
      }
      return FailureRate.perYear(parsed.number());
    }
  }

  static final class Count implements ITypeConverter<Double> {
    private static final String EXPECTED = "a number such as 300 or 1e9";

    @Override
    public Double convert(String text) {
      var parsed = parse(text, EXPECTED);
      if (!parsed.unit().isEmpty()) {
        throw refused(text, EXPECTED);
      }
      return parsed.number();
    }
  }

  static final class Batch implements ITypeConverter<BatchSpread> {
    private static final String EXPECTED =
        "share and multiplier such as 10%:5 (a tenth of the stripes fails five times as often)";

    @Override
    public BatchSpread convert(String text) {
      var parts = List.of(text.split(":", -1));
      if (parts.size() != 2) {
        throw refused(text, EXPECTED);
      }
      var share = parse(parts.getFirst(), EXPECTED);
      var multiplier = parse(parts.getLast(), EXPECTED);
      if (!multiplier.unit().isEmpty() && !multiplier.unit().equals("x")) {
        throw refused(text, EXPECTED);
      }
      double fraction =
          switch (share.unit()) {
            case "%" -> share.number() / 100;
            case "" -> share.number();
            default -> throw refused(text, EXPECTED);
          };
      try {
        return new BatchSpread(fraction, multiplier.number());
      } catch (IllegalArgumentException impossible) {
        throw new TypeConversionException(impossible.getMessage());
      }
    }
  }

  static final class Spread implements ITypeConverter<RepairSpread> {
    private static final String EXPECTED = "constant, exponential or lognormal:SIGMA";

    @Override
    public RepairSpread convert(String text) {
      var lower = text.strip().toLowerCase(Locale.ROOT);
      if (lower.startsWith("lognormal:")) {
        var sigma = parse(lower.substring("lognormal:".length()), EXPECTED);
        try {
          return new RepairSpread.LogNormal(sigma.number());
        } catch (IllegalArgumentException impossible) {
          throw new TypeConversionException(impossible.getMessage());
        }
      }
      return switch (lower) {
        case "constant" -> new RepairSpread.Constant();
        case "exponential" -> new RepairSpread.Exponential();
        default -> throw refused(text, EXPECTED);
      };
    }
  }
}
