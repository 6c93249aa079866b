package ninebark.storagenode.shard;

import java.util.Map;
import java.util.TreeMap;

/**
 * How much of a container is still needed.
 *
 * @param endOffset where its records end
 * @param liveBytes records of shards that the index points to
 * @param tombstoneBytes tombstones, by the container that held what they erased
 */
record ContainerStats(long endOffset, long liveBytes, Map<Integer, Long> tombstoneBytes) {
  static final ContainerStats EMPTY = new ContainerStats(ContainerFormat.HEADER_BYTES, 0, Map.of());

  ContainerStats {
    tombstoneBytes = Map.copyOf(tombstoneBytes);
    if (liveBytes < 0) {
      throw new IllegalStateException("a container holds no less than nothing: " + liveBytes);
    }
  }

  ContainerStats endingAt(long offset) {
    return new ContainerStats(offset, liveBytes, tombstoneBytes);
  }

  ContainerStats plusLive(long bytes) {
    return new ContainerStats(endOffset, liveBytes + bytes, tombstoneBytes);
  }

  ContainerStats plusTombstone(int target, long bytes) {
    var sum = new TreeMap<>(tombstoneBytes);
    sum.merge(target, bytes, Long::sum);
    return new ContainerStats(endOffset, liveBytes, sum);
  }
}
