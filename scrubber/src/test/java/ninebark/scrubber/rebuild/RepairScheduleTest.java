package ninebark.scrubber.rebuild;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import ninebark.erasure.Scheme;
import ninebark.erasure.ShardSet;
import ninebark.scrubber.journal.JournalRecord;
import ninebark.scrubber.journal.Loss;
import ninebark.scrubber.journal.StripeKey;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.StripeId;
import org.junit.jupiter.api.Test;

/** What is repaired when. */
class RepairScheduleTest {
  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");
  private static final Scheme SCHEME = Scheme.rs(10, 4);

  /** Twenty disks; a group of fourteen begins at each of them. */
  private static final class World implements RepairSchedule.Cluster {
    final Map<DiskId, DiskState> states = new LinkedHashMap<>();
    final Map<GroupId, PlacementGroup> groups = new HashMap<>();
    boolean busy = true;

    World(int diskCount) {
      List<DiskId> disks = new ArrayList<>();
      for (int i = 0; i < diskCount; i++) {
        disks.add(new DiskId(new UUID(0, i)));
        states.put(disks.get(i), DiskState.UP);
      }
      for (int i = 0; i < diskCount; i++) {
        List<DiskId> members = new ArrayList<>();
        for (int shard = 0; shard < SCHEME.n(); shard++) {
          members.add(disks.get((i + shard) % diskCount));
        }
        groups.put(new GroupId(i), new PlacementGroup(new GroupId(i), SCHEME, members));
      }
    }

    @Override
    public Optional<PlacementGroup> group(GroupId id) {
      return Optional.ofNullable(groups.get(id));
    }

    @Override
    public boolean clientsAreBusy() {
      return busy;
    }

    @Override
    public Map<DiskId, DiskState> states() {
      return states;
    }

    DiskId home(int group, int shard) {
      return groups.get(new GroupId(group)).disks().get(shard);
    }
  }

  private final World world = new World(20);
  private Now now = new Now(START, 0);

  private static RebuildConfig config(int queueCount, int atOnce, int perDisk) {
    var d = RebuildConfig.DEFAULT;
    return new RebuildConfig(
        queueCount,
        atOnce,
        perDisk,
        50,
        20,
        d.calmDelay(),
        d.grace(),
        d.eventPercent(),
        d.eventWindow(),
        5,
        d.stuckFloor(),
        d.deadline(),
        d.retryDelay(),
        d.retryDelayLimit());
  }

  private static Loss loss(int group, long birth, Instant since, int... shards) {
    var key = new StripeKey(new GroupId(group), new StripeId(birth, 1));
    return new Loss(key, ShardSet.of(shards), ShardSet.EMPTY, since);
  }

  private static Outcome whole(RepairOrder order) {
    return new Outcome.Attempted(
        order.targets(),
        ShardSet.EMPTY,
        ShardSet.EMPTY,
        Optional.empty(),
        new Outcome.Work(1000, 100, order.targets().size(), 0));
  }

  private static Outcome failed() {
    return new Outcome.Attempted(
        ShardSet.EMPTY,
        ShardSet.EMPTY,
        ShardSet.EMPTY,
        Optional.of("no"),
        new Outcome.Work(0, 0, 0, 0));
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void the_stripe_that_can_lose_least_comes_first_and_the_older_loss_first_among_equals() {
    var random = new Random(3);
    for (int round = 0; round < 50; round++) {
      var schedule = new RepairSchedule(config(1000, 1, 100));
      List<Loss> losses = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int lost = 1 + random.nextInt(4);
        var shards = random.ints(0, 14).distinct().limit(lost).toArray();
        losses.add(loss(random.nextInt(20), i, START.minusSeconds(random.nextInt(90_000)), shards));
      }
      losses.forEach(loss -> schedule.report(loss, world));
      pass(Duration.ofHours(1));
      List<Loss> order = new ArrayList<>();
      while (schedule.openCount() > 0) {
        var begun = schedule.begin(world, now);
        assertThat(begun).hasSizeLessThanOrEqualTo(1);
        for (var repair : begun) {
          order.add(repair.loss());
          pass(Duration.ofMillis(10));
          schedule.ended(repair, whole(repair), world, now);
        }
        pass(Duration.ofMillis(100));
      }
      var expected = new ArrayList<>(losses);
      Collections.sort(
          expected,
          java.util.Comparator.comparingInt((Loss loss) -> -loss.shards().size())
              .thenComparing(Loss::since)
              .thenComparing(Loss::stripe));
      assertThat(order).isEqualTo(expected);
    }
  }

  @Test
  void a_stripe_is_one_repair_whatever_it_has_lost_and_however_often_that_is_said() {
    var schedule = new RepairSchedule(config(10, 4, 4));
    schedule.report(loss(1, 1, START.minusSeconds(5), 3), world);
    schedule.report(loss(1, 1, START.minusSeconds(9), 4), world);
    schedule.report(loss(1, 1, START, 3), world);
    schedule.report(loss(1, 1, START, 7), world);
    var begun = schedule.begin(world, now);
    assertThat(begun).hasSize(1);
    assertThat(begun.getFirst().targets()).isEqualTo(ShardSet.of(3, 4, 7));
    assertThat(begun.getFirst().loss().since()).isEqualTo(START.minusSeconds(9));
    assertThat(begun.getFirst().margin()).isEqualTo(1);
  }

  @Test
  void a_stripe_that_can_lose_nothing_more_takes_places_that_rest() {
    var schedule = new RepairSchedule(config(100, 2, 100));
    for (int i = 0; i < 6; i++) {
      schedule.report(loss(i, i, START, 0, 1, 2), world);
    }
    var first = schedule.begin(world, now);
    assertThat(first).hasSize(2);
    pass(Duration.ofSeconds(4));
    first.forEach(order -> schedule.ended(order, whole(order), world, now));
    pass(Duration.ofSeconds(3));
    assertThat(schedule.begin(world, now)).describedAs("half the time is for clients").isEmpty();
    schedule.report(loss(9, 99, START, 0, 1, 2, 3), world);
    var urgent = schedule.begin(world, now);
    assertThat(urgent).hasSize(1);
    assertThat(urgent.getFirst().margin()).isZero();
    pass(Duration.ofMillis(1));
    schedule.ended(urgent.getFirst(), whole(urgent.getFirst()), world, now);
    pass(Duration.ofSeconds(1));
    assertThat(schedule.begin(world, now)).describedAs("the rest is over").hasSize(2);
  }

  @Test
  void a_stripe_that_can_lose_one_more_need_not_rest_for_clients_that_are_not_there() {
    var schedule = new RepairSchedule(config(100, 1, 100));
    world.busy = false;
    for (int i = 0; i < 5; i++) {
      schedule.report(loss(i, i, START, 0, 1, 2), world);
    }
    for (int i = 0; i < 5; i++) {
      var order = schedule.begin(world, now).getFirst();
      pass(Duration.ofSeconds(2));
      schedule.ended(order, whole(order), world, now);
    }
    assertThat(schedule.openCount()).isZero();
  }

  @Test
  void calm_stripes_wait_and_then_take_a_fifth_of_the_time() {
    var schedule = new RepairSchedule(config(100, 1, 100));
    schedule.report(loss(0, 1, START, 5), world);
    schedule.report(loss(1, 2, START, 5), world);
    pass(Duration.ofMinutes(14));
    assertThat(schedule.begin(world, now)).isEmpty();
    pass(Duration.ofMinutes(1));
    var first = schedule.begin(world, now);
    assertThat(first).hasSize(1);
    pass(Duration.ofSeconds(2));
    schedule.ended(first.getFirst(), whole(first.getFirst()), world, now);
    pass(Duration.ofMillis(7_900));
    assertThat(schedule.begin(world, now)).isEmpty();
    pass(Duration.ofMillis(200));
    assertThat(schedule.begin(world, now)).hasSize(1);
  }

  @Test
  void a_calm_stripe_that_loses_more_does_not_wait_on() {
    var schedule = new RepairSchedule(config(100, 4, 100));
    schedule.report(loss(0, 1, START, 5), world);
    assertThat(schedule.begin(world, now)).isEmpty();
    schedule.report(loss(0, 1, START, 6, 7), world);
    assertThat(schedule.begin(world, now)).hasSize(1);
  }

  @Test
  void no_disk_serves_more_repairs_than_its_limit() {
    var random = new Random(4);
    var schedule = new RepairSchedule(config(1000, 50, 3));
    for (int i = 0; i < 200; i++) {
      schedule.report(loss(random.nextInt(20), i, START, 0, 1, 2, 3), world);
    }
    List<RepairOrder> running = new ArrayList<>();
    int done = 0;
    while (schedule.openCount() > 0) {
      running.addAll(schedule.begin(world, now));
      assertThat(running).isNotEmpty();
      Map<DiskId, Integer> uses = new HashMap<>();
      running.forEach(order -> order.group().disks().forEach(d -> uses.merge(d, 1, Integer::sum)));
      assertThat(uses.values()).allMatch(count -> count <= 3);
      var ended = running.remove(random.nextInt(running.size()));
      schedule.ended(ended, whole(ended), world, now);
      done++;
    }
    assertThat(done).isEqualTo(200);
  }

  @Test
  void a_stripe_whose_disks_are_away_waits_for_their_return_and_counts_them_as_lost() {
    var schedule = new RepairSchedule(config(100, 4, 4));
    world.states.put(world.home(0, 3), DiskState.AWAY);
    schedule.begin(world, now);
    schedule.report(loss(0, 1, START, 3), world);
    schedule.report(loss(0, 2, START, 9, 10), world);
    assertThat(schedule.countByMargin()).isEqualTo(Map.of(3, 1, 1, 1));
    pass(Duration.ofHours(1));
    var begun = schedule.begin(world, now);
    assertThat(begun).hasSize(1);
    assertThat(begun.getFirst().targets()).isEqualTo(ShardSet.of(9, 10));
    for (int i = 0; i < 20; i++) {
      pass(Duration.ofHours(1));
      assertThat(schedule.begin(world, now)).isEmpty();
    }
    world.states.put(world.home(0, 3), DiskState.UP);
    assertThat(schedule.begin(world, now)).hasSize(1);
  }

  @Test
  void what_can_be_written_is_repaired_and_the_rest_waits() {
    var schedule = new RepairSchedule(config(100, 4, 4));
    world.states.put(world.home(0, 3), DiskState.FULL);
    schedule.report(loss(0, 1, START, 1, 2, 3), world);
    var order = schedule.begin(world, now).getFirst();
    assertThat(order.targets()).isEqualTo(ShardSet.of(1, 2));
    schedule.ended(order, whole(order), world, now);
    pass(Duration.ofHours(1));
    assertThat(schedule.begin(world, now)).isEmpty();
    assertThat(schedule.losses()).containsExactly(loss(0, 1, START, 3));
    world.states.put(world.home(0, 3), DiskState.UP);
    assertThat(schedule.begin(world, now).getFirst().targets()).isEqualTo(ShardSet.of(3));
  }

  @Test
  void a_repair_that_fails_is_tried_again_later_and_later() {
    var schedule = new RepairSchedule(config(100, 4, 4));
    schedule.report(loss(0, 1, START, 0, 1, 2, 3), world);
    long waited = 0;
    for (int attempt = 0; attempt < 12; attempt++) {
      var order = schedule.begin(world, now).getFirst();
      schedule.ended(order, failed(), world, now);
      long begin = now.nanos();
      do {
        pass(Duration.ofSeconds(1));
      } while (schedule.begin(world, now).isEmpty() && now.nanos() - begin < 1e15);
      // The probe above began it: end it without success and look at how long it took.
      waited = Duration.ofNanos(now.nanos() - begin).toSeconds();
      var again = schedule.giveUpStuck(world, now.plus(Duration.ofDays(1)));
      assertThat(again).hasSize(1);
      schedule.ended(again.getFirst(), failed(), world, now);
    }
    assertThat(waited).isEqualTo(600);
  }

  @Test
  void a_stuck_repair_loses_its_place_and_is_begun_again_without_the_disk_it_waits_for() {
    var schedule = new RepairSchedule(config(100, 1, 2));
    schedule.report(loss(0, 1, START, 0, 1, 2), world);
    schedule.report(loss(10, 2, START.plusSeconds(1), 0, 1, 2), world);
    var stuck = schedule.begin(world, now).getFirst();
    var slow = world.home(0, 8);
    stuck.waitingFor().add(slow);
    pass(Duration.ofSeconds(9));
    assertThat(schedule.giveUpStuck(world, now)).isEmpty();
    assertThat(schedule.begin(world, now)).isEmpty();
    pass(Duration.ofSeconds(2));
    assertThat(schedule.giveUpStuck(world, now)).containsExactly(stuck);
    assertThat(schedule.giveUpStuck(world, now)).isEmpty();
    pass(Duration.ofSeconds(20));
    var again = schedule.begin(world, now);
    assertThat(again).hasSize(1);
    assertThat(again.getFirst().loss().stripe()).isEqualTo(stuck.loss().stripe());
    assertThat(again.getFirst().avoid()).containsExactly(slow);
    schedule.ended(again.getFirst(), whole(again.getFirst()), world, now);
    pass(Duration.ofSeconds(20));
    var other = schedule.begin(world, now);
    assertThat(other).hasSize(1);
    schedule.ended(other.getFirst(), whole(other.getFirst()), world, now);
    schedule.ended(stuck, failed(), world, now);
    assertThat(schedule.openCount()).isZero();
  }

  @Test
  void a_stuck_disk_holds_no_more_repairs_than_its_limit() {
    var schedule = new RepairSchedule(config(100, 50, 2));
    var slow = world.home(0, 5);
    for (int i = 0; i < 10; i++) {
      schedule.report(loss(0, i, START, 0, 1, 2, 3), world);
    }
    Set<Long> onSlow = new java.util.HashSet<>();
    for (int round = 0; round < 20; round++) {
      for (var order : schedule.begin(world, now)) {
        if (order.avoid().contains(slow)) {
          schedule.ended(order, whole(order), world, now);
        } else {
          order.waitingFor().add(slow);
          onSlow.add(order.number());
        }
      }
      pass(Duration.ofSeconds(11));
      schedule.giveUpStuck(world, now);
    }
    assertThat(onSlow).hasSize(2);
  }

  @Test
  void many_disks_gone_at_once_are_the_network_and_start_no_storm() {
    var schedule = new RepairSchedule(config(100, 4, 4));
    var calm = loss(0, 1, START.minus(Duration.ofHours(1)), 5);
    schedule.report(calm, world);
    // Three of twenty, none of them in the group of the stripe.
    world.states.put(world.home(0, 13 + 0), DiskState.UP);
    for (int disk = 14; disk < 17; disk++) {
      world.states.put(new DiskId(new UUID(0, disk)), DiskState.AWAY);
    }
    assertThat(schedule.begin(world, now)).isEmpty();
    assertThat(schedule.isNetworkEvent(now)).isTrue();
    schedule.report(loss(0, 2, START, 5, 6, 7), world);
    assertThat(schedule.begin(world, now)).describedAs("margin 1 does not wait").hasSize(1);
    pass(Duration.ofMinutes(14));
    assertThat(schedule.begin(world, now)).isEmpty();
    world.states.put(new DiskId(new UUID(0, 14)), DiskState.UP);
    var begun = schedule.begin(world, now);
    assertThat(schedule.isNetworkEvent(now)).isFalse();
    assertThat(begun).extracting(RepairOrder::loss).containsExactly(calm);
  }

  @Test
  void disks_that_stay_away_are_lost_and_end_the_network_event() {
    var schedule = new RepairSchedule(config(100, 4, 4));
    schedule.begin(world, now);
    for (int disk = 14; disk < 18; disk++) {
      world.states.put(new DiskId(new UUID(0, disk)), DiskState.AWAY);
    }
    schedule.begin(world, now);
    assertThat(schedule.isNetworkEvent(now)).isTrue();
    assertThat(schedule.lostDiskCount(now)).isZero();
    pass(Duration.ofMinutes(16));
    schedule.begin(world, now);
    assertThat(schedule.isNetworkEvent(now)).isFalse();
    assertThat(schedule.awayCount()).isEqualTo(4);
    assertThat(schedule.lostDiskCount(now)).isEqualTo(4);
  }

  @Test
  void disks_that_fail_one_after_the_other_are_no_network_event() {
    var schedule = new RepairSchedule(config(100, 4, 4));
    for (int disk = 0; disk < 6; disk++) {
      world.states.put(new DiskId(new UUID(0, disk)), DiskState.AWAY);
      schedule.begin(world, now);
      assertThat(schedule.isNetworkEvent(now)).isFalse();
      pass(Duration.ofMinutes(11));
    }
  }

  @Test
  void a_full_queue_keeps_those_that_can_lose_least() {
    var schedule = new RepairSchedule(config(3, 4, 4));
    assertThat(schedule.report(loss(0, 1, START, 1), world)).isTrue();
    assertThat(schedule.report(loss(0, 2, START, 1, 2), world)).isTrue();
    assertThat(schedule.report(loss(0, 3, START, 1, 2, 3), world)).isTrue();
    assertThat(schedule.hasRoom()).isFalse();
    assertThat(schedule.report(loss(0, 4, START.plusSeconds(1), 1), world)).isFalse();
    assertThat(schedule.report(loss(0, 5, START, 1, 2, 3, 4), world)).isTrue();
    assertThat(schedule.losses())
        .extracting(loss -> loss.stripe().stripe().birthMillis())
        .containsExactlyInAnyOrder(2L, 3L, 5L);
    assertThat(schedule.droppedCount()).isEqualTo(2);
    assertThat(schedule.takeChanges())
        .contains(new JournalRecord.Mended(loss(0, 1, START, 1).stripe()));
  }

  @Test
  void the_journal_hears_of_every_change_so_that_its_end_is_the_queue() {
    var random = new Random(8);
    var schedule = new RepairSchedule(config(30, 5, 3));
    Map<StripeKey, Loss> journal = new HashMap<>();
    List<RepairOrder> running = new ArrayList<>();
    for (int step = 0; step < 5_000; step++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          var shards = random.ints(0, 14).distinct().limit(1 + random.nextInt(4)).toArray();
          schedule.report(loss(random.nextInt(20), random.nextInt(50), now.wall(), shards), world);
        }
        case 1 -> running.addAll(schedule.begin(world, now));
        case 2 -> {
          if (!running.isEmpty()) {
            var order = running.remove(random.nextInt(running.size()));
            var outcome =
                switch (random.nextInt(3)) {
                  case 0 -> failed();
                  case 1 -> new Outcome.Erased();
                  default -> whole(order);
                };
            schedule.ended(order, outcome, world, now);
          }
        }
        default -> {
          pass(Duration.ofSeconds(random.nextInt(30)));
          schedule.giveUpStuck(world, now);
        }
      }
      for (var change : schedule.takeChanges()) {
        switch (change) {
          case JournalRecord.Lost(var loss) -> journal.put(loss.stripe(), loss);
          case JournalRecord.Mended(var stripe) -> journal.remove(stripe);
          default -> throw new AssertionError(change);
        }
      }
      // What is reported while a stripe is under repair may be written down when that ends.
      for (var loss : schedule.losses()) {
        assertThat(journal).containsKey(loss.stripe());
      }
    }
  }
}
