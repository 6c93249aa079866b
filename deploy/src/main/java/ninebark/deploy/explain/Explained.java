package ninebark.deploy.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import ninebark.erasure.Scheme;
import ninebark.metadata.ObjectInfo;
import ninebark.metadata.lifecycle.Due;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.Extent;

/**
 * What was found of an object.
 *
 * @param inlineBytes those that stand in the index itself
 * @param stripeCount all of its stripes
 * @param stripes those that were looked at
 * @param next what a lifecycle rule will do with it
 */
record Explained(
    String bucket,
    ObjectInfo object,
    long inlineBytes,
    int stripeCount,
    List<Stripe> stripes,
    Optional<Due> next) {
  Explained {
    stripes = List.copyOf(stripes);
  }

  /** How a shard is. */
  enum State {
    /** Its disk has it and its header is right. */
    HELD,
    /** All zero, so it is not stored. */
    IMPLIED,
    MISSING,
    DAMAGED,
    /** Its disk does not answer. */
    UNREACHABLE
  }

  /** A shard and where it belongs. */
  record Shard(int index, DiskPlace place, State state) {}

  record Stripe(Extent extent, Scheme scheme, List<Shard> shards) {
    Stripe {
      shards = List.copyOf(shards);
    }

    /**
     * How many more shards may go while the stripe can still be read now; negative if it cannot.
     */
    int spareNow() {
      return count(State.HELD) + count(State.IMPLIED) - scheme.k();
    }

    /** The same once every disk answers again that does not answer now. */
    int spare() {
      return spareNow() + count(State.UNREACHABLE);
    }

    private int count(State state) {
      return (int) shards.stream().filter(shard -> shard.state == state).count();
    }

    private Peril.Held held(Function<DiskPlace, String> holder) {
      List<String> holders = new ArrayList<>();
      for (var shard : shards) {
        if (shard.state == State.HELD || shard.state == State.UNREACHABLE) {
          holders.add(holder.apply(shard.place));
        }
      }
      return new Peril.Held(holders, spare());
    }
  }

  /** What would lose it, for one kind of holder; empty for an object without stripes. */
  Optional<Peril> peril(Function<DiskPlace, String> holder) {
    return stripes.isEmpty()
        ? Optional.empty()
        : Optional.of(Peril.of(stripes.stream().map(stripe -> stripe.held(holder)).toList()));
  }
}
