package ninebark.erasure.durability;

import java.time.Duration;
import java.util.List;

/**
 * A popular wrong argument about durability, with the numbers that show where it breaks. The
 * numbers are computed here and now, by the same code as every claim.
 *
 * @param name to ask for it
 * @param argument as it is usually told
 * @param fault what is wrong with it
 * @param numbers the arithmetic done right
 */
public record Mistake(String name, String argument, String fault, List<Claim.Line> numbers) {
  private static final FailureRate ONE_PERCENT = FailureRate.ofAfrPercent(1);
  private static final FailureRate TODAY = FailureRate.ofAfrPercent(1.6);
  private static final Duration SIX_HOURS = Duration.ofHours(6);
  private static final Duration WEEK = Duration.ofDays(7);

  public Mistake {
    numbers = List.copyOf(numbers);
  }

  public static List<Mistake> all() {
    return List.of(
        cube(),
        allAzsAtOnce(),
        twoAzs(),
        threeAzs(),
        windows(),
        oldFailureRate(),
        quorum(),
        twentySevenNines(),
        averageRepair(),
        averageDisk(),
        neverScrubbed(),
        scatterEverything(),
        perObject(),
        twiceThreeNines());
  }

  private static double exact(Redundancy redundancy, FailureRate rate, Duration missing) {
    return new ExactChain().estimate(StripeProcess.of(redundancy, rate, missing)).lossPerYear();
  }

  private static Claim.Line loss(String name, double perYear) {
    return new Claim.Line(
        name,
        "%s per year, %s nines"
            .formatted(Figures.scientific(perYear), Nines.ofYearlyLoss(perYear)));
  }

  private static Mistake cube() {
    var copies = Redundancy.copies(3);
    return new Mistake(
        "cube",
        "A disk fails with 1% a year, so three copies fail with 0.01^3 = 1e-6; repair makes it 1e-11.",
        "The cube is the chance that three disks fail at some time of the year, repaired or not. With"
            + " repair it is 3 l^3 T^2, and that is 1e-11 for one repair time only, which is not told.",
        List.of(
            new Claim.Line(
                "1e-11 needs repair within",
                Figures.duration(RepairBudget.longest(copies, ONE_PERCENT, 1e-11))),
            loss("repair in 4 h", exact(copies, ONE_PERCENT, Duration.ofHours(4))),
            loss("repair in 24 h", exact(copies, ONE_PERCENT, Duration.ofHours(24))),
            loss("repair in 44 h", exact(copies, ONE_PERCENT, Duration.ofHours(44)))));
  }

  private static AzLoss azLoss(double perAzYear) {
    return new AzLoss(
        FailureRate.perYear(perAzYear),
        WEEK,
        Duration.ofHours(1),
        AzLoss.Urgency.LEAST_MARGIN_FIRST);
  }

  private static Mistake allAzsAtOnce() {
    var code = Redundancy.rs(5, 4);
    var layout = AzLayout.even(code, 3);
    var process = StripeProcess.of(code, TODAY, SIX_HOURS);
    return new Mistake(
        "all-azs-at-once",
        "Data is lost only if all three AZs fail at the same moment, and that is 1e-11.",
        "No rate, no duration, no rebuild time. Data is lost by one AZ and a few disks, or by a second"
            + " AZ while the first is being rebuilt, long before all three go together.",
        List.of(
            loss(
                "RS(5,4) on 3/3/3, one AZ in 1,000 years and disks",
                azLoss(1e-3).oneAzPerYear(layout, process)),
            loss("two AZs within a week", azLoss(1e-3).twoAzsPerYear(layout)),
            loss("the same at one in 10,000 years", azLoss(1e-4).twoAzsPerYear(layout))));
  }

  private static Mistake twoAzs() {
    var code = Redundancy.rs(6, 2);
    return new Mistake(
        "two-azs",
        "RS(6,2) over two AZs survives two failures, so it survives both AZs.",
        "It survives two shards. An AZ holds four of the eight; without it four are left and six are"
            + " needed. It survives no AZ at all.",
        List.of(
            new Claim.Line("4/4 on two AZs", AzLayout.even(code, 2).guarantee()),
            new Claim.Line("3/3/2 on three", AzLayout.even(code, 3).guarantee()),
            new Claim.Line("2/2/2/2 on four", AzLayout.even(code, 4).guarantee()),
            new Claim.Line("1 each on eight", AzLayout.even(code, 8).guarantee())));
  }

  private static Mistake threeAzs() {
    var code = Redundancy.rs(10, 4);
    return new Mistake(
        "three-azs",
        "RS(10,4) tolerates four node failures at 40% overhead; use at least three AZs.",
        "Fourteen shards on three AZs put five into one, and four may be lost. On three AZs nothing"
            + " under 50% overhead survives an AZ.",
        List.of(
            new Claim.Line("5/5/4 on three AZs", AzLayout.even(code, 3).guarantee()),
            new Claim.Line("4/4/3/3 on four", AzLayout.even(code, 4).guarantee()),
            new Claim.Line("RS(5,4), 3/3/3", AzLayout.even(Redundancy.rs(5, 4), 3).guarantee())));
  }

  private static Mistake windows() {
    var code = Redundancy.rs(17, 3);
    var window = Duration.ofHours(156);
    var rate = FailureRate.ofAfrPercent(0.41);
    var process = StripeProcess.of(code, rate, window);
    return new Mistake(
        "windows",
        "Cut the year into repair windows; loss needs more than m failures in one of them (17+3,"
            + " 0.41%, 6.5 days: eleven nines).",
        "Failures that straddle two windows are missed. The answer is too low by"
            + " (m+1) prod(1-i/n), here "
            + Figures.number(FixedWindow.shortfall(20, 3))
            + ".",
        List.of(
            loss("Poisson, as published", FixedWindow.blogPostPerYear(20, rate, window, 4)),
            loss(
                "binomial, as in their script",
                new FixedWindow(FixedWindow.Count.BINOMIAL).estimate(process).lossPerYear()),
            loss("exact chain", exact(code, rate, window)),
            loss("closed form", new ClosedForm().estimate(process).lossPerYear())));
  }

  private static Mistake oldFailureRate() {
    var code = Redundancy.rs(17, 3);
    var window = Duration.ofHours(156);
    return new Mistake(
        "old-failure-rate",
        "Eleven nines were computed once, with the failure rate of that year; they still hold.",
        "Loss goes with the failure rate to the power m+1: four times the rate is two hundred times"
            + " the loss.",
        List.of(
            loss("17+3, 6.5 days, AFR 0.41%", exact(code, FailureRate.ofAfrPercent(0.41), window)),
            loss("AFR 1.36% (mid 2025)", exact(code, FailureRate.ofAfrPercent(1.36), window)),
            loss("AFR 1.57% (2024)", exact(code, FailureRate.ofAfrPercent(1.57), window)),
            new Claim.Line(
                "eleven nines again if rebuilt within",
                Figures.duration(
                    RepairBudget.longest(code, FailureRate.ofAfrPercent(1.57), 1e-11)))));
  }

  private static Mistake quorum() {
    var code = Redundancy.rs(6, 2);
    return new Mistake(
        "quorum",
        "Answer 200 after a quorum; the rest is written in the background.",
        "For an erasure code the quorum is the durability: with w shards synced, w-k may be lost. The"
            + " code's m holds only when all n are synced.",
        List.of(acknowledged(code, 6), acknowledged(code, 7), acknowledged(code, 8)));
  }

  private static Claim.Line acknowledged(Redundancy code, int synced) {
    return new Claim.Line(
        "RS(6,2), " + synced + " synced",
        new Acknowledgement(code, synced).marginAtFirst() + " may be lost");
  }

  private static Mistake twentySevenNines() {
    double independent = exact(Redundancy.rs(10, 4), ONE_PERCENT, SIX_HOURS);
    double withSoftware = independent + 1e-9;
    return new Mistake(
        "twenty-seven-nines",
        "The Markov model says 18 (or 27) nines, so that is the durability.",
        "It says that disks are no longer the problem. One bad release, one wrong deletion or one"
            + " fire in the lifetime of the company decides; they are not in the model.",
        List.of(
            loss("RS(10,4), disks alone", independent),
            loss("with a software floor of 1e-9", withSoftware)));
  }

  private static Mistake averageRepair() {
    var process = StripeProcess.of(Redundancy.rs(5, 4), TODAY, SIX_HOURS);
    return new Mistake(
        "average-repair",
        "Repair takes six hours on average, so six hours go into the formula.",
        "True while every shard is repaired on its own. Where a stripe's repairs wait for each other,"
            + " E[T^m] counts: a few stuck repairs, not the average, decide.",
        List.of(
            loss("RS(5,4), side by side", new ExactChain().estimate(process).lossPerYear()),
            queued(process, new RepairSpread.Constant()),
            queued(process, new RepairSpread.Exponential()),
            queued(process, new RepairSpread.LogNormal(1))));
  }

  private static Claim.Line queued(StripeProcess process, RepairSpread spread) {
    return loss(
        "one at a time, " + spread.label(),
        new ExactChain().estimate(process.with(RepairOrder.ONE_AT_A_TIME, spread)).lossPerYear());
  }

  private static Mistake averageDisk() {
    var batch = new BatchSpread(0.1, 5);
    return new Mistake(
        "average-disk",
        "The fleet's AFR is 1.6%, so every stripe's disks fail at 1.6%.",
        "If a tenth of the stripes sits on a batch that fails five times as often, at the same fleet"
            + " AFR, loss grows by E[x^(m+1)]: more parity makes it worse. Mix batches within a stripe.",
        List.of(
            new Claim.Line("m = 2", "x" + Figures.number(batch.moment(3))),
            new Claim.Line("m = 3", "x" + Figures.number(batch.moment(4))),
            new Claim.Line("m = 4", "x" + Figures.number(batch.moment(5)))));
  }

  private static Mistake neverScrubbed() {
    var code = Redundancy.rs(5, 4);
    var plain = Assumptions.of(code, TODAY, new RepairTime.Given(SIX_HOURS));
    return new Mistake(
        "never-scrubbed",
        "Checksums are verified on read, so silent damage is repaired when it is met.",
        "Cold data is not read. A damaged shard that nobody looks at is missing for years, and is"
            + " found when its stripe is being rebuilt.",
        List.of(
            scrubbed(plain, "scrubbed weekly", Duration.ofDays(7)),
            scrubbed(plain, "every 30 days", Duration.ofDays(30)),
            scrubbed(plain, "never, five years old", JulianYear.ofYears(5))));
  }

  private static Claim.Line scrubbed(Assumptions plain, String name, Duration interval) {
    var latent = new LatentDamage(FailureRate.perYear(1e-4), interval, Duration.ZERO);
    return loss(name, new ExactChain().estimate(plain.withLatent(latent).stripe()).lossPerYear());
  }

  private static Mistake scatterEverything() {
    var code = Redundancy.rs(5, 4);
    return new Mistake(
        "scatter-everything",
        "Put every object on nodes of its own choice: the more scattered, the safer.",
        "Every new set of nodes is one more set whose common death loses data. A few groups per node"
            + " rebuild nearly as fast.",
        List.of(
            scattered(code, 300, "1 group per node"),
            scattered(code, 3_000, "10 groups per node"),
            scattered(code, 1e7, "every object anywhere")));
  }

  private static Claim.Line scattered(Redundancy code, double groups, String name) {
    var placement = new PlacementGroups(300, groups);
    return new Claim.Line(
        name + ", 9 of 300 nodes die",
        "%s chance to lose some data; %s repair peers"
            .formatted(
                Figures.scientific(placement.anyLost(code, 9)),
                Figures.number(Math.rint(placement.repairPeers(code)))));
  }

  private static Mistake perObject() {
    return new Mistake(
        "per-object",
        "Eleven nines: we will never lose an object.",
        "Eleven nines are per object and year. Multiply by what is stored, and by stripes per object.",
        List.of(
            new Claim.Line("1e9 objects at 1e-11", Figures.onceIn(1e9 * 1e-11)),
            new Claim.Line("1e12 objects at 1e-11", Figures.onceIn(1e12 * 1e-11)),
            new Claim.Line("1e12 objects of 100 stripes", Figures.onceIn(1e12 * 100 * 1e-11))));
  }

  private static Mistake twiceThreeNines() {
    double alone = 1e-3;
    double shared = 0.1;
    return new Mistake(
        "twice-three-nines",
        "Two AZs of 99.9% each are 99.9999% together.",
        "Only if nothing is shared and failover never fails. If a tenth of an AZ's outages come from"
            + " the control plane, a deploy or DNS that both share, the second AZ hardly helps. And"
            + " availability is not durability.",
        List.of(
            new Claim.Line("independent", Figures.scientific(alone * alone) + " of the time down"),
            new Claim.Line(
                "one outage in ten shared",
                Figures.scientific(alone * shared + alone * (1 - shared) * alone * (1 - shared))
                    + " of the time down")));
  }
}
