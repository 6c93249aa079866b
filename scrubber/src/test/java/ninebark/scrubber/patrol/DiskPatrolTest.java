package ninebark.scrubber.patrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import ninebark.erasure.Scheme;
import ninebark.scrubber.MemoryCluster;
import ninebark.scrubber.MemoryDisk;
import ninebark.scrubber.journal.Loss;
import ninebark.scrubber.journal.PatrolMark;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskInspector;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.StoredShard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One disk, gone through from end to end. */
@Timeout(60)
class DiskPatrolTest {
  private static final Scheme SCHEME = Scheme.rs(4, 2);

  private final Random random = new Random(23);
  private final MemoryCluster cluster = new MemoryCluster(SCHEME, 6, 8, random);
  private final DiskId id = cluster.disks.keySet().iterator().next();
  private final MemoryDisk disk = cluster.disks.get(id);
  private final List<Loss> found = new CopyOnWriteArrayList<>();
  private final List<ShardKey> read = new CopyOnWriteArrayList<>();
  private volatile Instant now = Instant.parse("2026-11-21T00:00:00Z");
  private final InstantSource clock = () -> now;
  private final AtomicBoolean onDuty = new AtomicBoolean(true);
  private final PatrolSwitch control = new PatrolSwitch(clock, onDuty::get, Optional.empty());
  private volatile boolean urgent;

  private void fill(int stripes) {
    for (int i = 0; i < stripes; i++) {
      cluster.write(random.nextInt(8), 1000 + i, 4, 128, random);
    }
    cluster.ear =
        (question, asked, key) -> {
          if (question.equals("read") && asked.equals(id)) {
            read.add(key);
          }
        };
  }

  private DiskPatrol patrol(PatrolMark mark, int pivot, Optional<DiskInspector> inspector) {
    var findings =
        new Findings() {
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
            return urgent;
          }
        };
    var place = new DiskPlace(id, "node", "rack", "az", 1);
    return new DiskPatrol(
        mark,
        cluster::disk,
        _ -> inspector,
        Duration.ofDays(7),
        Duration.ZERO,
        new GroupId(pivot),
        new PatrolPace(Long.MAX_VALUE),
        () -> false,
        control,
        findings,
        clock,
        new PatrolMetrics.OfDisk(new SimpleMeterRegistry(), place));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(1);
    }
  }

  private PatrolMark runUntil(DiskPatrol patrol, BooleanSupplier condition)
      throws InterruptedException {
    var thread = Thread.ofVirtual().start(patrol::run);
    await(condition);
    control.close();
    thread.join();
    return patrol.mark();
  }

  private List<ShardKey> held() throws IOException {
    return disk.list(Optional.empty(), 1_000_000).stream().map(StoredShard::key).toList();
  }

  @Test
  void a_pass_reads_every_shard_once_beginning_at_its_pivot() throws Exception {
    fill(900);
    var patrol = patrol(PatrolMark.first(id, now), 3, Optional.empty());
    var mark = runUntil(patrol, () -> patrol.mark().isDone());
    assertThat(read).containsExactlyInAnyOrderElementsOf(held());
    assertThat(read.getFirst().group().value()).isGreaterThanOrEqualTo(3);
    assertThat(read.getLast().group().value()).isLessThan(3);
    assertThat(mark.shardCount()).isEqualTo(read.size());
    assertThat(mark.bytes()).isEqualTo(read.size() * 128L);
    assertThat(found).isEmpty();
  }

  @Test
  void all_damage_is_found_in_one_pass() throws Exception {
    fill(200);
    Set<ShardKey> damaged = new HashSet<>();
    for (var key : held()) {
      switch (random.nextInt(6)) {
        case 0 -> {
          disk.flip(key, random.nextInt(128));
          damaged.add(key);
        }
        case 1 -> {
          disk.damageHeader(key);
          damaged.add(key);
        }
        default -> {
          // Left whole.
        }
      }
    }
    var patrol = patrol(PatrolMark.first(id, now), 0, Optional.empty());
    var mark = runUntil(patrol, () -> patrol.mark().isDone());
    assertThat(found)
        .extracting(loss -> loss.stripe().shard(loss.gone().stream().findFirst().orElseThrow()))
        .containsExactlyInAnyOrderElementsOf(damaged);
    assertThat(mark.damageCount()).isEqualTo(damaged.size());
  }

  @Test
  void a_pass_goes_on_where_an_earlier_life_stopped() throws Exception {
    fill(600);
    for (int pivot : new int[] {0, 5}) {
      read.clear();
      var order = new ArrayList<>(held());
      Collections.sort(order);
      Collections.rotate(
          order, -(int) order.stream().filter(key -> key.group().value() < pivot).count());
      int stop = 150;
      var first = patrol(PatrolMark.first(id, now), pivot, Optional.empty());
      var mark = PatrolMark.first(id, now);
      for (int i = 0; i < stop; i++) {
        mark = mark.checked(order.get(i), 128, 0);
      }
      assertThat(first.mark().shardCount()).isZero();
      var second = patrol(mark, pivot, Optional.empty());
      var thread = Thread.ofVirtual().start(second::run);
      await(() -> second.mark().isDone());
      thread.interrupt();
      thread.join();
      assertThat(read).isEqualTo(order.subList(stop, order.size()));
    }
  }

  @Test
  void the_next_pass_begins_when_the_interval_is_over_or_when_it_is_asked_for() throws Exception {
    fill(50);
    var patrol = patrol(PatrolMark.first(id, now), 0, Optional.empty());
    var thread = Thread.ofVirtual().start(patrol::run);
    await(() -> patrol.mark().isDone());
    int once = read.size();
    now = now.plus(Duration.ofDays(7));
    await(() -> patrol.mark().pass() == 2 && patrol.mark().isDone());
    assertThat(read).hasSize(2 * once);
    control.start();
    await(() -> patrol.mark().pass() == 3 && patrol.mark().isDone());
    assertThat(read).hasSize(3 * once);
    control.close();
    thread.join();
  }

  @Test
  void it_rests_while_paused_off_duty_while_something_is_urgent_and_while_its_disk_is_away()
      throws Exception {
    fill(50);
    control.pauseUntil(now.plus(Duration.ofDays(1)));
    var patrol = patrol(PatrolMark.first(id, now), 0, Optional.empty());
    var thread = Thread.ofVirtual().start(patrol::run);
    await(() -> thread.getState() == Thread.State.TIMED_WAITING);
    assertThat(read).isEmpty();
    urgent = true;
    now = now.plus(Duration.ofDays(2));
    assertThat(control.pausedUntil()).describedAs("a pause ends by itself").isEmpty();
    await(() -> thread.getState() == Thread.State.TIMED_WAITING);
    assertThat(read).isEmpty();
    onDuty.set(false);
    urgent = false;
    await(() -> thread.getState() == Thread.State.TIMED_WAITING);
    assertThat(read).describedAs("another process patrols").isEmpty();
    disk.state = DiskState.AWAY;
    onDuty.set(true);
    await(() -> thread.getState() == Thread.State.TIMED_WAITING);
    assertThat(read).isEmpty();
    disk.state = DiskState.UP;
    await(() -> patrol.mark().isDone());
    assertThat(read).isNotEmpty();
    control.close();
    thread.join();
  }

  @Test
  void a_pass_ends_with_a_look_at_what_else_the_disk_keeps() throws Exception {
    fill(10);
    List<Integer> looked = new CopyOnWriteArrayList<>();
    DiskInspector inspector =
        new DiskInspector() {
          @Override
          public List<Integer> containers() {
            return List.of(4, 7);
          }

          @Override
          public Inspection inspectContainer(int number) {
            looked.add(number);
            return new Inspection(100, 2, 1);
          }

          @Override
          public Inspection inspectIndex() {
            looked.add(0);
            return new Inspection(100, 1, 0);
          }
        };
    var patrol = patrol(PatrolMark.first(id, now), 0, Optional.of(inspector));
    var mark = runUntil(patrol, () -> patrol.mark().isDone());
    assertThat(looked).containsExactly(0, 4, 7);
    assertThat(mark.damageCount()).isEqualTo(5);
  }
}
