package ninebark.storagenode.shard;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ninebark.storagenode.ShardKey;

/**
 * Finds shards in containers. A mirror of the containers, never the truth: after a crash it stands
 * at some earlier moment, whole, and what it missed is replayed from {@link State#indexedUpTo}.
 *
 * <p>Threads: any may find and list; one applies.
 */
interface ShardIndex extends Closeable {
  /**
   * What changes at once.
   *
   * @param shards new places; empty when the shard is gone
   * @param containers new figures; empty when the container is gone
   * @param indexedUpTo everything before is in the index
   * @param interrupted the new set of containers whose copying out has begun
   */
  record Change(
      Map<ShardKey, Optional<ShardLocation>> shards,
      Map<Integer, Optional<ContainerStats>> containers,
      Optional<LogPosition> indexedUpTo,
      Optional<Set<Integer>> interrupted) {}

  /** What the index knows about the containers. */
  record State(
      LogPosition indexedUpTo, Map<Integer, ContainerStats> containers, Set<Integer> interrupted) {
    static final State NOTHING = new State(LogPosition.START, Map.of(), Set.of());
  }

  State state() throws IOException;

  Optional<ShardLocation> find(ShardKey key) throws IOException;

  List<ShardLocation.Entry> list(Optional<ShardKey> after, int limit) throws IOException;

  /** Makes the change visible, not yet durable. */
  void apply(Change change) throws IOException;

  /** Makes what was applied durable. */
  void flush() throws IOException;

  /** Begins to make what was applied durable, without waiting. */
  void beginFlush() throws IOException;

  /** Reads all of it that is on disk; fails if that is not what was written. */
  void verify() throws IOException;

  /** Has the next opening begin with an empty index, to be filled from the containers. */
  void condemn();

  @Override
  void close();
}
