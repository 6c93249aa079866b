package ninebark.metadata.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import ninebark.erasure.Scheme;
import ninebark.metadata.recovery.Survey.Stripe;
import ninebark.storagenode.Description;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.StripeId;
import org.junit.jupiter.api.Test;

class ContentsTest {
  private static final Description TOLD = Description.of(new byte[] {1});
  private static final long PART_1 = 1L << 40;

  /** A stripe of 100 bytes in two data shards. */
  private static Stripe stripe(long born, long offset, Description told, Integer... held) {
    return new Stripe(
        new Extent(new StripeId(born, 0), new GroupId(1), 100, 50),
        Scheme.rs(2, 2),
        new Owner(1, "key", 9, offset, told),
        Set.of(held));
  }

  private static Contents.Found found(Stripe... stripes) {
    return Contents.find(List.of(stripes), _ -> true);
  }

  @Test
  void stripes_in_any_order_are_put_in_theirs() {
    var found =
        found(
            stripe(3, 200, TOLD, 0, 1),
            stripe(1, 0, Description.NONE, 2, 3),
            stripe(2, 100, Description.NONE, 0, 1, 2, 3));
    assertThat(found.rests()).isEmpty();
    var whole = found.wholes().getFirst();
    assertThat(whole.length()).isEqualTo(300);
    assertThat(whole.ambiguous()).isFalse();
    assertThat(whole.extents())
        .extracting(extent -> extent.stripe().birthMillis())
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void without_its_last_stripe_nothing_is_whole() {
    var found = found(stripe(1, 0, Description.NONE, 0, 1), stripe(2, 100, Description.NONE, 0, 1));
    assertThat(found.wholes()).isEmpty();
    assertThat(found.rests()).hasSize(1);
    assertThat(found.rests().getFirst().bytes()).isEqualTo(200);
  }

  @Test
  void with_a_gap_nothing_is_whole() {
    var found = found(stripe(1, 0, Description.NONE, 0, 1), stripe(3, 200, TOLD, 0, 1));
    assertThat(found.wholes()).isEmpty();
    assertThat(found.rests()).hasSize(1);
  }

  @Test
  void what_too_few_disks_hold_is_what_a_returning_disk_brought_back() {
    var found = found(stripe(1, 0, TOLD, 3));
    assertThat(found.wholes()).isEmpty();
    assertThat(found.rests()).hasSize(1);
  }

  @Test
  void of_a_part_sent_twice_each_end_has_the_stripes_before_it_and_the_doubt_is_told() {
    var found =
        found(
            stripe(1, PART_1, Description.NONE, 0, 1),
            stripe(2, PART_1 + 100, TOLD, 0, 1),
            stripe(3, PART_1, Description.NONE, 0, 1),
            stripe(4, PART_1 + 100, TOLD, 0, 1));
    assertThat(found.wholes()).hasSize(2);
    assertThat(found.wholes().getFirst().ambiguous()).isFalse();
    assertThat(found.wholes().getLast().ambiguous()).isTrue();
    assertThat(found.wholes().getLast().extents())
        .extracting(extent -> extent.stripe().birthMillis())
        .containsExactly(3L, 4L);
  }
}
