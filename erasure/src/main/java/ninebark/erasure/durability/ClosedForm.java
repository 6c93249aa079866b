package ninebark.erasure.durability;

/**
 * The leading term: for an MDS code {@code L = n C(n-1,m) l (lT)^m}.
 *
 * <p>In general, with {@code t} losses always survived and {@code F} fatal sets of {@code t+1}
 * shards, {@code L = (t+1) F l (lT)^t}: each member of each fatal set may be the last to go. It
 * depends on the mean of the repair time only when repairs run side by side; one at a time
 * multiplies it by {@code E[T^t]/E[T]^t}.
 */
public record ClosedForm() implements Model {
  @Override
  public Estimate estimate(StripeProcess process) {
    var redundancy = process.redundancy();
    int t = redundancy.tolerance();
    double last = (t + 1) * redundancy.fatalPatterns(redundancy.nothingLost(), t + 1);
    double loss = 0;
    for (var stratum : process.strata()) {
      double l = stratum.lossPerYear();
      loss += stratum.share() * last * l * Math.pow(l * stratum.missingYears(), t);
    }
    double queued =
        switch (process.order()) {
          case SIDE_BY_SIDE -> 1;
          case ONE_AT_A_TIME -> process.spread().momentRatio(t);
        };
    return new Estimate.Calculated(
        loss * queued, "leading term; good while a shard's time missing is short against its life");
  }

  @Override
  public String method() {
    return "closed";
  }
}
