package ninebark.scrubber.journal;

import java.time.Instant;
import java.util.Optional;
import ninebark.erasure.ShardSet;
import ninebark.storagenode.ShardKey;

/**
 * What a stripe is known to have lost.
 *
 * @param gone shards that their disk does not hold, or whose checksums say that they are damaged
 * @param wrong shards that are whole by their checksums and still contradict the rest of the stripe
 * @param since when the first of them was noticed
 */
public record Loss(StripeKey stripe, ShardSet gone, ShardSet wrong, Instant since) {
  public Loss {
    if (gone.isEmpty() && wrong.isEmpty()) {
      throw new IllegalArgumentException("a loss names at least one shard of " + stripe);
    }
  }

  public static Loss of(ShardKey shard, Instant since) {
    return new Loss(StripeKey.of(shard), ShardSet.of(shard.shard()), ShardSet.EMPTY, since);
  }

  /** All shards that are to be made again. */
  public ShardSet shards() {
    return gone.plus(wrong);
  }

  /** What is left when these shards are whole; empty if nothing is. */
  public Optional<Loss> without(ShardSet whole) {
    var stillGone = gone.minus(whole);
    var stillWrong = wrong.minus(whole);
    return stillGone.isEmpty() && stillWrong.isEmpty()
        ? Optional.empty()
        : Optional.of(new Loss(stripe, stillGone, stillWrong, since));
  }

  /** Both losses of one stripe, as old as the older. */
  public Loss and(Loss other) {
    if (!stripe.equals(other.stripe)) {
      throw new IllegalArgumentException(stripe + " is not " + other.stripe);
    }
    return new Loss(
        stripe,
        gone.plus(other.gone),
        wrong.plus(other.wrong),
        since.isBefore(other.since) ? since : other.since);
  }
}
