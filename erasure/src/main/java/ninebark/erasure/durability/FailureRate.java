package ninebark.erasure.durability;

/**
 * How often one shard-holder is lost: events per holder and year, a rate and not a probability.
 *
 * <p>Published annual failure rates of disks are failures divided by disk-years, so 1.6% is the
 * rate 0.016. Where a source states the chance that a disk dies within a year, use {@link
 * #ofYearlyProbability}; at 1.6% the two differ by 0.8%, at 50% by 39%.
 */
public record FailureRate(double perYear) {
  public FailureRate {
    if (!(perYear >= 0) || Double.isInfinite(perYear)) {
      throw new IllegalArgumentException(
          "a failure rate is zero or more events per year, found " + perYear);
    }
  }

  public static FailureRate perYear(double events) {
    return new FailureRate(events);
  }

  /** From failures per hundred disk-years, as disk statistics publish them. */
  public static FailureRate ofAfrPercent(double percent) {
    return new FailureRate(percent / 100);
  }

  /** From the chance to be dead after one year. */
  public static FailureRate ofYearlyProbability(double probability) {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "a yearly probability is from 0 to below 1, found " + probability);
    }
    return new FailureRate(-Math.log1p(-probability));
  }

  public double percent() {
    return perYear * 100;
  }

  FailureRate times(double factor) {
    return new FailureRate(perYear * factor);
  }

  FailureRate plus(FailureRate other) {
    return new FailureRate(perYear + other.perYear);
  }
}
