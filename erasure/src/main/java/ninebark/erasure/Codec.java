package ninebark.erasure;

import java.lang.foreign.MemorySegment;

/**
 * One coder for one {@link Scheme}: makes parity, checks it, and rebuilds lost shards.
 *
 * <p>Every method takes the stripe's shards in order (data 0 to k-1, parity k to n-1), one segment
 * each, heap or native, of any alignment, and works on their first {@code length} bytes. A bad
 * argument is refused with an {@link IllegalArgumentException} that names the numbers that
 * disagree.
 *
 * <p>Threads: safe for any number; there is no shared mutable state. Nothing is allocated per call
 * on the hot path.
 */
public interface Codec {
  Scheme scheme();

  /** The coder's name in logs, benches and the configuration: {@code vector}, {@code table}, ... */
  String name();

  /** Computes shards k to n-1 from shards 0 to k-1. */
  void encode(MemorySegment[] shards, long length);

  /**
   * Adds the change of one data shard to all parities.
   *
   * @param delta old bytes XOR new bytes of data shard {@code dataIndex}
   * @param parity the m parity segments, updated in place
   */
  void updateParity(int dataIndex, MemorySegment delta, MemorySegment[] parity, long length);

  /** Whether the parity shards are what the data shards make. */
  boolean verify(MemorySegment[] shards, long length);

  /**
   * Computes the shards in {@code wanted} from those in {@code present}; touches no other segment,
   * so the entries of shards in neither set may be any segment, {@link MemorySegment#NULL} too.
   *
   * @param present at least k shards; with more, the coder chooses the cheapest
   * @param wanted disjoint from {@code present}
   */
  void reconstruct(MemorySegment[] shards, ShardSet present, ShardSet wanted, long length);
}
