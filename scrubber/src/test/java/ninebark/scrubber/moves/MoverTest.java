package ninebark.scrubber.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import ninebark.erasure.Scheme;
import ninebark.metadata.Command;
import ninebark.metadata.LiveMap;
import ninebark.metadata.fixture.MemoryIndex;
import ninebark.scrubber.MemoryCluster;
import ninebark.scrubber.MemoryCluster.Stripe;
import ninebark.scrubber.journal.Loss;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.placement.Relocation;
import ninebark.storagenode.placement.Relocation.Outcome;
import org.junit.jupiter.api.Test;

class MoverTest {
  private static final Scheme SCHEME = Scheme.rs(4, 2);
  private static final MovesConfig AT_ONCE =
      new MovesConfig(2, 100, Duration.ZERO, Duration.ofSeconds(1));

  private final List<Loss> reported = new ArrayList<>();
  private MemoryCluster cluster;
  private LiveMap map;
  private Mover mover;
  private final List<Stripe> stripes = new ArrayList<>();

  private void open(Random random) throws Exception {
    cluster = new MemoryCluster(SCHEME, 9, 5, random);
    var index = new MemoryIndex(Instant::now);
    index.submit(new Command.PublishMap(cluster.map));
    map = new LiveMap(index, cluster.map);
    restart();
  }

  /** A mover that remembers nothing. */
  private void restart() {
    mover =
        new Mover(
            map,
            id -> cluster.disk(id).filter(disk -> disk.state() != DiskState.AWAY),
            () -> false,
            () -> false,
            reported::add,
            () -> true,
            Instant::now,
            AT_ONCE,
            new SimpleMeterRegistry());
  }

  private void write(long birth, Random random) {
    cluster.map = map.get();
    stripes.add(cluster.write(random.nextInt(5), birth, 4, 64, random));
  }

  private boolean change(Function<ClusterMap, Outcome> plan) throws Exception {
    return map.change(plan) instanceof Outcome.Planned;
  }

  /** Each shard is right at one of the places where a reader looks. */
  private void checkNothingLost() {
    for (var stripe : stripes) {
      var group = map.get().groups().get(stripe.key().group().value());
      stripe
          .shards()
          .forEach(
              (shard, bytes) ->
                  assertThat(group.places(shard))
                      .as(stripe.key().shard(shard).toString())
                      .anyMatch(
                          place ->
                              cluster
                                  .disks
                                  .get(place)
                                  .content(stripe.key().shard(shard))
                                  .filter(now -> Arrays.equals(now, bytes))
                                  .isPresent()));
    }
  }

  private void rest() throws Exception {
    for (int round = 0; round < 300; round++) {
      mover.round();
      checkNothingLost();
      if (map.get().movingCount() == 0 && Relocation.next(map.get(), _ -> true, 1).isEmpty()) {
        return;
      }
    }
    throw new AssertionError("moving does not come to an end: " + mover.status());
  }

  private DiskId disk(int number) {
    return map.get().disks().get(number).disk();
  }

  private boolean isEmpty(DiskId disk) throws Exception {
    return cluster.disks.get(disk).list(java.util.Optional.empty(), 1).isEmpty();
  }

  @Test
  void aDrainedDiskEndsEmptyAndNothingIsLost() throws Exception {
    var random = new Random(1);
    open(random);
    IntStream.range(0, 100).forEach(i -> write(1000 + i, random));
    var leaving = disk(0);
    assertThat(isEmpty(leaving)).isFalse();
    assertThat(change(now -> Relocation.drain(now, leaving))).isTrue();
    rest();
    assertThat(isEmpty(leaving)).isTrue();
    assertThat(change(now -> Relocation.remove(now, leaving))).isTrue();
    assertThat(mover.status().movedShards()).isPositive();
    assertThat(reported).isEmpty();
  }

  @Test
  void aShardThatIsDamagedWhereItWasIsReportedAndTheMoveGoesOnWhenItIsMade() throws Exception {
    var random = new Random(2);
    open(random);
    IntStream.range(0, 40).forEach(i -> write(1000 + i, random));
    var leaving = disk(0);
    var key = cluster.disks.get(leaving).list(java.util.Optional.empty(), 1).getFirst().key();
    var stripe =
        stripes.stream()
            .filter(one -> one.key().stripe().equals(key.stripe()))
            .findFirst()
            .orElseThrow();
    cluster.disks.get(leaving).flip(key, 3);
    assertThat(change(now -> Relocation.drain(now, leaving))).isTrue();
    for (int round = 0; round < 100 && reported.isEmpty(); round++) {
      mover.round();
    }
    assertThat(reported.getFirst().shards().contains(key.shard())).isTrue();
    assertThat(isEmpty(leaving)).isFalse();
    // What the rebuild does: it is written where it belongs.
    var home = map.get().groups().get(key.group().value()).disks().get(key.shard());
    cluster
        .disks
        .get(home)
        .put(MemoryCluster.label(stripe, key.shard()), stripe.shards().get(key.shard()));
    rest();
    assertThat(isEmpty(leaving)).isTrue();
  }

  @Test
  void anyHistoryOfDrainsCancelsAbsencesAndRestartsLosesNothing() throws Exception {
    for (int history = 0; history < 20; history++) {
      long seed = Long.getLong("ninebark.seed", 815L) + history;
      var random = new Random(seed);
      stripes.clear();
      open(random);
      for (int step = 0; step < 60; step++) {
        var some = disk(random.nextInt(map.get().disks().size()));
        switch (random.nextInt(8)) {
          case 0 -> change(now -> Relocation.drain(now, some));
          case 1 -> change(now -> Relocation.cancel(now, some));
          case 2 -> change(now -> Relocation.balance(now, random.nextBoolean()));
          case 3 -> cluster.disks.get(some).state = DiskState.AWAY;
          case 4 -> cluster.disks.values().forEach(disk -> disk.state = DiskState.UP);
          case 5 -> restart();
          case 6 -> write(1000 + step, random);
          default -> mover.round();
        }
        checkNothingLost();
      }
      cluster.disks.values().forEach(disk -> disk.state = DiskState.UP);
      rest();
      for (var leaving : map.get().leaving()) {
        assertThat(isEmpty(leaving)).as("seed " + seed).isTrue();
      }
    }
  }
}
