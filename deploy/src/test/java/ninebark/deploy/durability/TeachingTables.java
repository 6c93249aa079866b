package ninebark.deploy.durability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ninebark.erasure.durability.Assumptions;
import ninebark.erasure.durability.AzLayout;
import ninebark.erasure.durability.AzLoss;
import ninebark.erasure.durability.AzRule;
import ninebark.erasure.durability.BatchSpread;
import ninebark.erasure.durability.Estimate;
import ninebark.erasure.durability.ExactChain;
import ninebark.erasure.durability.FailureBiasing;
import ninebark.erasure.durability.FailureRate;
import ninebark.erasure.durability.JulianYear;
import ninebark.erasure.durability.LatentDamage;
import ninebark.erasure.durability.MassFailure;
import ninebark.erasure.durability.Mistake;
import ninebark.erasure.durability.NaiveMonteCarlo;
import ninebark.erasure.durability.PlacementGroups;
import ninebark.erasure.durability.Redundancy;
import ninebark.erasure.durability.RepairOrder;
import ninebark.erasure.durability.RepairSpread;
import ninebark.erasure.durability.RepairTime;
import ninebark.erasure.durability.StripeProcess;
import ninebark.erasure.durability.Waterfall;
import tools.jackson.databind.json.JsonMapper;

/**
 * The numbers on the teaching page, made by the models. Run {@link #main} after a change of either
 * to write them into the page; the test fails until that is done.
 */
final class TeachingTables {
  static final Path PAGE = Path.of("src/main/resources/ninebark/deploy/durability/durability.html");

  private static final Pattern BLOCK =
      Pattern.compile("(?s)(<script type=\"application/json\" id=\"tables\">\n).*?(\n</script>)");

  private static final List<String> SCHEMES =
      List.of(
          "3x",
          "rs:4,2",
          "rs:6,2",
          "rs:6,3",
          "rs:3,3",
          "rs:5,4",
          "rs:10,4",
          "rs:12,4",
          "rs:11,7",
          "17+3",
          "lrc:12,2,2",
          "azlrc:12,3,6");
  private static final List<Integer> AZ_COUNTS = List.of(2, 3, 4, 6);
  private static final double STEP = 1 / 3.0;
  private static final int RATES = 13;
  private static final double RATE_FROM = -3.5;
  private static final int TIMES = 17;
  private static final double TIME_FROM = -4.75;
  private static final double CHAIN_FROM = -8;
  private static final double CHAIN_STEP = 0.1;
  private static final int CHAIN = 96;
  private static final int NODES = 300;
  private static final int MOST_DEAD = 20;
  private static final Duration AZ_REBUILD = Duration.ofDays(7);
  private static final Duration URGENT = Duration.ofHours(1);
  private static final double MASS_PER_YEAR = 0.01;
  private static final double BATCH_SHARE = 0.1;

  private TeachingTables() {}

  /** Writes the tables into the page; the working directory is the module's. */
  public static void main(String[] arguments) throws IOException {
    Files.writeString(PAGE, into(Files.readString(PAGE)));
  }

  static String into(String page) {
    var block = BLOCK.matcher(page);
    if (!block.find()) {
      throw new IllegalStateException("the page has no block of tables");
    }
    return block.replaceFirst("$1" + Matcher.quoteReplacement(json()) + "$2");
  }

  static String json() {
    var tables = new LinkedHashMap<String, Object>();
    tables.put("hoursPerYear", JulianYear.HOURS);
    tables.put("azRebuildHours", JulianYear.hoursIn(AZ_REBUILD));
    tables.put("urgentHours", JulianYear.hoursIn(URGENT));
    tables.put("massPerYear", MASS_PER_YEAR);
    tables.put("batchShare", BATCH_SHARE);
    tables.put("nodes", NODES);
    tables.put("azCounts", AZ_COUNTS);
    tables.put("chainFrom", CHAIN_FROM);
    tables.put("chainStep", CHAIN_STEP);
    tables.put("rateFrom", RATE_FROM);
    tables.put("timeFrom", TIME_FROM);
    tables.put("step", STEP);
    tables.put("rates", RATES);
    tables.put("times", TIMES);
    tables.put("schemes", SCHEMES.stream().map(TeachingTables::scheme).toList());
    tables.put("frontier", frontier());
    tables.put("convergence", List.of(convergence(true), convergence(false)));
    tables.put("mistakes", Mistake.all());
    tables.put("references", references());
    return JsonMapper.builder().build().writeValueAsString(tables).replace("},{", "},\n{");
  }

  private static double rounded(double value) {
    return Math.rint(value * 1000) / 1000;
  }

  private static Map<String, Object> scheme(String text) {
    var code = Redundancy.parse(text);
    var scheme = new LinkedHashMap<String, Object>();
    scheme.put("label", code.label());
    scheme.put("k", code.k());
    scheme.put("n", code.n());
    scheme.put("t", code.tolerance());
    scheme.put("overhead", rounded(code.overhead()));
    scheme.put("reads", code.repairReads());
    scheme.put("serial", new RepairSpread.Exponential().momentRatio(code.tolerance()));
    scheme.put("chain", chain(code, RepairOrder.SIDE_BY_SIDE));
    scheme.put("chainSerial", chain(code, RepairOrder.ONE_AT_A_TIME));
    scheme.put("families", code.families().stream().map(Redundancy.Family::size).toList());
    scheme.put("margins", margins(code));
    var dead = new ArrayList<Double>();
    for (int f = 0; f <= MOST_DEAD; f++) {
      double p = new PlacementGroups(NODES, 1).groupLost(code, f);
      dead.add(p == 0 ? -99 : rounded(Math.log10(p)));
    }
    scheme.put("dead", dead);
    var layouts = new LinkedHashMap<String, Object>();
    for (int azCount : AZ_COUNTS) {
      layouts.put(String.valueOf(azCount), layout(AzLayout.even(code, azCount)));
    }
    scheme.put("layouts", layouts);
    return scheme;
  }

  /** {@code log10(L T)} against {@code log10(l T)}: scaled by T, the chain knows nothing else. */
  private static List<Double> chain(Redundancy code, RepairOrder order) {
    var values = new ArrayList<Double>();
    for (int i = 0; i < CHAIN; i++) {
      double busy = Math.pow(10, CHAIN_FROM + i * CHAIN_STEP);
      // One year missing, so that the rate is the product; scaled back there is nothing to scale.
      var process =
          StripeProcess.of(code, FailureRate.perYear(busy), JulianYear.ofYears(1))
              .with(order, new RepairSpread.Exponential());
      values.add(rounded(Math.log10(new ExactChain().estimate(process).lossPerYear())));
    }
    return values;
  }

  /** Margin for every way to lose shards, families as digits of a mixed radix. */
  private static List<Integer> margins(Redundancy code) {
    var margins = new ArrayList<Integer>();
    var sizes = code.families().stream().map(Redundancy.Family::size).toList();
    int states = sizes.stream().reduce(1, (product, size) -> product * (size + 1));
    for (int state = 0; state < states; state++) {
      var lost = new ArrayList<Integer>();
      int rest = state;
      for (int size : sizes) {
        lost.add(rest % (size + 1));
        rest /= size + 1;
      }
      margins.add(code.margin(lost));
    }
    return margins;
  }

  private static Map<String, Object> layout(AzLayout layout) {
    var map = new LinkedHashMap<String, Object>();
    map.put("families", layout.families());
    var margins = new ArrayList<Integer>();
    int fatalPairs = 0;
    for (int az = 0; az < layout.azCount(); az++) {
      margins.add(layout.marginWithout(az));
      for (int other = 0; other < layout.azCount(); other++) {
        boolean counted =
            az != other && layout.marginWithout(az) >= 0 && layout.marginWithout(other) >= 0;
        if (counted && !layout.survivesTwo(az, other)) {
          fatalPairs++;
        }
      }
    }
    map.put("margins", margins);
    map.put("guarantee", layout.guarantee());
    map.put("fatalPairs", fatalPairs);
    map.put("ordered", oneAz(layout, AzLoss.Urgency.LEAST_MARGIN_FIRST));
    map.put("unordered", oneAz(layout, AzLoss.Urgency.FIRST_COME_FIRST_SERVED));
    return map;
  }

  /**
   * {@code log10} of the fatal AZ losses per year at one loss per AZ-year, rate by rate and time.
   */
  private static List<Double> oneAz(AzLayout layout, AzLoss.Urgency urgency) {
    var az = new AzLoss(FailureRate.perYear(1), AZ_REBUILD, URGENT, urgency);
    boolean allFatal = true;
    for (int i = 0; i < layout.azCount(); i++) {
      allFatal &= layout.marginWithout(i) < 0;
    }
    if (allFatal) {
      return List.of(rounded(Math.log10(layout.azCount())));
    }
    var values = new ArrayList<Double>();
    for (int r = 0; r < RATES; r++) {
      for (int t = 0; t < TIMES; t++) {
        var process =
            StripeProcess.of(
                layout.redundancy(),
                FailureRate.perYear(Math.pow(10, RATE_FROM + r * STEP)),
                JulianYear.ofYears(Math.pow(10, TIME_FROM + t * STEP)));
        values.add(rounded(Math.log10(az.oneAzPerYear(layout, process))));
      }
    }
    return values;
  }

  /** Per number of AZs: the margin after one AZ of every small code, and the cheapest ones. */
  private static List<Map<String, Object>> frontier() {
    var points = new ArrayList<Map<String, Object>>();
    for (int azCount : AZ_COUNTS) {
      var codes = new ArrayList<List<Object>>();
      for (int k = 1; k <= 14; k++) {
        for (int m = 1; m <= 8; m++) {
          var layout = AzLayout.even(Redundancy.rs(k, m), azCount);
          if (layout.redundancy().overhead() <= 3) {
            codes.add(
                List.of(
                    k, m, rounded(layout.redundancy().overhead()), layout.marginWithoutWorst()));
          }
        }
      }
      var least = new ArrayList<List<Double>>();
      for (int spare = 0; spare <= 3; spare++) {
        var cheapest = AzRule.cheapest(azCount, spare, 22);
        least.add(List.of((double) spare, rounded(cheapest.getLast().overhead())));
      }
      var entry = new LinkedHashMap<String, Object>();
      entry.put("azCount", azCount);
      entry.put("codes", codes);
      entry.put("least", least);
      points.add(entry);
    }
    return points;
  }

  private static Map<String, Object> convergence(boolean easy) {
    var process =
        easy
            ? StripeProcess.of(
                Redundancy.rs(4, 2), FailureRate.ofAfrPercent(50), Duration.ofDays(30))
            : StripeProcess.of(
                Redundancy.rs(6, 2), FailureRate.ofAfrPercent(1.6), Duration.ofHours(6));
    var naive = new ArrayList<List<Double>>();
    var biased = new ArrayList<List<Double>>();
    for (int samples = 64; samples <= 1 << 18; samples *= 2) {
      naive.add(point(samples, new NaiveMonteCarlo(9, samples).estimate(process)));
      biased.add(point(samples, new FailureBiasing(9, samples).estimate(process)));
    }
    var map = new LinkedHashMap<String, Object>();
    map.put(
        "title",
        easy
            ? "Easy: RS(4,2), AFR 50%, 30 days to repair"
            : "Real: RS(6,2), AFR 1.6%, 6 hours to repair");
    map.put("exact", new ExactChain().estimate(process).lossPerYear());
    map.put("naive", naive);
    map.put("biased", biased);
    return map;
  }

  private static List<Double> point(int samples, Estimate estimate) {
    var sampled = (Estimate.Sampled) estimate;
    return List.of(
        (double) samples,
        significant(sampled.lossPerYear()),
        significant(sampled.low()),
        significant(sampled.high()));
  }

  private static double significant(double value) {
    return Double.parseDouble(String.format(java.util.Locale.ROOT, "%.4e", value));
  }

  /** Claims at random, with what the models say: the page computes each on loading and compares. */
  private static List<Map<String, Object>> references() {
    var random = new SplittableRandom(20);
    var references = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < 240; i++) {
      references.add(
          reference(
              random.nextInt(SCHEMES.size()),
              AZ_COUNTS.get(random.nextInt(AZ_COUNTS.size())),
              significant(0.3 * Math.pow(10, random.nextDouble() * 1.5)),
              significant(0.25 * Math.pow(10, random.nextDouble() * 3.4)),
              random.nextBoolean(),
              random.nextInt(3) == 0 ? 1 : significant(1 + 7 * random.nextDouble()),
              random.nextInt(3) == 0 ? 0 : significant(Math.pow(10, -6 + 4 * random.nextDouble())),
              significant(Math.pow(10, random.nextDouble() * 3.2)),
              random.nextInt(3) == 0 ? 0 : significant(Math.pow(10, -5 + 3 * random.nextDouble())),
              random.nextBoolean(),
              random.nextInt(2) == 0 ? 0 : random.nextInt(1, MOST_DEAD + 1),
              random.nextInt(2) == 0
                  ? 0
                  : significant(Math.pow(10, -14 + 8 * random.nextDouble()))));
    }
    return references;
  }

  private static Map<String, Object> reference(
      int scheme,
      int azCount,
      double afr,
      double hours,
      boolean serial,
      double batch,
      double corruption,
      double scrubDays,
      double lz,
      boolean priority,
      int dead,
      double floor) {
    var code = Redundancy.parse(SCHEMES.get(scheme));
    var assumptions =
        new Assumptions(
            code,
            Optional.of(AzLayout.even(code, azCount)),
            FailureRate.ofAfrPercent(afr),
            new RepairTime.Given(JulianYear.ofHours(hours)),
            serial ? RepairOrder.ONE_AT_A_TIME : RepairOrder.SIDE_BY_SIDE,
            new RepairSpread.Exponential(),
            batch == 1 ? BatchSpread.NONE : new BatchSpread(BATCH_SHARE, batch),
            corruption == 0
                ? LatentDamage.NONE
                : new LatentDamage(
                    FailureRate.perYear(corruption),
                    JulianYear.ofHours(scrubDays * 24),
                    Duration.ZERO),
            new AzLoss(
                FailureRate.perYear(lz),
                AZ_REBUILD,
                URGENT,
                priority
                    ? AzLoss.Urgency.LEAST_MARGIN_FIRST
                    : AzLoss.Urgency.FIRST_COME_FIRST_SERVED),
            dead == 0
                ? Optional.empty()
                : Optional.of(
                    new MassFailure(
                        FailureRate.perYear(MASS_PER_YEAR), dead, new PlacementGroups(NODES, 1))),
            FailureRate.perYear(floor),
            Optional.empty(),
            new ninebark.erasure.durability.Fleet(1, 1));
    var map = new LinkedHashMap<String, Object>();
    map.put(
        "in",
        List.of(
            scheme,
            azCount,
            afr,
            hours,
            serial,
            batch,
            corruption,
            scrubDays,
            lz,
            priority,
            dead,
            floor));
    map.put(
        "out",
        Waterfall.of(assumptions).steps().stream()
            .map(step -> rounded(step.nines().value()))
            .toList());
    return map;
  }
}
