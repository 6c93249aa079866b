package ninebark.scrubber.experience;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import ninebark.erasure.Scheme;
import ninebark.scrubber.MemoryCluster;
import ninebark.scrubber.journal.Experience;
import ninebark.scrubber.journal.Journal;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.file.RealDiskFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchTest {
  private static final int DISKS = 8;
  private static final Duration GRACE = Duration.ofMinutes(15);

  @TempDir Path folder;
  private final MemoryCluster cluster = new MemoryCluster(Scheme.rs(4, 2), DISKS, 2, new Random(1));
  private Instant now = Instant.parse("2026-11-21T00:00:00Z");
  private ClusterMap map = cluster.map;
  private SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Journal journal;
  private Watch watch;

  @BeforeEach
  void open() throws IOException {
    var opened = Journal.open(new RealDiskFiles(folder), new UUID(1, 2), List::of);
    journal = opened.journal();
    watch =
        new Watch(
            () -> map,
            cluster::disk,
            () -> 1000,
            GRACE,
            () -> now,
            journal::append,
            opened.memory(),
            meters);
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
  }

  private Experience minutes(int count) {
    for (int i = 0; i < count; i++) {
      now = now.plus(Duration.ofMinutes(1));
      watch.look();
    }
    return watch.experience();
  }

  /** As after a kill: only the journal is left, and what was counted in memory begins anew. */
  private void restart() throws IOException {
    journal.close();
    meters = new SimpleMeterRegistry();
    open();
  }

  @Test
  void time_passes_for_all_disks_and_shards() {
    var lived = minutes(10);
    assertThat(lived.diskMillis()).isEqualTo(DISKS * 600_000L);
    assertThat(lived.shardMillis()).isEqualTo(1000 * 600_000L);
    assertThat(lived.lostDiskCount()).isZero();
  }

  @Test
  void a_disk_is_lost_once_however_long_it_is_away_and_however_often_the_process_restarts()
      throws IOException {
    var disk = cluster.disks.values().iterator().next();
    disk.state = DiskState.AWAY;
    assertThat(minutes(15).lostDiskCount()).isZero();
    assertThat(minutes(1).lostDiskCount()).isEqualTo(1);
    restart();
    assertThat(minutes(30).lostDiskCount()).isEqualTo(1);
    assertThat(watch.experience().meanLoss()).isEqualTo(Duration.ofMinutes(45));
    disk.state = DiskState.UP;
    minutes(1);
    disk.state = DiskState.AWAY;
    assertThat(minutes(16).lostDiskCount()).isEqualTo(2);
  }

  @Test
  void an_absence_that_spans_a_restart_is_as_long_as_it_was() throws IOException {
    cluster.disks.values().iterator().next().state = DiskState.AWAY;
    minutes(1);
    now = now.plus(Duration.ofHours(2));
    restart();
    assertThat(minutes(1).lostDiskCount()).isEqualTo(1);
    assertThat(watch.experience().meanLoss()).isGreaterThan(Duration.ofHours(2));
  }

  @Test
  void a_disk_that_is_taken_out_of_the_map_is_watched_no_more() throws IOException {
    cluster.disks.values().iterator().next().state = DiskState.AWAY;
    minutes(20);
    var lostMillis = watch.experience().lostMillis();
    map = new ClusterMap(map.cluster(), 2, map.disks().subList(1, DISKS), cluster.map.groups());
    assertThat(minutes(20).lostMillis()).isEqualTo(lostMillis);
    restart();
    assertThat(watch.records()).hasSize(1);
  }

  @Test
  void a_short_absence_is_no_loss() {
    var disk = cluster.disks.values().iterator().next();
    disk.state = DiskState.AWAY;
    minutes(10);
    disk.state = DiskState.UP;
    assertThat(minutes(60).lostDiskCount()).isZero();
  }

  @Test
  void repairs_and_damage_add_up_over_restarts() throws IOException {
    for (int life = 0; life < 2; life++) {
      Timer.builder("ninebark.rebuild.queued").register(meters).record(Duration.ofSeconds(30));
      Timer.builder("ninebark.rebuild.took").register(meters).record(Duration.ofSeconds(10));
      Counter.builder("ninebark.patrol.damaged").register(meters).increment(3);
      minutes(1);
      restart();
    }
    var lived = watch.experience();
    assertThat(lived.repairCount()).isEqualTo(2);
    assertThat(lived.meanRepair()).isEqualTo(Duration.ofSeconds(40));
    assertThat(lived.damageCount()).isEqualTo(6);
  }

  @Test
  void closing_one_that_was_never_begun_writes_down_what_it_has_seen() throws IOException {
    now = now.plus(Duration.ofMinutes(1));
    watch.close();
    restart();
    assertThat(watch.experience().diskMillis()).isEqualTo(DISKS * 60_000L);
  }

  @Test
  void a_clock_that_leaps_is_not_believed() {
    now = now.plus(Duration.ofDays(4000));
    assertThat(minutes(1).diskMillis()).isZero();
    now = now.minus(Duration.ofDays(8000));
    assertThat(minutes(2).diskMillis()).isEqualTo(DISKS * 60_000L);
  }
}
