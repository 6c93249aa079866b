package ninebark.erasure.durability;

import java.util.ArrayList;
import java.util.List;

/**
 * A durability claim: the number, everything that went into it, and what did not.
 *
 * @param devices loss of a stripe through its own shards, by the chosen model
 * @param lossPerStripeYear with AZs, mass failures and the floor
 */
public record Claim(
    Assumptions assumptions,
    Model model,
    Estimate devices,
    Waterfall waterfall,
    double lossPerStripeYear) {

  /** One line of the claim card. */
  public record Line(String name, String value) {}

  public static Claim of(Assumptions assumptions, Model model) {
    var devices = model.estimate(assumptions.stripe());
    double beyond =
        Waterfall.beyondTheStripe(assumptions).stream()
            .mapToDouble(Waterfall.Step::lossPerYear)
            .sum();
    return new Claim(
        assumptions,
        model,
        devices,
        Waterfall.of(assumptions),
        devices.claimablePerYear() + beyond);
  }

  public Nines ninesPerStripe() {
    return Nines.ofYearlyLoss(lossPerStripeYear);
  }

  /** An object is lost with any of its stripes. */
  public double lossPerObjectYear() {
    return assumptions.fleet().stripesPerObject() * lossPerStripeYear;
  }

  public Nines ninesPerObject() {
    return Nines.ofYearlyLoss(lossPerObjectYear());
  }

  /** Expected objects lost in the whole fleet in a year. */
  public double objectsLostPerYear() {
    return assumptions.fleet().objectCount() * Nines.probabilityWithinAYear(lossPerObjectYear());
  }

  /** Whether so many nines are claimed that the model is no longer where the risk is. */
  public boolean beyondBelief() {
    return ninesPerStripe().value() > Nines.CREDIBLE;
  }

  public List<String> counted() {
    var counted = new ArrayList<String>();
    for (var step : waterfall.steps()) {
      if (step.counted()) {
        counted.add(step.cause().label());
      }
    }
    return counted;
  }

  public List<String> notCounted() {
    var missing = new ArrayList<String>();
    for (var step : waterfall.steps()) {
      if (!step.counted()) {
        missing.add(step.cause().label());
      }
    }
    missing.add("loss of the index that names the object");
    missing.add("deletion by whoever holds the key");
    missing.add("damage to a shard before its checksum was made");
    return missing;
  }

  /** Every input, in the order of the arithmetic. */
  public List<Line> inputs() {
    var a = assumptions;
    var lines = new ArrayList<Line>();
    lines.add(
        new Line(
            "scheme",
            "%s: %d data of %d shards, stores %s bytes per byte, any %d lost shards survived"
                .formatted(
                    a.redundancy().label(),
                    a.redundancy().k(),
                    a.redundancy().n(),
                    Figures.number(a.redundancy().overhead()),
                    a.redundancy().tolerance())));
    a.layout().ifPresent(it -> lines.add(new Line("shards per AZ", it + ": " + it.guarantee())));
    lines.add(
        new Line(
            "disk failures", Figures.number(a.disks().percent()) + " per 100 disk-years (AFR)"));
    lines.addAll(repairLines());
    lines.add(
        new Line(
            "repairs of a stripe",
            switch (a.order()) {
              case SIDE_BY_SIDE -> "side by side (the spread of repair times does not matter)";
              case ONE_AT_A_TIME -> "one at a time, times " + a.spread().label();
            }));
    if (!a.batches().none()) {
      lines.add(
          new Line(
              "bad batches",
              "%s of stripes on disks that fail %s times as often, same fleet AFR"
                  .formatted(
                      Figures.percent(a.batches().share()),
                      Figures.number(a.batches().multiplier()))));
    }
    if (!a.latent().none()) {
      lines.add(
          new Line(
              "silent damage",
              "%s per shard-year, found by a scrub every %s"
                  .formatted(
                      Figures.number(a.latent().perShard().perYear()),
                      Figures.duration(a.latent().scrubInterval()))));
    }
    if (!a.azLoss().none()) {
      lines.add(
          new Line(
              "AZ destroyed",
              "%s per AZ-year, rebuilt in %s, %s"
                  .formatted(
                      Figures.number(a.azLoss().perAz().perYear()),
                      Figures.duration(a.azLoss().rebuild()),
                      switch (a.azLoss().urgency()) {
                        case LEAST_MARGIN_FIRST ->
                            "least margin repaired first, in "
                                + Figures.duration(a.azLoss().urgentRepair());
                        case FIRST_COME_FIRST_SERVED -> "no order of repair";
                      })));
    }
    a.massFailure()
        .ifPresent(
            it ->
                lines.add(
                    new Line(
                        "many nodes at once",
                        "%s a year: %d of %d nodes die, %s placement groups"
                            .formatted(
                                Figures.number(it.events().perYear()),
                                it.deadNodes(),
                                it.groups().nodeCount(),
                                Figures.number(it.groups().groupCount())))));
    if (a.floor().perYear() > 0) {
      lines.add(
          new Line(
              "software and operators",
              Figures.scientific(a.floor().perYear()) + " per stripe-year, set by hand"));
    }
    a.acknowledgement()
        .ifPresent(
            it ->
                lines.add(
                    new Line(
                        "acknowledged at",
                        "%d of %d shards synced: at that moment %d may be lost"
                            .formatted(
                                it.syncedShards(), it.redundancy().n(), it.marginAtFirst()))));
    lines.add(
        new Line(
            "fleet",
            "%s objects of %s stripe%s"
                .formatted(
                    Figures.number(a.fleet().objectCount()),
                    Figures.number(a.fleet().stripesPerObject()),
                    a.fleet().stripesPerObject() == 1 ? "" : "s")));
    return lines;
  }

  private List<Line> repairLines() {
    var missing = Figures.duration(assumptions.missing());
    return switch (assumptions.repair()) {
      case RepairTime.Given given ->
          List.of(new Line("time missing", missing + " on average, detection and queue included"));
      case RepairTime.Declustered it ->
          List.of(
              new Line(
                  "time missing",
                  "%s = %s to detect + %s in the queue + %s to rebuild"
                      .formatted(
                          missing,
                          Figures.duration(it.detect()),
                          Figures.duration(it.queue()),
                          Figures.duration(it.rebuild(assumptions.redundancy().repairReads())))),
              new Line(
                  "rebuild",
                  "%s on the disk, %d shards read per shard, %d peers at %s/s each"
                      .formatted(
                          Figures.bytes(it.diskBytes()),
                          assumptions.redundancy().repairReads(),
                          it.peerCount(),
                          Figures.bytes(it.peerBytesPerSecond()))));
      case RepairTime.SingleSpare it ->
          List.of(
              new Line(
                  "time missing",
                  "%s = %s to detect + %s in the queue + %s onto one spare at %s/s"
                      .formatted(
                          missing,
                          Figures.duration(it.detect()),
                          Figures.duration(it.queue()),
                          Figures.bytes(it.diskBytes()),
                          Figures.bytes(it.writeBytesPerSecond()))));
    };
  }

  /** What comes out, per stripe, per object and for the fleet. */
  public List<Line> results() {
    var lines = new ArrayList<Line>();
    lines.add(
        new Line(
            "per stripe",
            "%s nines, %s lost per year"
                .formatted(ninesPerStripe(), Figures.scientific(lossPerStripeYear))));
    lines.add(
        new Line(
            "by devices alone",
            switch (devices) {
              case Estimate.Calculated it ->
                  "%s nines, %s per year (%s)"
                      .formatted(it.nines(), Figures.scientific(it.lossPerYear()), it.note());
              case Estimate.Sampled it when it.lossPerYear() == 0 ->
                  "more than %s nines: none seen, so at most %s per year (%s; seed %d)"
                      .formatted(it.nines(), Figures.scientific(it.high()), it.note(), it.seed());
              case Estimate.Sampled it ->
                  "%s nines, %s per year, 95%% within %s to %s%s (%s; seed %d)"
                      .formatted(
                          it.nines(),
                          Figures.scientific(it.lossPerYear()),
                          Figures.scientific(it.low()),
                          Figures.scientific(it.high()),
                          it.converged() ? "" : ", NOT CONVERGED: too few samples to trust this",
                          it.note(),
                          it.seed());
            }));
    lines.add(
        new Line(
            "per object",
            "%s nines, %s lost per year"
                .formatted(ninesPerObject(), Figures.scientific(lossPerObjectYear()))));
    lines.add(
        new Line(
            "fleet",
            "%s objects lost per year, %s"
                .formatted(
                    Figures.number(objectsLostPerYear()), Figures.onceIn(objectsLostPerYear()))));
    assumptions
        .massFailure()
        .ifPresent(
            it ->
                lines.add(
                    new Line(
                        "fleet, many nodes",
                        "%s chance a year that some group is lost at once"
                            .formatted(
                                Figures.scientific(it.anyPerYear(assumptions.redundancy()))))));
    return lines;
  }

  /** The claim card as text. */
  public String card() {
    var text = new StringBuilder();
    text.append("CLAIM  ")
        .append(assumptions.redundancy().label())
        .append(": ")
        .append(ninesPerStripe())
        .append(" nines per stripe and year\n\n");
    section(text, "Result", results());
    section(text, "Inputs", inputs());
    text.append("Counted\n");
    counted().forEach(it -> text.append("  + ").append(it).append('\n'));
    text.append("\nNot counted\n");
    notCounted().forEach(it -> text.append("  - ").append(it).append('\n'));
    if (beyondBelief()) {
      text.append('\n').append(DISBELIEF).append('\n');
    }
    return text.toString();
  }

  /** Said whenever more nines come out than anything in the model can carry. */
  public static final String DISBELIEF =
      "More than 13 nines: what was counted is no longer the risk. What was not counted is.";

  private static void section(StringBuilder text, String title, List<Line> lines) {
    int width = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
    text.append(title).append('\n');
    for (var line : lines) {
      text.append("  ")
          .append(line.name())
          .append(" ".repeat(width - line.name().length() + 2))
          .append(line.value())
          .append('\n');
    }
    text.append('\n');
  }
}
