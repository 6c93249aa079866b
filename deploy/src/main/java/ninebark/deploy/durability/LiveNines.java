package ninebark.deploy.durability;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import ninebark.deploy.buckets.AllBuckets;
import ninebark.deploy.config.DurabilityConfig;
import ninebark.erasure.Scheme;
import ninebark.erasure.durability.JulianYear;
import ninebark.erasure.durability.Nines;
import ninebark.metadata.Index;
import ninebark.metadata.Query;
import ninebark.scrubber.Scrubber;
import ninebark.storagenode.ClusterMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claims of a cluster that runs, looked after: metrics, the page of the admin listener, and a
 * warning when a class falls below its goal.
 *
 * <p>Threads: a virtual thread of its own; any may ask.
 */
public final class LiveNines implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveNines.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final Supplier<LiveClaims.Sight> sight;
  private final Map<String, Scheme> classes;
  private final DurabilityConfig config;
  private final Index index;
  private final AllBuckets buckets;
  private final long stripeBytes;
  private final Thread worker = Thread.ofVirtual().name("live-nines").unstarted(this::run);
  private final Set<String> below = new HashSet<>();

  /**
   * @param scrubber what watches, reads and repairs
   * @param stripeBytes the most bytes of a stripe
   * @param grace how long a disk may be away before it counts as lost
   * @param scrubInterval within it every byte is to be read; counted as longer where patrol is late
   */
  public static LiveNines of(
      Scrubber scrubber,
      Supplier<ClusterMap> map,
      Map<String, Scheme> classes,
      DurabilityConfig config,
      Index index,
      AllBuckets buckets,
      long stripeBytes,
      Duration grace,
      Duration scrubInterval,
      InstantSource clock,
      MeterRegistry meters) {
    return new LiveNines(
        () ->
            new LiveClaims.Sight(
                map.get(),
                scrubber.watch().experience(),
                grace,
                scrubber.patrol().status().disks().stream()
                    .map(disk -> Duration.between(disk.oldestUnverified(), clock.instant()))
                    .filter(age -> age.compareTo(scrubInterval) > 0)
                    .max(Duration::compareTo)
                    .orElse(scrubInterval),
                scrubber.rebuild().status().openByMargin()),
        classes,
        config,
        index,
        buckets,
        stripeBytes,
        meters);
  }

  LiveNines(
      Supplier<LiveClaims.Sight> sight,
      Map<String, Scheme> classes,
      DurabilityConfig config,
      Index index,
      AllBuckets buckets,
      long stripeBytes,
      MeterRegistry meters) {
    this.sight = sight;
    this.classes = Map.copyOf(classes);
    this.config = config;
    this.index = index;
    this.buckets = buckets;
    this.stripeBytes = stripeBytes;
    for (var entry : classes.entrySet()) {
      var only = Map.of(entry.getKey(), entry.getValue());
      gauge("ninebark.durability.nines", only, one -> one.claim().ninesPerStripe().value())
          .description("Nines per stripe and year, from what the cluster has lived through")
          .register(meters);
      gauge(
              "ninebark.durability.nines.with.az.loss",
              only,
              one -> one.withAzLoss().map(Nines::value).orElse(Double.NaN))
          .description("The same if AZs are destroyed as often as is assumed")
          .register(meters);
      gauge("ninebark.durability.goal.nines", only, one -> one.goal().orElse(0.0))
          .description("Nines that the storage class promises")
          .register(meters);
      gauge("ninebark.durability.below.goal", only, one -> one.isBelowGoal() ? 1 : 0)
          .description("1 while a storage class has fewer nines than it promises")
          .register(meters);
    }
  }

  /** One reading of a class. */
  private interface Reading {
    double of(LiveClaims.OfClass one);
  }

  /**
   * @param one the only class it is about
   */
  private Gauge.Builder<LiveNines> gauge(String name, Map<String, Scheme> one, Reading reading) {
    return Gauge.builder(
            name,
            this,
            live ->
                LiveClaims.of(live.sight.get(), one, live.config).stream()
                    .mapToDouble(reading::of)
                    .findFirst()
                    .orElse(Double.NaN))
        .tag("class", String.join(",", one.keySet()));
  }

  public void begin() {
    worker.start();
  }

  private void run() {
    try {
      while (true) {
        look();
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Warns once when a class falls below its goal, and says when it is above again. */
  void look() {
    for (var one : claims(sight.get())) {
      var nines = one.claim().ninesPerStripe();
      if (one.isBelowGoal() && below.add(one.name())) {
        LOG.warn(
            "storage class {} has {} nines, less than the {} it promises",
            one.name(),
            nines,
            one.goal().orElseThrow());
      } else if (!one.isBelowGoal() && below.remove(one.name())) {
        LOG.info("storage class {} has {} nines again", one.name(), nines);
      }
    }
  }

  private List<LiveClaims.OfClass> claims(LiveClaims.Sight seen) {
    return LiveClaims.of(seen, classes, config);
  }

  /** All of it as JSON: units are in the names, times are ISO 8601. */
  String json() throws IOException {
    var seen = sight.get();
    var claims = claims(seen);
    var tree = new LinkedHashMap<String, Object>();
    tree.put("lived", lived(seen));
    tree.put("classes", claims.stream().map(LiveNines::tree).toList());
    var waiting = new TreeMap<String, Integer>();
    seen.openByMargin().forEach((margin, count) -> waiting.put(margin.toString(), count));
    tree.put("openByMargin", waiting);
    worst(claims).ifPresent(worst -> tree.put("worstBucket", worst));
    return DurabilityJson.write(tree);
  }

  private Map<String, Object> lived(LiveClaims.Sight seen) {
    var lived = seen.lived();
    var tree = new LinkedHashMap<String, Object>();
    tree.put("since", lived.since().toString());
    tree.put("diskYears", JulianYear.yearsIn(Duration.ofMillis(lived.diskMillis())));
    tree.put("lostDisks", lived.lostDiskCount());
    tree.put("meanLossSeconds", lived.meanLoss().toSeconds());
    tree.put("shardYears", JulianYear.yearsIn(Duration.ofMillis(lived.shardMillis())));
    tree.put("damagedPlaces", lived.damageCount());
    tree.put("repairs", lived.repairCount());
    tree.put("meanRepairMillis", lived.meanRepair().toMillis());
    tree.put("graceSeconds", seen.grace().toSeconds());
    tree.put("scrubSeconds", seen.scrubInterval().toSeconds());
    tree.put("assumedAfrPercent", config.assumedAfrPercent());
    tree.put("assumedDiskYears", config.assumedDiskYears());
    tree.put("assumedAbsenceSeconds", config.assumedAbsence().toSeconds());
    tree.put("assumedCorruptionsPerShardYear", config.assumedCorruptionsPerShardYear());
    tree.put("assumedShardYears", config.assumedShardYears());
    tree.put("assumedAzLossesPerYear", config.assumedAzLossesPerYear());
    tree.put("assumedAzRebuildSeconds", config.assumedAzRebuild().toSeconds());
    return tree;
  }

  private static Map<String, Object> tree(LiveClaims.OfClass one) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("class", one.name());
    tree.put("groups", one.groupCount());
    tree.put("nines", one.claim().ninesPerStripe().value());
    one.withAzLoss().ifPresent(nines -> tree.put("ninesWithAzLoss", nines.value()));
    one.goal().ifPresent(goal -> tree.put("goalNines", goal));
    tree.put("belowGoal", one.isBelowGoal());
    tree.put("claim", DurabilityJson.tree(one.claim()));
    tree.put("card", one.claim().card());
    return tree;
  }

  private Optional<Map<String, Object>> worst(List<LiveClaims.OfClass> claims) throws IOException {
    List<LiveClaims.BucketSize> sizes = new ArrayList<>();
    for (var bucket : buckets.list()) {
      var count = index.ask(new Query.CountObjects(bucket.id()));
      sizes.add(new LiveClaims.BucketSize(bucket.name().value(), count.objects(), count.bytes()));
    }
    return LiveClaims.worst(sizes, claims, stripeBytes)
        .map(
            worst -> {
              var tree = new LinkedHashMap<String, Object>();
              tree.put("bucket", worst.name());
              tree.put("stripesAtMost", worst.stripeCount());
              tree.put("ninesOfLosingNothing", worst.nines().value());
              return tree;
            });
  }

  @Override
  public void close() {
    worker.interrupt();
    try {
      // One that was never begun cannot be waited for.
      if (worker.isAlive()) {
        worker.join(CLOSE_PATIENCE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
