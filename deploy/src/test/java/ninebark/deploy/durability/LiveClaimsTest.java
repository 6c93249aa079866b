package ninebark.deploy.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import ninebark.deploy.buckets.AllBuckets;
import ninebark.deploy.config.DurabilityConfig;
import ninebark.erasure.Scheme;
import ninebark.erasure.durability.ClosedForm;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.fixture.MemoryIndex;
import ninebark.scrubber.journal.Experience;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class LiveClaimsTest {
  private static final long YEAR = Duration.ofHours(8766).toMillis();
  private static final DurabilityConfig CONFIG =
      new DurabilityConfig(
          1.6,
          100,
          Duration.ofHours(6),
          1e-4,
          1e5,
          1e-4,
          Duration.ofDays(7),
          Map.of("STANDARD", new DurabilityConfig.Goal(9)));
  private static final Experience NOTHING = Experience.none(Instant.EPOCH);

  private static Experience lived(int diskYears, int lost, Duration each) {
    return new Experience(
        Instant.EPOCH, diskYears * YEAR, lost, lost * each.toMillis(), 0, 0, 0, 0, 0);
  }

  /** Eight disks, one group of RS(6,2), disk i in an AZ of that name. */
  private static ClusterMap map(String azs) {
    List<DiskPlace> places = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      var az = "az-" + azs.charAt(i);
      places.add(new DiskPlace(new DiskId(new UUID(0, i)), "node-" + i, "rack", az, 1));
    }
    var group =
        new PlacementGroup(
            new GroupId(0), Scheme.rs(6, 2), places.stream().map(DiskPlace::disk).toList());
    return new ClusterMap(new UUID(1, 1), 1, places, List.of(group));
  }

  private static LiveClaims.Sight sight(Experience lived) {
    return new LiveClaims.Sight(
        map("11223344"), lived, Duration.ofMinutes(15), Duration.ofDays(7), Map.of());
  }

  private static LiveClaims.OfClass claim(LiveClaims.Sight sight) {
    return LiveClaims.of(sight, Map.of("STANDARD", Scheme.rs(6, 2)), CONFIG).getFirst();
  }

  @Test
  void without_experience_the_claim_is_what_is_assumed() {
    var claim = claim(sight(NOTHING)).claim();
    assertThat(claim.assumptions().disks().perYear()).isCloseTo(0.016, within(1e-12));
    assertThat(claim.assumptions().missing()).isEqualTo(Duration.ofHours(6));
    assertThat(claim.assumptions().latent().perShard().perYear()).isCloseTo(1e-4, within(1e-12));
    assertThat(claim.assumptions().layout().orElseThrow().shardsPerAz())
        .containsExactly(2, 2, 2, 2);
    // The command line's own answer for the same assumptions, as DURABILITY.md 3.4 and 3.6 have it.
    assertThat(claim.ninesPerStripe().value()).isBetween(9.4, 9.6);
    assertThat(new ClosedForm().estimate(claim.assumptions().stripe()).lossPerYear())
        .isCloseTo(claim.devices().lossPerYear(), within(claim.devices().lossPerYear() * 0.01));
  }

  @Test
  void the_loss_of_an_az_is_stated_apart_and_costs_what_no_margin_costs() {
    var one = claim(sight(NOTHING));
    // Formula 9 of DURABILITY.md for a margin of 0: z lz n' l Taz, and the shards missing already.
    double days = 7 + 0.25;
    double loss = 4 * 1e-4 * 6 * 0.016 * days / 365.25;
    assertThat(one.withAzLoss().orElseThrow().value()).isCloseTo(-Math.log10(loss), within(0.1));
    assertThat(one.claim().ninesPerStripe().value()).isBetween(9.4, 9.6);
    assertThat(one.isBelowGoal()).isFalse();
    var fatal =
        new LiveClaims.Sight(
            map("11122334"), NOTHING, Duration.ofMinutes(15), Duration.ofDays(7), Map.of());
    assertThat(claim(fatal).withAzLoss().orElseThrow().value())
        .isCloseTo(-Math.log10(1e-4), within(0.1));
  }

  @Test
  void a_quiet_week_proves_little_and_bad_years_prove_much() {
    assertThat(LiveClaims.diskRate(lived(1, 0, Duration.ZERO), CONFIG).perYear())
        .isCloseTo(1.6 / 101, within(1e-9));
    assertThat(LiveClaims.diskRate(lived(900, 90, Duration.ofHours(1)), CONFIG).perYear())
        .isCloseTo(91.6 / 1000, within(1e-9));
  }

  @Test
  void how_long_disks_were_away_and_repairs_took_takes_the_place_of_what_was_assumed() {
    var away = lived(100, 2, Duration.ofDays(2));
    var lived = away.plus(new Experience(Instant.EPOCH, 0, 0, 0, 0, 0, 10, 600_000, 1_200_000));
    assertThat(LiveClaims.missing(sight(lived), CONFIG))
        .isEqualTo(Duration.ofDays(2).plusMinutes(3));
    assertThat(claim(sight(lived)).claim().ninesPerStripe())
        .isLessThan(claim(sight(NOTHING)).claim().ninesPerStripe());
  }

  @Test
  void the_group_that_an_az_hurts_most_decides_the_layout() {
    var even = map("11223344");
    var uneven = map("11122334");
    var both =
        new ClusterMap(even.cluster(), 1, uneven.disks(), List.of(uneven.groups().getFirst()));
    var sight =
        new LiveClaims.Sight(both, NOTHING, Duration.ofMinutes(15), Duration.ofDays(7), Map.of());
    assertThat(claim(sight).claim().assumptions().layout().orElseThrow().marginWithoutWorst())
        .isEqualTo(-1);
  }

  @Test
  void the_worst_bucket_is_the_one_with_the_most_stripes() {
    var claims = List.of(claim(sight(NOTHING)));
    var worst =
        LiveClaims.worst(
                List.of(
                    new LiveClaims.BucketSize("empty", 0, 0),
                    new LiveClaims.BucketSize("few", 10, 1 << 20),
                    new LiveClaims.BucketSize("many", 1_000_000, 1L << 40)),
                claims,
                4 << 20)
            .orElseThrow();
    assertThat(worst.name()).isEqualTo("many");
    assertThat(worst.stripeCount()).isEqualTo(1_000_000 + (1 << 18));
    double loss = claims.getFirst().claim().lossPerStripeYear() * worst.stripeCount();
    assertThat(worst.nines().value()).isCloseTo(-Math.log10(loss), within(0.001));
    assertThat(LiveClaims.worst(List.of(new LiveClaims.BucketSize("empty", 0, 0)), claims, 4 << 20))
        .isEmpty();
  }

  @Test
  void a_class_that_falls_below_its_goal_shows_in_metrics_and_page() throws IOException {
    var meters = new SimpleMeterRegistry();
    var index = new MemoryIndex();
    var owner = new AccountId("owner");
    index.submit(new Command.CreateBucket(new BucketName("bucket"), owner, "us-east-1"));
    var seen = new LiveClaims.Sight[] {sight(NOTHING)};
    try (var live =
        new LiveNines(
            () -> seen[0],
            Map.of("STANDARD", Scheme.rs(6, 2)),
            CONFIG,
            index,
            new AllBuckets(index, List.of(owner)),
            4 << 20,
            meters)) {
      live.look();
      assertThat(meters.get("ninebark.durability.below.goal").gauge().value()).isZero();
      assertThat(meters.get("ninebark.durability.nines").gauge().value()).isBetween(9.4, 9.6);
      seen[0] = sight(lived(10, 5, Duration.ofDays(3)));
      live.look();
      assertThat(meters.get("ninebark.durability.below.goal").gauge().value()).isEqualTo(1);
      var tree = JsonMapper.builder().build().readTree(live.json());
      assertThat(tree.get("classes").get(0).get("belowGoal").asBoolean()).isTrue();
      assertThat(tree.get("lived").get("lostDisks").asInt()).isEqualTo(5);
      assertThat(tree.has("worstBucket")).as("no bucket holds anything").isFalse();
      assertThat(LiveReport.of(tree))
          .contains("BELOW ITS GOAL", "5 disks lost (259200 s away each)");
    }
  }
}
