package ninebark.erasure.durability;

import java.time.Duration;
import java.util.Locale;

/** Quantities as people read them. */
public final class Figures {
  private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Figures() {}

  /** Three digits and a power of ten: {@code 3.22e-10}. */
  public static String scientific(double value) {
    if (value == 0) {
      return "0";
    }
    return String.format(Locale.ROOT, "%.2e", value)
        .replaceFirst("\\.?0+e", "e")
        .replaceFirst("e([+-])0", "e$1")
        .replace("e+", "e");
  }

  /** In the unit that gives a number from one up: {@code 15 min}, {@code 6.0 h}, {@code 7 d}. */
  public static String duration(Duration duration) {
    double hours = JulianYear.hoursIn(duration);
    if (hours < 1.0 / 60) {
      return number(hours * 3600) + " s";
    }
    if (hours < 1) {
      return number(hours * 60) + " min";
    }
    if (hours < 72) {
      return number(hours) + " h";
    }
    if (hours < JulianYear.HOURS) {
      return number(hours / 24) + " d";
    }
    return number(hours / JulianYear.HOURS) + " y";
  }

  /** Decimal units: {@code 16 TB}. */
  public static String bytes(double bytes) {
    int unit = 0;
    while (bytes >= 999.5 && unit < BYTE_UNITS.length - 1) {
      bytes /= 1000;
      unit++;
    }
    return number(bytes) + " " + BYTE_UNITS[unit];
  }

  public static String percent(double fraction) {
    return number(fraction * 100) + "%";
  }

  /** Three significant digits, without an exponent where one can do without. */
  public static String number(double value) {
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    if (size >= 1e6 || size < 1e-3) {
      return scientific(value);
    }
    if (value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    int decimals = Math.max(0, 2 - (int) Math.floor(Math.log10(size)));
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }

  /** A rate as the time between events: {@code once in 3.1e9 years}. */
  public static String onceIn(double perYear) {
    if (perYear == 0) {
      return "never, as modelled";
    }
    if (perYear >= 1) {
      return number(perYear) + " every year";
    }
    return "once in " + number(1 / perYear) + " years";
  }
}
