package ninebark.scrubber.census;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.UploadId;
import ninebark.scrubber.MemoryCluster;
import ninebark.scrubber.MemoryCluster.Stripe;
import ninebark.storagenode.DiskState;
import org.junit.jupiter.api.Test;

/**
 * Random histories of writes, deletions, lost and strayed shards, disks that go and come, and stops
 * of the census: afterwards the disks hold what the index names, all of it, and nothing else.
 */
class CensusHistoryTest {
  private static final int SEEDS = Integer.getInteger("ninebark.seeds", 60);

  /** Bytes that are durable and wait for the commit of their name. */
  private record InFlight(Stripe stripe, String key) {}

  private static final class History {
    final CensusWorld world;
    final List<InFlight> inFlight = new ArrayList<>();
    final List<UploadId> uploads = new ArrayList<>();

    History(long seed) throws IOException {
      world = new CensusWorld(seed);
    }

    private String key() {
      return "key-" + world.random.nextInt(6);
    }

    void step() throws IOException, InterruptedException {
      switch (world.random.nextInt(20)) {
        case 0, 1, 2 -> world.put(key(), List.of(world.write(), world.write()));
        case 3 -> inFlight.add(new InFlight(world.write(), key()));
        case 4 -> commitOne();
        case 5 -> abandonOne();
        case 6 -> world.annotate(key(), "note-" + world.random.nextInt(3), world.write());
        case 7 -> beginUpload();
        case 8 -> putPart();
        case 9 -> world.delete(key());
        case 10 -> loseShard();
        case 11 -> strayShard();
        case 12 -> moveDisk();
        case 13 -> world.reclaim(1 + world.random.nextInt(5));
        case 14 -> world.raiseFence(Duration.ofMillis(world.random.nextInt(60)));
        case 15 -> world.repair();
        case 16 -> world.open();
        default -> census();
      }
    }

    private void census() throws IOException, InterruptedException {
      for (int i = world.random.nextInt(12); i > 0; i--) {
        world.census.step();
      }
    }

    private void commitOne() {
      if (inFlight.isEmpty()) {
        return;
      }
      var one = inFlight.remove(world.random.nextInt(inFlight.size()));
      if (world.put(one.key, List.of(one.stripe))) {
        assertThat(readable(one.stripe))
            .as("a commit that was taken has its bytes: %s", one.stripe.key())
            .isTrue();
      }
    }

    private void abandonOne() {
      if (!inFlight.isEmpty()) {
        inFlight.remove(world.random.nextInt(inFlight.size()));
      }
    }

    private void beginUpload() {
      var upload = new UploadId(String.format("%032x", uploads.size()));
      uploads.add(upload);
      world.createUpload("upload-" + (uploads.size() - 1), upload);
    }

    private void putPart() {
      if (!uploads.isEmpty()) {
        int which = world.random.nextInt(uploads.size());
        world.putPart(
            "upload-" + which, uploads.get(which), 1 + world.random.nextInt(3), world.write());
      }
    }

    private boolean readable(Stripe stripe) {
      int implied = CensusWorld.SCHEME.n() - stripe.shards().size();
      return world.cluster.rightShards(stripe).size() + implied >= CensusWorld.SCHEME.k();
    }

    private Optional<Stripe> any() {
      var all = List.copyOf(world.cluster.stripes.values());
      return all.isEmpty()
          ? Optional.empty()
          : Optional.of(all.get(world.random.nextInt(all.size())));
    }

    /** Never so many of one stripe that it could not be read. */
    private void loseShard() {
      any()
          .ifPresent(
              stripe -> {
                var right = world.cluster.rightShards(stripe);
                int implied = CensusWorld.SCHEME.n() - stripe.shards().size();
                if (right.size() + implied > CensusWorld.SCHEME.k()) {
                  var key = stripe.key().shard(right.get(world.random.nextInt(right.size())));
                  world.cluster.home(key).lose(key);
                }
              });
    }

    /** A copy of a shard, or the shard itself, gets to another disk. */
    private void strayShard() {
      any()
          .ifPresent(
              stripe -> {
                var right = world.cluster.rightShards(stripe);
                if (right.isEmpty()) {
                  return;
                }
                int shard = right.get(world.random.nextInt(right.size()));
                var key = stripe.key().shard(shard);
                var disks = List.copyOf(world.cluster.disks.values());
                var other = disks.get(world.random.nextInt(disks.size()));
                if (other != world.cluster.home(key)) {
                  other.put(MemoryCluster.label(stripe, shard), stripe.shards().get(shard));
                  int implied = CensusWorld.SCHEME.n() - stripe.shards().size();
                  if (right.size() + implied > CensusWorld.SCHEME.k()
                      && world.random.nextBoolean()) {
                    world.cluster.home(key).lose(key);
                  }
                }
              });
    }

    private void moveDisk() {
      var disks = List.copyOf(world.cluster.disks.values());
      var disk = disks.get(world.random.nextInt(disks.size()));
      disk.state = disk.state == DiskState.UP ? DiskState.AWAY : DiskState.UP;
    }

    void quiesce() throws IOException, InterruptedException {
      world.cluster.disks.values().forEach(disk -> disk.state = DiskState.UP);
      world.later(Duration.ofMillis(1));
      world.raiseFence(Duration.ZERO);
      for (int i = 0; i < 100; i++) {
        world.reclaim(100);
      }
      // One that may be in the middle of a pass, one that sees all, and one after the repairs.
      for (int i = 0; i < 3; i++) {
        world.census.count();
        world.repair();
      }
    }
  }

  @Test
  void after_any_history_disks_hold_what_is_named_and_nothing_else() throws Exception {
    long first = Long.getLong("seed", 1);
    for (long seed = first; seed < first + (Long.getLong("seed") == null ? SEEDS : 1); seed++) {
      try {
        run(seed);
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("replay with -Dseed=" + seed, failure);
      }
    }
  }

  private static void run(long seed) throws IOException, InterruptedException {
    var history = new History(seed);
    for (int step = 0; step < 300; step++) {
      history.step();
      history.world.cluster.checkNothingWrong();
    }
    history.quiesce();
    var world = history.world;
    var counts = world.census.count().counts();
    long needed = 0;
    for (var stripe : world.named()) {
      assertThat(world.cluster.isWhole(stripe)).as("%s is whole", stripe.key()).isTrue();
      needed += (long) stripe.shards().size() * stripe.shape().shardBytes();
    }
    assertThat(world.heldBytes()).isEqualTo(needed);
    assertThat(counts.heldBytes()).isEqualTo(needed);
    assertThat(counts.neededBytes()).isEqualTo(needed);
    assertThat(counts.orphanCount()).isZero();
    assertThat(counts.youngCount()).isZero();
    assertThat(counts.misplacedCount()).isZero();
    assertThat(counts.missingCount()).isZero();
    assertThat(counts.lostCount()).isZero();
    assertThat(counts.unseenCount()).isZero();
    assertThat(counts.stripeCount()).isEqualTo(world.named().size()).isPositive();
  }
}
