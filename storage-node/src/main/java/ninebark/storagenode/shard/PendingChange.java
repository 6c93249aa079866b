package ninebark.storagenode.shard;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ninebark.storagenode.ShardKey;

/**
 * What the records of one commit change in the index, before it is applied. The same rules judge a
 * record when it is written and when it is replayed.
 *
 * <p>Threads: one.
 */
final class PendingChange {
  private final ShardIndex index;
  private final Map<Integer, ContainerStats> containers;
  private final Map<ShardKey, Optional<ShardLocation>> shards = new HashMap<>();
  private final Map<Integer, Optional<ContainerStats>> changedContainers = new HashMap<>();
  private final Set<Integer> interrupted;

  /** Containers of older records of keys that were written again, until a tombstone says so. */
  private final Map<ShardKey, Integer> superseded = new HashMap<>();

  /**
   * @param containers the figures before this change
   * @param interrupted the containers whose copying out has begun, before this change
   */
  PendingChange(
      ShardIndex index, Map<Integer, ContainerStats> containers, Set<Integer> interrupted) {
    this.index = index;
    this.containers = containers;
    this.interrupted = new HashSet<>(interrupted);
  }

  /** Where a shard is once this change has been applied. */
  Optional<ShardLocation> find(ShardKey key) throws IOException {
    var changed = shards.get(key);
    return changed != null ? changed : index.find(key);
  }

  /** Takes a record in, in the order of the log. */
  void add(ContainerRecord record, LogPosition position, int headerBytes) throws IOException {
    long recordBytes = RecordFormat.recordBytes(headerBytes, record.bodyBytes());
    int container = position.container();
    switch (record) {
      case ContainerRecord.Shard(var label, var _) -> {
        var before = find(label.key());
        if (before.isPresent()) {
          becomeGarbage(before.get());
          if (before.get().position().container() != container) {
            superseded.put(label.key(), before.get().position().container());
          }
        }
        shards.put(
            label.key(), Optional.of(new ShardLocation(position, headerBytes, label.shardBytes())));
        put(container, stats(container).plusLive(recordBytes));
      }
      case ContainerRecord.Tombstone(var key, var target, var asOf) -> {
        var before = find(key);
        if (before.isPresent() && before.get().position().compareTo(asOf) < 0) {
          becomeGarbage(before.get());
          shards.put(key, Optional.empty());
        }
        superseded.remove(key, target);
        put(container, stats(container).plusTombstone(target, recordBytes));
      }
      case ContainerRecord.Filler _ -> {
        // Nothing was there.
      }
    }
    put(container, stats(container).endingAt(position.offset() + recordBytes));
  }

  void endContainerAt(int container, long offset) {
    put(container, stats(container).endingAt(offset));
  }

  ShardIndex.Change upTo(LogPosition position) {
    // No tombstone speaks of what was copied: copying it out has begun and may not have ended.
    boolean interruptedChanged = interrupted.addAll(superseded.values());
    return new ShardIndex.Change(
        shards,
        changedContainers,
        Optional.of(position),
        interruptedChanged ? Optional.of(interrupted) : Optional.empty());
  }

  Set<Integer> interrupted() {
    return interrupted;
  }

  /** Takes the new figures over, after the change has been applied. */
  void updateFigures() {
    changedContainers.forEach((number, stats) -> containers.put(number, stats.orElseThrow()));
  }

  private void becomeGarbage(ShardLocation location) {
    int container = location.position().container();
    put(container, stats(container).plusLive(-location.recordBytes()));
  }

  private ContainerStats stats(int container) {
    var changed = changedContainers.get(container);
    return changed != null
        ? changed.orElseThrow()
        : containers.getOrDefault(container, ContainerStats.EMPTY);
  }

  private void put(int container, ContainerStats stats) {
    changedContainers.put(container, Optional.of(stats));
  }
}
