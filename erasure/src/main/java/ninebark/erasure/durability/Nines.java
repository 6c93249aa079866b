package ninebark.erasure.durability;

import java.util.Locale;

/** How many nines a loss rate is: {@code -log10} of the probability of loss within a year. */
public record Nines(double value) implements Comparable<Nines> {
  /** Above this the independent model is no longer where the risk is. */
  public static final double CREDIBLE = 13;

  /** Of a rate per year; rates so high that loss is likely count as the probability they give. */
  public static Nines ofYearlyLoss(double lossPerYear) {
    return new Nines(-Math.log10(probabilityWithinAYear(lossPerYear)));
  }

  /** The chance of at least one event within a year. */
  public static double probabilityWithinAYear(double eventsPerYear) {
    return -Math.expm1(-eventsPerYear);
  }

  @Override
  public int compareTo(Nines other) {
    return Double.compare(value, other.value);
  }

  /** Rounded down, because nobody may be promised the half that was rounded up. */
  @Override
  public String toString() {
    if (Double.isInfinite(value)) {
      return "no loss modelled";
    }
    return String.format(Locale.ROOT, "%.1f", Math.floor(Math.max(value, 0) * 10 + 1e-9) / 10);
  }
}
