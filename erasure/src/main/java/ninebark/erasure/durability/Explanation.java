package ninebark.erasure.durability;

import java.util.ArrayList;
import java.util.List;

/** The arithmetic behind a claim, one step after another, each with its formula and its numbers. */
public record Explanation(List<Step> steps) {
  /**
   * One step.
   *
   * @param formula in symbols
   * @param numbers the same with this claim's numbers, ending in the result
   */
  public record Step(String title, String formula, String numbers) {}

  public Explanation {
    steps = List.copyOf(steps);
  }

  public static Explanation of(Assumptions assumptions) {
    return new Derivation(assumptions).derive();
  }

  /** Collects the steps for one set of assumptions. */
  private static final class Derivation {
    private final Assumptions a;
    private final Redundancy code;
    private final int t;
    private final List<Step> steps = new ArrayList<>();

    Derivation(Assumptions assumptions) {
      this.a = assumptions;
      this.code = assumptions.redundancy();
      this.t = code.tolerance();
    }

    Explanation derive() {
      rates();
      repair();
      oneStripe();
      queueAndBatches();
      silentDamage();
      azs();
      manyNodes();
      sum();
      return new Explanation(steps);
    }

    private void step(String title, String formula, String numbers) {
      steps.add(new Step(title, formula, numbers));
    }

    private static String n(double value) {
      return Figures.number(value);
    }

    private static String e(double value) {
      return Figures.scientific(value);
    }

    private void rates() {
      step(
          "How often a shard is lost",
          "l = AFR / 100, failures per disk-year",
          "l = %s / 100 = %s".formatted(n(a.disks().percent()), n(a.disks().perYear())));
    }

    private void repair() {
      switch (a.repair()) {
        case RepairTime.Given given ->
            step(
                "How long it stays missing",
                "T, given; 1 year = 8,766 h",
                "T = %s = %s years"
                    .formatted(
                        Figures.duration(given.mean()), e(JulianYear.yearsIn(given.mean()))));
        case RepairTime.Declustered it ->
            step(
                "How long it stays missing",
                "T = detect + queue + C(1+r) / (peers b)",
                "T = %s + %s + %s x (1+%d) / (%d x %s/s) = %s = %s years"
                    .formatted(
                        Figures.duration(it.detect()),
                        Figures.duration(it.queue()),
                        Figures.bytes(it.diskBytes()),
                        code.repairReads(),
                        it.peerCount(),
                        Figures.bytes(it.peerBytesPerSecond()),
                        Figures.duration(a.missing()),
                        e(JulianYear.yearsIn(a.missing()))));
        case RepairTime.SingleSpare it ->
            step(
                "How long it stays missing",
                "T = detect + queue + C / b",
                "T = %s + %s + %s / %s/s = %s = %s years"
                    .formatted(
                        Figures.duration(it.detect()),
                        Figures.duration(it.queue()),
                        Figures.bytes(it.diskBytes()),
                        Figures.bytes(it.writeBytesPerSecond()),
                        Figures.duration(a.missing()),
                        e(JulianYear.yearsIn(a.missing()))));
      }
    }

    private void oneStripe() {
      double l = a.disks().perYear();
      double years = JulianYear.yearsIn(a.missing());
      double fatal = code.fatalPatterns(code.nothingLost(), t + 1);
      var process = a.independent();
      step(
          "How much may be lost",
          "any t of n shards; F sets of t+1 shards are fatal",
          "t = %d of n = %d; F = %s of %s"
              .formatted(t, code.n(), n(fatal), n(Combinatorics.choose(code.n(), t + 1))));
      step(
          "Independent failures, leading term",
          "L = (t+1) F l (lT)^t" + (code.families().size() == 1 ? " = n C(n-1,m) l (lT)^m" : ""),
          "L = %d x %s x %s x (%s)^%d = %s per year"
              .formatted(
                  t + 1,
                  n(fatal),
                  n(l),
                  e(l * years),
                  t,
                  e(new ClosedForm().estimate(process).lossPerYear())));
      if (code.families().size() == 1) {
        var h = ExactChain.meanTimesUp(code.n(), t, l, 1 / years, false);
        var up = new StringBuilder();
        for (int i = 0; i <= t; i++) {
          up.append(i == 0 ? "" : " + ").append(n(h[i]));
        }
        step(
            "The same, exactly",
            "h_0 = 1/(n l), h_i = (1 + (i/T) h_(i-1)) / ((n-i) l), L = 1 / (h_0 + ... + h_m)",
            "L = 1 / (%s years) = %s per year".formatted(up, e(exact(process))));
      } else {
        step(
            "The same, as exactly as the code's width allows",
            "Markov chain over losses per group, by state elimination",
            "L = %s per year (%s)"
                .formatted(
                    e(exact(process)), ExactChain.orClosedForm(code).estimate(process).note()));
      }
      step(
          "The same in fixed windows of T (too low)",
          "P(more than t losses in one window) / T",
          "L = %s per year, short by a factor of %s"
              .formatted(
                  e(new FixedWindow(FixedWindow.Count.POISSON).estimate(process).lossPerYear()),
                  n(
                      exact(process)
                          / new FixedWindow(FixedWindow.Count.POISSON)
                              .estimate(process)
                              .lossPerYear())));
    }

    private static double exact(StripeProcess process) {
      return ExactChain.orClosedForm(process.redundancy()).estimate(process).lossPerYear();
    }

    private void queueAndBatches() {
      if (a.order() == RepairOrder.ONE_AT_A_TIME) {
        step(
            "One repair at a time",
            "L x E[T^t] / E[T]^t",
            "L x %s (repair times %s)".formatted(n(a.spread().momentRatio(t)), a.spread().label()));
      }
      if (!a.batches().none()) {
        var batch = a.batches();
        step(
            "Bad batches",
            "L x E[x^(t+1)]",
            "L x (%s x %s^%d + %s x %s^%d) = L x %s"
                .formatted(
                    n(batch.share()),
                    n(batch.multiplier()),
                    t + 1,
                    n(1 - batch.share()),
                    n(batch.multiplierOfTheRest()),
                    t + 1,
                    n(batch.moment(t + 1))));
      }
    }

    private void silentDamage() {
      if (a.latent().none()) {
        return;
      }
      double ld = a.disks().perYear();
      double lc = a.latent().perShard().perYear();
      double td = JulianYear.yearsIn(a.missing());
      double tc = JulianYear.yearsIn(a.latent().exposure());
      step(
          "Silent damage",
          "l -> ld + lc, lT -> ld Td + lc (scrub interval / 2 + repair)",
          "l = %s + %s = %s, lT = %s + %s = %s"
              .formatted(n(ld), n(lc), n(ld + lc), e(ld * td), e(lc * tc), e(ld * td + lc * tc)));
    }

    private void azs() {
      if (a.layout().isEmpty()) {
        return;
      }
      var layout = a.layout().get();
      step(
          "What an AZ takes with it",
          "margin = what may still be lost after it",
          "%s shards per AZ, margins %s: %s"
              .formatted(
                  layout,
                  java.util.stream.IntStream.range(0, layout.azCount())
                      .mapToObj(az -> String.valueOf(layout.marginWithout(az)))
                      .collect(java.util.stream.Collectors.joining("/")),
                  layout.guarantee()));
      if (a.azLoss().none()) {
        return;
      }
      var az = a.azLoss();
      step(
          "One AZ destroyed",
          "sum over AZs of lz P(more than margin further losses before it is rebuilt)",
          "%s per year at lz = %s, rebuilt in %s"
              .formatted(
                  e(az.oneAzPerYear(layout, a.stripe())),
                  n(az.perAz().perYear()),
                  Figures.duration(az.rebuild())));
      step(
          "Two AZs destroyed",
          "fatal ordered pairs x lz^2 Taz",
          "%s per year".formatted(e(az.twoAzsPerYear(layout))));
    }

    private void manyNodes() {
      a.massFailure()
          .ifPresent(
              it ->
                  step(
                      "Many nodes at once",
                      "p = sum_{j>m} C(n,j) C(N-n,f-j) / C(N,f); a stripe: rate x p; any of G"
                          + " groups: 1-(1-p)^G",
                      "p = %s; a stripe %s per year; any of %s groups %s per event"
                          .formatted(
                              e(it.groups().groupLost(code, it.deadNodes())),
                              e(it.perStripeAndYear(code)),
                              n(it.groups().groupCount()),
                              e(it.groups().anyLost(code, it.deadNodes())))));
    }

    private void sum() {
      var claim = Claim.of(a, ExactChain.orClosedForm(code));
      var terms = new StringBuilder(e(claim.devices().lossPerYear()));
      for (var added : Waterfall.beyondTheStripe(a)) {
        if (added.counted()) {
          terms.append(" + ").append(e(added.lossPerYear()));
        }
      }
      step(
          "Everything that is counted",
          "devices + one AZ + two AZs + many nodes + floor; nines = -log10",
          "%s = %s per stripe and year = %s nines"
              .formatted(terms, e(claim.lossPerStripeYear()), claim.ninesPerStripe()));
      step(
          "The fleet",
          "objects x stripes per object x L",
          "%s x %s x %s = %s objects a year, %s"
              .formatted(
                  n(a.fleet().objectCount()),
                  n(a.fleet().stripesPerObject()),
                  e(claim.lossPerStripeYear()),
                  n(claim.objectsLostPerYear()),
                  Figures.onceIn(claim.objectsLostPerYear())));
    }
  }
}
