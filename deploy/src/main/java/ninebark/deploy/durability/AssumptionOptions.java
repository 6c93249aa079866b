package ninebark.deploy.durability;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import ninebark.erasure.durability.Acknowledgement;
import ninebark.erasure.durability.Assumptions;
import ninebark.erasure.durability.AzLayout;
import ninebark.erasure.durability.AzLoss;
import ninebark.erasure.durability.BatchSpread;
import ninebark.erasure.durability.FailureRate;
import ninebark.erasure.durability.Fleet;
import ninebark.erasure.durability.LatentDamage;
import ninebark.erasure.durability.MassFailure;
import ninebark.erasure.durability.PlacementGroups;
import ninebark.erasure.durability.Redundancy;
import ninebark.erasure.durability.RepairOrder;
import ninebark.erasure.durability.RepairSpread;
import ninebark.erasure.durability.RepairTime;
import picocli.CommandLine.Option;

/** The options that say what a claim rests on, shared by the commands that make claims. */
final class AssumptionOptions {
  /** How the repairs of one stripe run. */
  enum Order {
    parallel,
    serial
  }

  @Option(
      names = "--az",
      paramLabel = "LAYOUT",
      description =
          "Shards per AZ, 2/2/2/2, or the number of AZs for an even spread. Without it AZs are not"
              + " counted.")
  private Optional<String> az = Optional.empty();

  @Option(
      names = "--afr",
      paramLabel = "PERCENT",
      converter = Quantity.AfrPercent.class,
      defaultValue = "1.6",
      description = "Failures per hundred disk-years. Default: ${DEFAULT-VALUE}.")
  private FailureRate afr = FailureRate.ofAfrPercent(1.6);

  @Option(
      names = "--repair",
      paramLabel = "TIME",
      converter = Quantity.Time.class,
      description =
          "Mean time from failure to restored shard, detection and queue included (6h). Otherwise it"
              + " is computed from --detect, --queue, --disk, --peers and --bw.")
  private Optional<Duration> repair = Optional.empty();

  @Option(
      names = "--detect",
      paramLabel = "TIME",
      converter = Quantity.Time.class,
      description = "Until a failure is noticed. Default: 15m.")
  private Optional<Duration> detect = Optional.empty();

  @Option(
      names = "--queue",
      paramLabel = "TIME",
      converter = Quantity.Time.class,
      description = "Until its repair starts. Default: 0.")
  private Optional<Duration> queue = Optional.empty();

  @Option(
      names = "--disk",
      paramLabel = "BYTES",
      converter = Quantity.Bytes.class,
      description = "Bytes on the failed disk. Default: 16TB.")
  private Optional<Double> disk = Optional.empty();

  @Option(
      names = "--peers",
      paramLabel = "COUNT",
      description = "Disks that rebuild together. Default: 299.")
  private Optional<Integer> peers = Optional.empty();

  @Option(
      names = "--bw",
      paramLabel = "BYTES/s",
      converter = Quantity.Bytes.class,
      description = "Repair bandwidth of each peer. Default: 20MB.")
  private Optional<Double> bandwidth = Optional.empty();

  @Option(
      names = "--single-spare",
      paramLabel = "BYTES/s",
      converter = Quantity.Bytes.class,
      description = "Rebuild onto one spare disk that is written this fast, instead of onto peers.")
  private Optional<Double> spare = Optional.empty();

  @Option(
      names = "--repair-order",
      paramLabel = "ORDER",
      defaultValue = "parallel",
      description = "Repairs of one stripe: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Order order = Order.parallel;

  @Option(
      names = "--repair-spread",
      paramLabel = "SPREAD",
      converter = Quantity.Spread.class,
      defaultValue = "exponential",
      description =
          "How repair times scatter: constant, exponential, lognormal:SIGMA. Matters with"
              + " --repair-order serial. Default: ${DEFAULT-VALUE}.")
  private RepairSpread spread = new RepairSpread.Exponential();

  @Option(
      names = "--batch",
      paramLabel = "SHARE:X",
      converter = Quantity.Batch.class,
      description =
          "A share of the stripes on disks that fail X times as often, at the same fleet AFR"
              + " (10%%:5).")
  private Optional<BatchSpread> batch = Optional.empty();

  @Option(
      names = "--corruption",
      paramLabel = "RATE",
      converter = Quantity.PerYear.class,
      description =
          "Silently damaged shards per shard-year: 1e-6 media alone, 1e-4 with firmware and software."
              + " Default: not counted.")
  private Optional<FailureRate> corruption = Optional.empty();

  @Option(
      names = "--scrub",
      paramLabel = "TIME",
      converter = Quantity.Time.class,
      defaultValue = "14d",
      description =
          "A full scrub takes this long. Counts with --corruption. Default: ${DEFAULT-VALUE}.")
  private Duration scrub = Duration.ofDays(14);

  @Option(
      names = "--lz",
      paramLabel = "RATE",
      converter = Quantity.PerYear.class,
      description = "Destructions per AZ-year (1e-4). Needs --az. Default: not counted.")
  private Optional<FailureRate> azRate = Optional.empty();

  @Option(
      names = "--az-rebuild",
      paramLabel = "TIME",
      converter = Quantity.Time.class,
      defaultValue = "7d",
      description =
          "Until what a destroyed AZ held is rebuilt elsewhere. Default: ${DEFAULT-VALUE}.")
  private Duration azRebuild = Duration.ofDays(7);

  @Option(
      names = "--urgent",
      paramLabel = "TIME",
      converter = Quantity.Time.class,
      defaultValue = "1h",
      description =
          "Repair of a stripe with less margin than the others after an AZ loss. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration urgent = Duration.ofHours(1);

  @Option(
      names = "--no-priority",
      description = "Repair after an AZ loss in any order, not the least margin first.")
  private boolean noPriority;

  @Option(
      names = "--nodes",
      paramLabel = "COUNT",
      description = "Nodes in the fleet, for --dead. Default: 300.")
  private int nodes = 300;

  @Option(
      names = "--groups",
      paramLabel = "COUNT",
      converter = Quantity.Count.class,
      description = "Placement groups in the fleet, for --dead. Default: 300.")
  private double groups = 300;

  @Option(
      names = "--dead",
      paramLabel = "COUNT",
      description = "Random nodes that die for good at once, --events times a year.")
  private Optional<Integer> dead = Optional.empty();

  @Option(
      names = "--events",
      paramLabel = "RATE",
      converter = Quantity.PerYear.class,
      defaultValue = "0.01",
      description = "How often that happens, per year. Default: ${DEFAULT-VALUE}.")
  private FailureRate events = FailureRate.perYear(0.01);

  @Option(
      names = "--floor",
      paramLabel = "RATE",
      converter = Quantity.PerYear.class,
      description =
          "Yearly loss per stripe through software and operators, from your own experience.")
  private Optional<FailureRate> floor = Optional.empty();

  @Option(
      names = "--ack",
      paramLabel = "SHARDS",
      description = "Shards synced when a write is acknowledged. Default: all.")
  private Optional<Integer> ack = Optional.empty();

  @Option(
      names = "--objects",
      paramLabel = "COUNT",
      converter = Quantity.Count.class,
      defaultValue = "1e9",
      description = "Objects stored. Default: ${DEFAULT-VALUE}.")
  private double objects = 1e9;

  @Option(
      names = "--stripes",
      paramLabel = "COUNT",
      converter = Quantity.Count.class,
      defaultValue = "1",
      description = "Stripes per object. Default: ${DEFAULT-VALUE}.")
  private double stripes = 1;

  /**
   * The assumptions for one scheme; {@code fallbackAz} applies where {@code --az} was not given.
   */
  Assumptions of(Redundancy redundancy, Optional<String> fallbackAz) {
    var assumptions =
        Assumptions.of(redundancy, afr, repairTime())
            .withOrder(
                switch (order) {
                  case parallel -> RepairOrder.SIDE_BY_SIDE;
                  case serial -> RepairOrder.ONE_AT_A_TIME;
                },
                spread)
            .withFleet(new Fleet(objects, stripes))
            .withFloor(floor.orElse(FailureRate.perYear(0)));
    if (batch.isPresent()) {
      assumptions = assumptions.withBatches(batch.get());
    }
    if (corruption.isPresent()) {
      assumptions =
          assumptions.withLatent(new LatentDamage(corruption.get(), scrub, Duration.ZERO));
    }
    var where = az.or(() -> fallbackAz).map(text -> layout(redundancy, text));
    if (where.isPresent()) {
      assumptions = assumptions.withAzLoss(where.get(), azLoss());
    } else if (azRate.isPresent()) {
      throw new IllegalArgumentException("--lz needs --az, to know which AZ holds how many shards");
    }
    if (dead.isPresent()) {
      assumptions =
          assumptions.withMassFailure(
              new MassFailure(events, dead.get(), new PlacementGroups(nodes, groups)));
    }
    if (ack.isPresent()) {
      assumptions = assumptions.withAcknowledgement(new Acknowledgement(redundancy, ack.get()));
    }
    return assumptions;
  }

  private AzLoss azLoss() {
    return new AzLoss(
        azRate.orElse(FailureRate.perYear(0)),
        azRebuild,
        urgent,
        noPriority ? AzLoss.Urgency.FIRST_COME_FIRST_SERVED : AzLoss.Urgency.LEAST_MARGIN_FIRST);
  }

  private RepairTime repairTime() {
    boolean computed =
        detect.isPresent()
            || queue.isPresent()
            || disk.isPresent()
            || peers.isPresent()
            || bandwidth.isPresent()
            || spare.isPresent();
    if (repair.isPresent()) {
      if (computed) {
        throw new IllegalArgumentException(
            "--repair is the whole time; it cannot go with --detect, --queue, --disk, --peers, --bw"
                + " or --single-spare, from which it would be computed");
      }
      return new RepairTime.Given(repair.get());
    }
    var detecting = detect.orElse(Duration.ofMinutes(15));
    var queueing = queue.orElse(Duration.ZERO);
    double bytes = disk.orElse(16e12);
    if (spare.isPresent()) {
      if (peers.isPresent() || bandwidth.isPresent()) {
        throw new IllegalArgumentException(
            "--single-spare rebuilds onto one disk; it cannot go with --peers or --bw");
      }
      return new RepairTime.SingleSpare(detecting, queueing, bytes, spare.get());
    }
    return new RepairTime.Declustered(
        detecting, queueing, bytes, peers.orElse(299), bandwidth.orElse(20e6));
  }

  private static AzLayout layout(Redundancy redundancy, String text) {
    if (text.strip().matches("[1-9]\\d{0,2}")) {
      return AzLayout.even(redundancy, Integer.parseInt(text.strip()));
    }
    if (!text.strip().matches("\\d{1,3}(/\\d{1,3})+")) {
      throw new IllegalArgumentException(
          "expected --az as shards per AZ (2/2/2/2) or a number of AZs (4), found '" + text + "'");
    }
    List<Integer> sizes = Arrays.stream(text.strip().split("/", -1)).map(Integer::valueOf).toList();
    return AzLayout.of(redundancy, sizes);
  }
}
