package ninebark.scrubber.patrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import ninebark.erasure.Scheme;
import ninebark.erasure.ShardSet;
import ninebark.scrubber.MemoryCluster;
import ninebark.scrubber.journal.Loss;
import ninebark.scrubber.journal.StripeKey;
import ninebark.scrubber.rebuild.Crew;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.StripeId;
import org.junit.jupiter.api.Test;

/** What the disks of a group know together. */
class RollCallTest {
  private static final Scheme SCHEME = Scheme.rs(6, 2);
  private static final int SHARD_BYTES = 256;
  private static final Instant NOW = Instant.ofEpochMilli(1_000_000);

  private static final RollCall.Manners EAGER =
      new RollCall.Manners() {
        @Override
        public boolean mayGoOn() {
          return true;
        }

        @Override
        public void beforeReading() {
          // Nothing comes first.
        }

        @Override
        public void afterReading(long bytes) {
          // Nobody is to be spared.
        }
      };

  private final Random random = new Random(17);
  private final MemoryCluster cluster = new MemoryCluster(SCHEME, 12, 3, random);
  private final List<Loss> found = new ArrayList<>();
  private final RollCall rollCall =
      new RollCall(
          cluster::disk,
          cluster::codec,
          findings(),
          InstantSource.fixed(NOW),
          Crew.ALONE,
          new PatrolMetrics(new SimpleMeterRegistry()));

  private Findings findings() {
    return new Findings() {
      @Override
      public void found(Loss loss) {
        found.add(loss);
      }

      @Override
      public boolean hasRoom() {
        return true;
      }

      @Override
      public boolean isUrgent() {
        return false;
      }
    };
  }

  private void fill(int stripes) {
    for (int i = 0; i < stripes; i++) {
      cluster.write(random.nextInt(3), 1000 + i, 1 + random.nextInt(6), SHARD_BYTES, random);
    }
  }

  private void call(Instant until, RollCall.Choice choice) throws InterruptedException {
    found.clear();
    for (var group : cluster.map.groups()) {
      assertThat(rollCall.call(group, Instant.EPOCH, until, choice, EAGER)).isTrue();
    }
  }

  private Map<StripeKey, ShardSet> gone() {
    Map<StripeKey, ShardSet> gone = new HashMap<>();
    found.forEach(loss -> assertThat(gone.put(loss.stripe(), loss.gone())).isNull());
    return gone;
  }

  @Test
  void nothing_is_missing_of_stripes_that_are_whole_short_ones_too() throws Exception {
    fill(1500);
    call(NOW, _ -> true);
    assertThat(found).isEmpty();
  }

  @Test
  void every_missing_shard_is_found_and_no_other() throws Exception {
    fill(300);
    Map<StripeKey, ShardSet> lost = new HashMap<>();
    for (var stripe : cluster.stripes.values()) {
      int count = random.nextInt(3);
      var shards = new ArrayList<>(stripe.shards().keySet());
      java.util.Collections.shuffle(shards, random);
      for (int shard : shards.subList(0, count)) {
        var key = stripe.key().shard(shard);
        cluster.home(key).lose(key);
        lost.merge(stripe.key(), ShardSet.of(shard), ShardSet::plus);
      }
    }
    call(NOW, _ -> false);
    assertThat(gone()).isEqualTo(lost);
    assertThat(cluster.readBytes()).describedAs("no data was read").isZero();
  }

  @Test
  void a_disk_that_comes_back_empty_misses_all_it_should_hold() throws Exception {
    fill(300);
    var wiped = cluster.disks.values().iterator().next();
    var held = wiped.list(java.util.Optional.empty(), 10_000);
    wiped.wipe();
    call(NOW, _ -> false);
    assertThat(found).hasSameSizeAs(held);
    for (var shard : held) {
      assertThat(gone().get(StripeKey.of(shard.key()))).isEqualTo(ShardSet.of(shard.key().shard()));
    }
  }

  @Test
  void what_is_on_a_disk_that_is_away_is_not_missing() throws Exception {
    fill(300);
    cluster.disks.values().iterator().next().state = DiskState.AWAY;
    call(NOW, _ -> true);
    assertThat(found).isEmpty();
  }

  @Test
  void stripes_that_are_being_written_are_left_alone() throws Exception {
    fill(20);
    var young = cluster.write(0, 5_000, 6, SHARD_BYTES, random);
    var key = young.key().shard(2);
    cluster.home(key).lose(key);
    call(Instant.ofEpochMilli(5_000), _ -> true);
    assertThat(found).isEmpty();
    call(Instant.ofEpochMilli(5_001), _ -> true);
    assertThat(gone()).isEqualTo(Map.of(young.key(), ShardSet.of(2)));
  }

  @Test
  void stripes_that_are_erased_between_the_lists_are_not_missing_anything() throws Exception {
    fill(100);
    for (var stripe : cluster.stripes.values()) {
      var key = stripe.key().shard(7);
      cluster.home(key).lose(key);
    }
    cluster.ear =
        (question, _, key) -> {
          if (question.equals("label")) {
            // The rest of it goes while we ask.
            for (int shard = 0; shard < SCHEME.n(); shard++) {
              var other = StripeKey.of(key).shard(shard);
              cluster.home(other).lose(other);
            }
          }
        };
    call(NOW, _ -> false);
    assertThat(found).isEmpty();
  }

  @Test
  void a_shard_that_passes_its_checksums_and_contradicts_the_rest_is_found() throws Exception {
    for (int shard = 0; shard < SCHEME.n(); shard++) {
      var stripe = cluster.write(0, 1000 + shard, 6, SHARD_BYTES, random);
      var key = stripe.key().shard(shard);
      cluster.home(key).forge(key, random.nextInt(SHARD_BYTES));
    }
    call(NOW, _ -> true);
    assertThat(found).hasSize(SCHEME.n());
    for (var loss : found) {
      int shard = (int) (loss.stripe().stripe().birthMillis() - 1000);
      assertThat(loss.wrong()).isEqualTo(ShardSet.of(shard));
      assertThat(loss.gone()).isEqualTo(ShardSet.EMPTY);
    }
  }

  @Test
  void damage_met_while_stripes_are_read_whole_is_told() throws Exception {
    var stripe = cluster.write(0, 1000, 6, SHARD_BYTES, random);
    cluster.home(stripe.key().shard(3)).flip(stripe.key().shard(3), 9);
    call(NOW, _ -> true);
    assertThat(gone()).isEqualTo(Map.of(stripe.key(), ShardSet.of(3)));
  }

  @Test
  void only_stripes_of_the_asked_ages_are_read_in_the_order_of_their_births() throws Exception {
    fill(400);
    List<StripeId> seen = new ArrayList<>();
    for (var group : cluster.map.groups()) {
      rollCall.call(
          group,
          Instant.ofEpochMilli(1100),
          Instant.ofEpochMilli(1200),
          one -> {
            seen.add(one.stripe().stripe());
            return false;
          },
          EAGER);
    }
    assertThat(seen).hasSize(100);
    assertThat(seen).allMatch(id -> id.birthMillis() >= 1100 && id.birthMillis() < 1200);
  }
}
