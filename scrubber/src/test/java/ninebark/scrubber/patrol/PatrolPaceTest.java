package ninebark.scrubber.patrol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import ninebark.scrubber.clients.ClientLoad;
import ninebark.scrubber.journal.PatrolMark;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.StripeId;
import org.junit.jupiter.api.Test;

/** How fast a disk is read, and what is known of its oldest byte. */
class PatrolPaceTest {
  private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");
  private static final Duration WEEK = Duration.ofDays(7);
  private static final DiskId DISK = new DiskId(new UUID(1, 1));
  private static final ShardKey KEY = new ShardKey(new GroupId(1), new StripeId(5, 5), 2);

  @Test
  void a_pass_at_the_floor_ends_within_its_interval_however_the_disk_fills() {
    var random = new Random(1);
    for (int round = 0; round < 50; round++) {
      long held = 1L << (20 + random.nextInt(20));
      var mark = PatrolMark.first(DISK, START);
      var now = START;
      while (mark.bytes() < held) {
        double rate = PatrolPace.floor(mark, held, WEEK, now);
        long bytes = Math.min(held - mark.bytes(), 1 + (long) (rate * 3600));
        now = now.plus(PatrolPace.due(bytes, rate));
        mark = mark.checked(KEY, bytes, 0);
        held += now.isBefore(START.plus(Duration.ofDays(6))) ? held / 200 : 0;
      }
      assertThat(Duration.between(START, now)).isLessThanOrEqualTo(WEEK.plus(Duration.ofHours(2)));
    }
  }

  @Test
  void clients_that_rest_let_it_go_faster_and_busy_ones_never_stop_it() {
    var pace = new PatrolPace(1 << 20);
    var mark = PatrolMark.first(DISK, START);
    long held = 100L << 30;
    double floor = PatrolPace.floor(mark, held, WEEK, START);
    assertThat(floor)
        .isCloseTo(
            (100L << 30) / (7 * 86400.0), org.assertj.core.data.Percentage.withPercentage(1));
    assertThat(pace.bytesPerSecond(mark, held, WEEK, START, true)).isEqualTo(floor);
    assertThat(pace.bytesPerSecond(mark, held, WEEK, START, false)).isEqualTo(1 << 20);
    assertThat(pace.bytesPerSecond(mark, 100L << 40, WEEK, START, false))
        .describedAs("the floor may be above the ceiling")
        .isGreaterThan(100 << 20);
  }

  @Test
  void a_pass_that_is_late_speeds_up_and_does_not_flood_the_disk() {
    var mark = PatrolMark.first(DISK, START).checked(KEY, 1 << 30, 0);
    long held = 2L << 30;
    double late = PatrolPace.floor(mark, held, WEEK, START.plus(Duration.ofDays(9)));
    assertThat(late).isEqualTo((1 << 30) / 3600.0);
  }

  @Test
  void the_oldest_byte_of_a_first_pass_is_as_old_as_the_pass() {
    var mark = PatrolMark.first(DISK, START).checked(KEY, 500, 0);
    assertThat(mark.oldestUnverified(1000)).isEqualTo(START);
    assertThat(mark.again(START.plusSeconds(50)).oldestUnverified(1000))
        .describedAs("beginning again forgets nothing")
        .isEqualTo(START);
  }

  @Test
  void the_oldest_byte_of_a_later_pass_is_the_one_just_ahead() {
    var end = START.plus(WEEK);
    var mark = PatrolMark.first(DISK, START).end(end);
    assertThat(mark.oldestUnverified(1000)).isEqualTo(START);
    var next = mark.next(end);
    assertThat(next.oldestUnverified(1000)).isEqualTo(START);
    assertThat(next.checked(KEY, 500, 0).oldestUnverified(1000))
        .isEqualTo(START.plus(WEEK.dividedBy(2)));
    assertThat(next.checked(KEY, 2000, 0).oldestUnverified(1000)).isEqualTo(end);
    assertThat(next.again(end.plusSeconds(9)).before())
        .isEqualTo(Optional.of(new PatrolMark.Span(START, end)));
  }

  @Test
  void clients_are_busy_while_their_bytes_grow() {
    var bytes = new AtomicLong();
    var nanos = new AtomicLong();
    var load = new ClientLoad(1000, bytes::get, nanos::get);
    assertThat(load.isBusy()).isFalse();
    bytes.set(5_000);
    nanos.set(500_000_000L);
    assertThat(load.isBusy()).describedAs("half a second tells nothing").isFalse();
    nanos.set(1_000_000_000L);
    assertThat(load.isBusy()).isTrue();
    bytes.set(5_500);
    nanos.set(2_000_000_000L);
    assertThat(load.isBusy()).isFalse();
  }
}
