package ninebark.scrubber.rebuild;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import ninebark.erasure.Scheme;
import ninebark.erasure.ShardSet;
import ninebark.scrubber.MemoryCluster;
import ninebark.scrubber.MemoryCluster.Stripe;
import ninebark.scrubber.journal.Loss;
import ninebark.storagenode.DiskState;
import org.junit.jupiter.api.Test;

/** One repair: what it reads, proves and writes, and what it leaves when it ends early. */
class StripeRepairTest {
  private static final Scheme SCHEME = Scheme.rs(6, 2);
  private static final int SHARD_BYTES = 4096;

  private final Random random = new Random(11);
  private final MemoryCluster cluster = new MemoryCluster(SCHEME, 12, 6, random);
  private Standing standing = Standing.NAMED;
  private long number;

  private StripeRepair repair() {
    return new StripeRepair(
        cluster::disk, cluster::codec, _ -> standing, Crew.ALONE, Duration.ofSeconds(5));
  }

  private RepairOrder order(Stripe stripe, ShardSet gone, ShardSet wrong) {
    var loss = new Loss(stripe.key(), gone, wrong, Instant.EPOCH);
    var group = cluster.group(stripe.key().group());
    return new RepairOrder(++number, loss, loss.shards(), group, 1, 0, Set.of());
  }

  private Outcome.Attempted attempt(Stripe stripe, int... gone) throws InterruptedException {
    var order = order(stripe, ShardSet.of(gone), ShardSet.EMPTY);
    return (Outcome.Attempted) repair().run(order);
  }

  private Stripe write() {
    return cluster.write(random.nextInt(6), 1000, 6, SHARD_BYTES, random);
  }

  private void lose(Stripe stripe, int shard) {
    cluster.home(stripe.key().shard(shard)).lose(stripe.key().shard(shard));
  }

  @Test
  void any_shards_up_to_m_are_made_again_and_proven_where_one_is_left_to_prove_them()
      throws Exception {
    for (int first = 0; first < SCHEME.n(); first++) {
      for (int second = first; second < SCHEME.n(); second++) {
        var stripe = write();
        lose(stripe, first);
        lose(stripe, second);
        var outcome = attempt(stripe, first, second);
        assertThat(outcome.trouble()).isEmpty();
        assertThat(outcome.whole()).isEqualTo(ShardSet.of(first, second));
        assertThat(outcome.work().unprovenCount()).isEqualTo(first == second ? 0 : 2);
        assertThat(cluster.isWhole(stripe)).isTrue();
      }
    }
  }

  @Test
  void no_more_than_k_times_the_missing_bytes_are_read() throws Exception {
    for (int lost = 0; lost < SCHEME.n(); lost++) {
      var stripe = write();
      lose(stripe, lost);
      long before = cluster.readBytes();
      var outcome = attempt(stripe, lost);
      assertThat(outcome.work().unprovenCount()).describedAs("and it is proven").isZero();
      assertThat(cluster.readBytes() - before).isEqualTo((long) SCHEME.k() * SHARD_BYTES);
      assertThat(outcome.work().readBytes()).isEqualTo((long) SCHEME.k() * SHARD_BYTES);
    }
  }

  @Test
  void a_short_stripe_is_made_again_from_the_few_shards_it_has() throws Exception {
    for (int stored = 1; stored <= 6; stored++) {
      for (int lost : new int[] {0, stored - 1, 6, 7}) {
        var stripe = cluster.write(0, 5, stored, SHARD_BYTES, random);
        lose(stripe, lost);
        long before = cluster.readBytes();
        assertThat(attempt(stripe, lost).trouble()).isEmpty();
        assertThat(cluster.isWhole(stripe)).isTrue();
        assertThat(cluster.readBytes() - before).isEqualTo((long) stored * SHARD_BYTES);
      }
    }
  }

  @Test
  void a_shard_that_is_implied_needs_nothing() throws Exception {
    var stripe = cluster.write(0, 5, 2, SHARD_BYTES, random);
    var outcome = attempt(stripe, 4);
    assertThat(outcome.whole()).isEqualTo(ShardSet.of(4));
    assertThat(outcome.work().madeCount()).isZero();
    assertThat(cluster.home(stripe.key().shard(4)).holds(stripe.key().shard(4))).isFalse();
  }

  @Test
  void damaged_bytes_and_damaged_headers_are_replaced() throws Exception {
    for (int shard = 0; shard < SCHEME.n(); shard++) {
      var stripe = write();
      var key = stripe.key().shard(shard);
      if (shard % 2 == 0) {
        cluster.home(key).flip(key, random.nextInt(SHARD_BYTES));
      } else {
        cluster.home(key).damageHeader(key);
      }
      assertThat(attempt(stripe, shard).work().madeCount()).isEqualTo(1);
      assertThat(cluster.isWhole(stripe)).isTrue();
    }
  }

  @Test
  void a_damaged_shards_own_checksums_prove_it_when_no_other_shard_is_left() throws Exception {
    var stripe = write();
    lose(stripe, 2);
    var key = stripe.key().shard(5);
    cluster.home(key).flip(key, 7);
    cluster.home(stripe.key().shard(2)).state = DiskState.AWAY;
    var order =
        new RepairOrder(
            1,
            new Loss(stripe.key(), ShardSet.of(2, 5), ShardSet.EMPTY, Instant.EPOCH),
            ShardSet.of(5),
            cluster.group(stripe.key().group()),
            0,
            0,
            Set.of());
    var outcome = (Outcome.Attempted) repair().run(order);
    assertThat(outcome.whole()).isEqualTo(ShardSet.of(5));
    assertThat(outcome.work().unprovenCount()).isZero();
  }

  @Test
  void a_proof_that_may_be_had_later_is_waited_for_and_not_for_ever() throws Exception {
    var stripe = write();
    lose(stripe, 0);
    cluster.ear =
        (question, disk, key) -> {
          if (question.equals("attests")) {
            throw new IOException(disk + " stutters at " + key);
          }
        };
    assertThat(attempt(stripe, 0).trouble()).isPresent();
    assertThat(cluster.rightShards(stripe)).hasSize(7);
    var loss = new Loss(stripe.key(), ShardSet.of(0), ShardSet.EMPTY, Instant.EPOCH);
    var group = cluster.group(stripe.key().group());
    var last = new RepairOrder(9, loss, loss.shards(), group, 1, 5, Set.of());
    var outcome = (Outcome.Attempted) repair().run(last);
    assertThat(outcome.work().unprovenCount()).isEqualTo(1);
    assertThat(cluster.isWhole(stripe)).isTrue();
  }

  @Test
  void what_was_mended_before_is_left_alone() throws Exception {
    var stripe = write();
    var outcome = attempt(stripe, 1, 7);
    assertThat(outcome.whole()).isEqualTo(ShardSet.of(1, 7));
    assertThat(outcome.work().madeCount()).isZero();
    assertThat(outcome.work().readBytes()).isEqualTo(2L * SHARD_BYTES);
  }

  @Test
  void shards_found_lost_on_the_way_are_told() throws Exception {
    var stripe = cluster.write(3, 5, 6, SHARD_BYTES, random);
    lose(stripe, 0);
    // All others but one are needed, so the damaged one is met or proves nothing.
    var key = stripe.key().shard(1);
    cluster.home(key).damageHeader(key);
    var outcome = attempt(stripe, 0);
    assertThat(outcome.whole()).isEqualTo(ShardSet.of(0));
    assertThat(outcome.alsoGone()).isEqualTo(ShardSet.of(1));
  }

  @Test
  void too_few_shards_change_nothing() throws Exception {
    var stripe = write();
    for (int shard : new int[] {0, 3, 7}) {
      lose(stripe, shard);
    }
    var outcome = attempt(stripe, 0);
    assertThat(outcome.trouble()).hasValueSatisfying(why -> assertThat(why).contains("only 5"));
    assertThat(outcome.alsoGone()).isEqualTo(ShardSet.of(3, 7));
    assertThat(cluster.rightShards(stripe)).hasSize(5);
  }

  @Test
  void a_stripe_that_nobody_has_or_that_is_an_orphan_is_forgotten() throws Exception {
    var stripe = write();
    var order = order(stripe, ShardSet.of(1), ShardSet.EMPTY);
    standing = Standing.ORPHAN;
    assertThat(repair().run(order)).isEqualTo(new Outcome.Erased());
    standing = Standing.NAMED;
    for (int shard = 0; shard < SCHEME.n(); shard++) {
      lose(stripe, shard);
    }
    assertThat(repair().run(order)).isEqualTo(new Outcome.Erased());
    cluster.home(stripe.key().shard(2)).state = DiskState.AWAY;
    assertThat(repair().run(order)).isInstanceOf(Outcome.Attempted.class);
  }

  @Test
  void a_shard_that_lies_is_found_out_and_nothing_is_built_on_it() throws Exception {
    for (int liar = 1; liar < SCHEME.n(); liar++) {
      var stripe = write();
      lose(stripe, 0);
      var key = stripe.key().shard(liar);
      cluster.home(key).forge(key, random.nextInt(SHARD_BYTES));
      var outcome = attempt(stripe, 0);
      assertThat(outcome.trouble()).isPresent();
      assertThat(outcome.whole()).isEqualTo(ShardSet.EMPTY);
      assertThat(cluster.home(stripe.key().shard(0)).holds(stripe.key().shard(0))).isFalse();
    }
  }

  @Test
  void a_shard_that_contradicts_all_others_is_made_again() throws Exception {
    for (int liar = 0; liar < SCHEME.n(); liar++) {
      var stripe = write();
      var key = stripe.key().shard(liar);
      cluster.home(key).forge(key, random.nextInt(SHARD_BYTES));
      var order = order(stripe, ShardSet.EMPTY, ShardSet.of(liar));
      var outcome = (Outcome.Attempted) repair().run(order);
      assertThat(outcome.whole()).isEqualTo(ShardSet.of(liar));
      assertThat(cluster.isWhole(stripe)).isTrue();
    }
  }

  @Test
  void nobody_is_called_wrong_without_proof() throws Exception {
    var stripe = write();
    var innocent = order(stripe, ShardSet.EMPTY, ShardSet.of(3));
    var outcome = (Outcome.Attempted) repair().run(innocent);
    assertThat(outcome.whole()).isEqualTo(ShardSet.of(3));
    assertThat(outcome.work().madeCount()).isZero();
    var key = stripe.key().shard(5);
    cluster.home(key).forge(key, 1);
    outcome = (Outcome.Attempted) repair().run(innocent);
    assertThat(outcome.trouble()).isPresent();
    assertThat(outcome.work().madeCount()).isZero();
    lose(stripe, 2);
    outcome = (Outcome.Attempted) repair().run(order(stripe, ShardSet.EMPTY, ShardSet.of(5)));
    assertThat(outcome.trouble()).describedAs("k+1 shards cannot tell which is wrong").isPresent();
    assertThat(outcome.work().madeCount()).isZero();
  }

  /** The process ends. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  @Test
  void a_kill_at_any_step_leaves_nothing_wrong_and_the_next_attempt_mends() throws Exception {
    for (int lost = 1; lost <= 2; lost++) {
      for (int step = 1; ; step++) {
        var stripe = write();
        List<Integer> shards = new ArrayList<>();
        for (int i = 0; i < lost; i++) {
          shards.add((int) Math.floorMod(stripe.key().stripe().serial(), 4L) + 3 * i);
          lose(stripe, shards.get(i));
        }
        var gone = ShardSet.of(shards.stream().mapToInt(shard -> shard).toArray());
        var steps = new int[] {step};
        cluster.ear =
            (_, _, _) -> {
              if (--steps[0] == 0) {
                throw new Killed();
              }
            };
        boolean ran = false;
        try {
          repair().run(order(stripe, gone, ShardSet.EMPTY));
          ran = true;
        } catch (Killed _) {
          // As meant.
        }
        cluster.ear = (_, _, _) -> {};
        cluster.checkNothingWrong();
        assertThat(cluster.rightShards(stripe)).hasSizeGreaterThanOrEqualTo(SCHEME.n() - lost);
        var outcome = (Outcome.Attempted) repair().run(order(stripe, gone, ShardSet.EMPTY));
        assertThat(outcome.trouble()).isEmpty();
        assertThat(cluster.isWhole(stripe)).isTrue();
        if (ran) {
          assertThat(step).isGreaterThan(SCHEME.k() + 2);
          break;
        }
      }
    }
  }

  @Test
  void a_failure_of_any_step_is_told_and_leaves_nothing_wrong() throws Exception {
    for (int step = 1; step < 16; step++) {
      var stripe = write();
      lose(stripe, 3);
      var steps = new int[] {step};
      cluster.ear =
          (question, _, _) -> {
            if (--steps[0] == 0) {
              throw new IOException("the disk failed at " + question);
            }
          };
      var outcome = attempt(stripe, 3);
      cluster.ear = (_, _, _) -> {};
      cluster.checkNothingWrong();
      boolean whole = cluster.isWhole(stripe);
      assertThat(outcome.trouble().isEmpty()).isEqualTo(whole);
      if (!whole) {
        assertThat(attempt(stripe, 3).trouble()).isEqualTo(Optional.empty());
        assertThat(cluster.isWhole(stripe)).isTrue();
      }
    }
  }
}
