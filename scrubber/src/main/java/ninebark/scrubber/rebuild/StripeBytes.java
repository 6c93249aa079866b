package ninebark.scrubber.rebuild;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import ninebark.erasure.Codec;
import ninebark.erasure.ShardSet;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;

/**
 * The shards of one stripe in memory, which of them are known, and whether they agree.
 *
 * <p>Threads: different shards may be filled by different threads; all else by one.
 */
public final class StripeBytes {
  private final ShardLabel label;
  private final Codec codec;
  private final int storedData;
  private final MemorySegment[] segments;
  private final MemorySegment scratch;
  private ShardSet known = ShardSet.EMPTY;

  /**
   * @param label what is written beside any of the stripe's shards
   * @param memory where the bytes are kept
   */
  public StripeBytes(ShardLabel label, Codec codec, Arena memory) {
    this.label = label;
    this.codec = codec;
    storedData = Math.ceilDiv(label.stripeLength(), label.shardBytes());
    segments = new MemorySegment[label.scheme().n()];
    for (int shard = 0; shard < segments.length; shard++) {
      segments[shard] = memory.allocate(label.shardBytes(), 64);
      if (isImplied(shard)) {
        known = known.with(shard);
      }
    }
    scratch = memory.allocate(label.shardBytes(), 64);
  }

  /** Whether a shard is all zero and never stored. */
  public boolean isImplied(int shard) {
    return shard >= storedData && shard < label.scheme().k();
  }

  public int shardBytes() {
    return label.shardBytes();
  }

  public MemorySegment segment(int shard) {
    return segments[shard];
  }

  /** The shard's segment holds what the stripe has there. */
  public void isKnown(int shard) {
    known = known.with(shard);
  }

  public ShardSet known() {
    return known;
  }

  public boolean isEnough() {
    return known.size() >= label.scheme().k();
  }

  /** Fills the segments of {@code wanted}, which are not known, from those that are. */
  void compute(ShardSet wanted) {
    if (!wanted.isEmpty()) {
      codec.reconstruct(segments, known, wanted, label.shardBytes());
    }
  }

  /** What the known shards make of another one, good until the next call. */
  MemorySegment computedAside(int shard) {
    return computedAside(shard, known);
  }

  private MemorySegment computedAside(int shard, ShardSet from) {
    var aside = segments.clone();
    aside[shard] = scratch;
    codec.reconstruct(aside, from.without(shard), ShardSet.of(shard), label.shardBytes());
    return scratch;
  }

  /** Whether the known shards agree; with no more than k of them there is nothing to disagree. */
  public boolean agree() {
    return agree(known);
  }

  private boolean agree(ShardSet some) {
    int k = label.scheme().k();
    var basis = ShardSet.EMPTY;
    for (int shard = 0; shard < segments.length; shard++) {
      if (!some.contains(shard)) {
        continue;
      }
      if (basis.size() < k) {
        basis = basis.with(shard);
      } else if (computedAside(shard, basis).mismatch(segments[shard]) >= 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * The one shard without which all others agree, where exactly one such shard is and enough are
   * left to tell.
   */
  public Optional<Integer> culprit() {
    int k = label.scheme().k();
    if (known.size() < k + 2 || agree()) {
      return Optional.empty();
    }
    Optional<Integer> found = Optional.empty();
    for (int shard = 0; shard < segments.length; shard++) {
      if (known.contains(shard) && !isImplied(shard) && agree(known.without(shard))) {
        if (found.isPresent()) {
          return Optional.empty();
        }
        found = Optional.of(shard);
      }
    }
    return found;
  }

  /** What is to be written beside a shard that is made again. */
  ShardLabel label(ShardKey key) {
    return new ShardLabel(
        key, label.scheme(), label.stripeLength(), label.shardBytes(), label.owner());
  }
}
