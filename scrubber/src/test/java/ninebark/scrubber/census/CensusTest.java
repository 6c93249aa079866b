package ninebark.scrubber.census;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import ninebark.erasure.ShardSet;
import ninebark.metadata.UploadId;
import ninebark.scrubber.MemoryCluster;
import ninebark.scrubber.MemoryCluster.Stripe;
import ninebark.scrubber.MemoryDisk;
import ninebark.storagenode.DiskState;
import org.junit.jupiter.api.Test;

class CensusTest {
  private final CensusWorld world = world();

  private static CensusWorld world() {
    try {
      return new CensusWorld(7);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private Stripe stored(String key) {
    var stripe = world.write();
    assertThat(world.put(key, List.of(stripe))).isTrue();
    return stripe;
  }

  private static int firstShard(Stripe stripe) {
    return stripe.shards().keySet().iterator().next();
  }

  private MemoryDisk notHome(Stripe stripe, int shard) {
    var group = world.cluster.group(stripe.key().group());
    return world.cluster.disks.values().stream()
        .filter(disk -> !group.disks().get(shard).equals(disk.id()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_named_shard_that_is_missing_is_told_and_one_that_is_there_is_not() throws Exception {
    stored("whole");
    var hurt = stored("hurt");
    int shard = firstShard(hurt);
    world.cluster.home(hurt.key().shard(shard)).lose(hurt.key().shard(shard));
    world.later(Duration.ofMillis(1));
    assertThat(world.census.count().counts().missingCount()).isEqualTo(1);
    assertThat(world.losses)
        .singleElement()
        .satisfies(
            loss -> {
              assertThat(loss.stripe()).isEqualTo(hurt.key());
              assertThat(loss.gone()).isEqualTo(ShardSet.of(shard));
            });
  }

  @Test
  void what_is_on_a_disk_that_is_away_is_unseen_and_not_missing() throws Exception {
    var stripe = stored("key");
    world.cluster.home(stripe.key().shard(firstShard(stripe))).state = DiskState.AWAY;
    world.later(Duration.ofMillis(1));
    var counts = world.census.count().counts();
    assertThat(counts.unseenCount()).isEqualTo(1);
    assertThat(counts.missingCount()).isZero();
    assertThat(world.losses).isEmpty();
  }

  @Test
  void a_named_stripe_without_any_shard_left_is_lost_until_its_object_is_deleted()
      throws Exception {
    var stripe = stored("key");
    world.cluster.disks.values().forEach(MemoryDisk::wipe);
    world.later(Duration.ofMillis(1));
    assertThat(world.census.count().counts().lostCount()).isEqualTo(1);
    assertThat(world.census.status().lost())
        .singleElement()
        .satisfies(
            lost -> {
              assertThat(lost.extent()).isEqualTo(CensusWorld.extent(stripe));
              assertThat(lost.owner()).isEmpty();
            });
    world.delete("key");
    world.reclaim(10);
    assertThat(world.census.count().counts().lostCount()).isZero();
    assertThat(world.census.status().lost()).isEmpty();
  }

  @Test
  void a_lost_stripe_is_told_with_its_owner_where_a_shard_is_left() throws Exception {
    var stripe = stored("key");
    // One shard that holds all of the stripe's bytes would be enough to read it.
    while (stripe.shape().stripeLength() <= stripe.shape().shardBytes()) {
      stripe = stored("key");
    }
    world.reclaim(100);
    world.cluster.disks.values().forEach(MemoryDisk::wipe);
    int shard = firstShard(stripe);
    var key = stripe.key().shard(shard);
    world.cluster.home(key).put(MemoryCluster.label(stripe, shard), stripe.shards().get(shard));
    world.later(Duration.ofMillis(1));
    world.census.count();
    assertThat(world.census.status().lost().stream().map(lost -> lost.owner().orElseThrow()))
        .containsExactly(stripe.shape().owner());
  }

  @Test
  void unnamed_shards_stay_until_the_fence_has_passed_them() throws Exception {
    var writing = world.write();
    world.later(Duration.ofHours(30));
    var before = world.census.count().counts();
    assertThat(before.youngCount()).isEqualTo(writing.shards().size());
    assertThat(before.orphanCount()).isZero();
    assertThat(world.cluster.isWhole(writing)).isTrue();

    world.raiseFence(Duration.ofHours(24));
    var after = world.census.count().counts();
    assertThat(after.orphanCount()).isEqualTo(writing.shards().size());
    assertThat(world.heldBytes()).isZero();
    assertThat(world.put("late", List.of(writing))).isFalse();
  }

  @Test
  void parts_of_an_open_upload_stay_however_old_they_are() throws Exception {
    var upload = new UploadId("0".repeat(32));
    world.createUpload("key", upload);
    var part = world.write();
    assertThat(world.putPart("key", upload, 1, part)).isTrue();
    world.later(Duration.ofDays(400));
    world.raiseFence(Duration.ZERO);
    assertThat(world.census.count().counts().orphanCount()).isZero();
    assertThat(world.cluster.isWhole(part)).isTrue();
  }

  @Test
  void a_strayed_shard_is_brought_home_when_home_lacks_it() throws Exception {
    var stripe = stored("key");
    int shard = firstShard(stripe);
    var key = stripe.key().shard(shard);
    var stray = notHome(stripe, shard);
    stray.put(MemoryCluster.label(stripe, shard), stripe.shards().get(shard));
    world.cluster.home(key).lose(key);
    world.later(Duration.ofMillis(1));
    var counts = world.census.count().counts();
    assertThat(counts.misplacedCount()).isEqualTo(1);
    assertThat(counts.movedCount()).isEqualTo(1);
    assertThat(stray.holds(key)).isFalse();
    assertThat(world.cluster.isWhole(stripe)).isTrue();
  }

  @Test
  void a_strayed_shard_is_kept_while_home_is_away_and_while_home_holds_it_damaged()
      throws Exception {
    var stripe = stored("key");
    int shard = firstShard(stripe);
    var key = stripe.key().shard(shard);
    var stray = notHome(stripe, shard);
    stray.put(MemoryCluster.label(stripe, shard), stripe.shards().get(shard));
    var home = world.cluster.home(key);
    home.state = DiskState.AWAY;
    world.later(Duration.ofMillis(1));
    world.census.count();
    assertThat(stray.holds(key)).isTrue();

    home.flip(key, 0);
    home.state = DiskState.UP;
    assertThat(world.census.count().counts().movedCount()).isEqualTo(1);
    assertThat(stray.holds(key)).isFalse();
    assertThat(world.cluster.isWhole(stripe)).isTrue();
  }

  @Test
  void a_census_goes_on_where_a_stop_found_it() throws Exception {
    for (int i = 0; i < 40; i++) {
      stored("key-" + i);
    }
    world.later(Duration.ofMillis(1));
    var whole = world.census.count().counts();
    for (int i = 0; i < 5; i++) {
      world.census.step();
    }
    var reached = world.census.status().running().orElseThrow();
    world.census.close();
    world.open();
    assertThat(world.census.status().running()).contains(reached);
    assertThat(world.census.status().finished().orElseThrow().counts()).isEqualTo(whole);
    assertThat(world.census.count().counts()).isEqualTo(whole);
  }
}
