package ninebark.storagenode.shard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import ninebark.storagenode.ShardKey;

/** An index in memory that at a crash goes back to some moment since its last flush. */
final class SimulatedIndex implements ShardIndex {
  private final TreeMap<ShardKey, ShardLocation> shards = new TreeMap<>();
  private final Map<Integer, ContainerStats> containers = new HashMap<>();
  private Set<Integer> interrupted = new HashSet<>();
  private LogPosition indexedUpTo = LogPosition.START;
  private final List<Change> sinceFlush = new ArrayList<>();
  private Optional<SimulatedIndex> flushed = Optional.empty();

  /** The index as a start after a crash finds it. */
  synchronized SimulatedIndex crash(Random random) {
    var after = flushed.map(SimulatedIndex::copy).orElseGet(SimulatedIndex::new);
    int kept = random.nextInt(sinceFlush.size() + 1);
    sinceFlush.subList(0, kept).forEach(after::take);
    after.flush();
    return after;
  }

  private SimulatedIndex copy() {
    var copy = new SimulatedIndex();
    copy.shards.putAll(shards);
    copy.containers.putAll(containers);
    copy.interrupted = new HashSet<>(interrupted);
    copy.indexedUpTo = indexedUpTo;
    return copy;
  }

  @Override
  public synchronized State state() {
    return new State(indexedUpTo, Map.copyOf(containers), Set.copyOf(interrupted));
  }

  @Override
  public synchronized Optional<ShardLocation> find(ShardKey key) {
    return Optional.ofNullable(shards.get(key));
  }

  @Override
  public synchronized List<ShardLocation.Entry> list(Optional<ShardKey> after, int limit) {
    var tail = after.map(key -> shards.tailMap(key, false)).orElse(shards);
    return tail.entrySet().stream()
        .limit(limit)
        .map(entry -> new ShardLocation.Entry(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public synchronized void apply(Change change) throws IOException {
    var kept =
        new Change(
            new HashMap<>(change.shards()),
            new HashMap<>(change.containers()),
            change.indexedUpTo(),
            change.interrupted().map(HashSet::new));
    take(kept);
    sinceFlush.add(kept);
  }

  private void take(Change change) {
    change
        .shards()
        .forEach(
            (key, location) ->
                location.ifPresentOrElse(
                    place -> shards.put(key, place), () -> shards.remove(key)));
    change
        .containers()
        .forEach(
            (number, stats) ->
                stats.ifPresentOrElse(
                    figures -> containers.put(number, figures), () -> containers.remove(number)));
    change.indexedUpTo().ifPresent(position -> indexedUpTo = position);
    change.interrupted().ifPresent(numbers -> interrupted = new HashSet<>(numbers));
  }

  @Override
  public synchronized void flush() {
    flushed = Optional.of(copy());
    sinceFlush.clear();
  }

  @Override
  public void verify() {
    // Memory does not rot.
  }

  @Override
  public void condemn() {
    throw new IllegalStateException("an index that cannot be damaged was called damaged");
  }

  @Override
  public void beginFlush() {
    // It may or may not become durable before a crash, which is what a crash chooses anyway.
  }

  @Override
  public void close() {}
}
