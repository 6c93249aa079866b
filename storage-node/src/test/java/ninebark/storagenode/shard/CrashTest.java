package ninebark.storagenode.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardMissingException;
import org.junit.jupiter.api.Test;

/** What a power cut at any moment leaves, against a small model of what was acknowledged. */
class CrashTest {
  /** The disk beside what its user knows of it. */
  private static final class Ledger {
    final SimulatedDisk disk;
    final String where;
    final Map<Integer, Integer> stored = new HashMap<>();
    final Set<Integer> erased = new HashSet<>();

    /** Shards whose append or erase was cut off: there or not, but never wrong. */
    final Map<Integer, Integer> unknown = new HashMap<>();

    int nextNumber = 1;

    Ledger(long seed, int crashAt) throws IOException {
      disk = new SimulatedDisk(seed);
      where = " -- replay: -Dninebark.seed=" + seed + ", crash at operation " + crashAt;
    }

    void putSome() throws IOException {
      Map<Integer, ShardAppend> appends = new HashMap<>();
      int count = 1 + disk.random.nextInt(6);
      for (int index = 0; index < count; index++) {
        int number = nextNumber++;
        int bytes = 1 + disk.random.nextInt(disk.random.nextInt(5) == 0 ? 30_000 : 3_000);
        unknown.put(number, bytes);
        appends.put(number, disk.append(number, bytes));
      }
      for (var entry : appends.entrySet()) {
        try {
          entry.getValue().awaitDurable(Deadline.after(SimulatedDisk.minute()));
          stored.put(entry.getKey(), unknown.remove(entry.getKey()));
        } catch (IOException _) {
          // Not acknowledged: it stays unknown.
        } catch (InterruptedException unexpected) {
          throw new AssertionError(unexpected);
        }
      }
    }

    void eraseSome() throws IOException {
      List<Integer> numbers = new ArrayList<>(new TreeSet<>(stored.keySet()));
      if (numbers.isEmpty()) {
        return;
      }
      List<Integer> chosen = new ArrayList<>();
      int count = 1 + disk.random.nextInt(numbers.size());
      for (int index = 0; index < count; index++) {
        chosen.add(numbers.get(disk.random.nextInt(numbers.size())));
      }
      Set<ShardKey> keys = new HashSet<>();
      for (int number : chosen) {
        keys.add(SimulatedDisk.key(number));
        if (stored.containsKey(number)) {
          unknown.put(number, stored.remove(number));
        }
      }
      disk.store.erase(keys);
      chosen.forEach(unknown::remove);
      erased.addAll(chosen);
    }

    void rewriteOne() throws IOException {
      List<Integer> numbers = new ArrayList<>(new TreeSet<>(stored.keySet()));
      if (!numbers.isEmpty()) {
        int number = numbers.get(disk.random.nextInt(numbers.size()));
        disk.put(number, stored.get(number));
      }
      List<Integer> gone = new ArrayList<>(new TreeSet<>(erased));
      if (!gone.isEmpty() && disk.random.nextInt(3) == 0) {
        int number = gone.get(disk.random.nextInt(gone.size()));
        erased.remove(number);
        unknown.put(number, 777);
        disk.put(number, 777);
        stored.put(number, unknown.remove(number));
      }
    }

    void step() throws IOException {
      switch (disk.random.nextInt(10)) {
        case 0, 1, 2, 3, 4 -> putSome();
        case 5, 6 -> eraseSome();
        case 7 -> rewriteOne();
        case 8 -> disk.store.maintain();
        default -> disk.store.flushIndex();
      }
    }

    void check() throws IOException {
      Set<ShardKey> listed = new HashSet<>();
      disk.store.list(Optional.empty(), 100_000).forEach(shard -> listed.add(shard.key()));
      for (var entry : stored.entrySet()) {
        assertThat(disk.get(entry.getKey(), 0, entry.getValue()))
            .as("acknowledged shard %s%s", entry.getKey(), where)
            .isEqualTo(SimulatedDisk.content(entry.getKey(), entry.getValue()));
        assertThat(listed.remove(SimulatedDisk.key(entry.getKey()))).isTrue();
      }
      for (int number : erased) {
        assertThat(isMissing(number)).as("erased shard %s%s", number, where).isTrue();
      }
      for (var entry : unknown.entrySet()) {
        if (!isMissing(entry.getKey())) {
          assertThat(disk.get(entry.getKey(), 0, entry.getValue()))
              .as("unacknowledged shard %s%s", entry.getKey(), where)
              .isEqualTo(SimulatedDisk.content(entry.getKey(), entry.getValue()));
          listed.remove(SimulatedDisk.key(entry.getKey()));
        }
      }
      assertThat(listed).as("shards nobody wrote" + where).isEmpty();
      assertThat(disk.count("ninebark.disk.damaged")).as("no damage" + where).isZero();
    }

    private boolean isMissing(int number) throws IOException {
      try {
        disk.get(number, 0, 1);
        return false;
      } catch (ShardMissingException _) {
        return true;
      }
    }
  }

  private static int run(long seed, int crashAt, boolean losesIndex) throws IOException {
    var ledger = new Ledger(seed, crashAt);
    for (int life = 0; life < 3; life++) {
      ledger.disk.files.crashAfter(life == 0 ? crashAt : 1 + ledger.disk.random.nextInt(120));
      try {
        for (int step = 0; step < 25 && !ledger.disk.files.isDead(); step++) {
          ledger.step();
        }
      } catch (IOException _) {
        assertThat(ledger.disk.files.isDead()).as("only a crash fails" + ledger.where).isTrue();
      }
      if (life == 0 && !ledger.disk.files.isDead()) {
        ledger.check();
      }
      ledger.disk.crashAndOpen(losesIndex && life != 1);
      ledger.check();
    }
    int operations = ledger.disk.files.operations();
    while (ledger.disk.store.maintain()) {
      Thread.onSpinWait();
    }
    ledger.check();
    ledger.disk.loseIndexAndOpen();
    ledger.check();
    ledger.disk.store.close();
    return operations;
  }

  @Test
  void everyCrashPointKeepsWhatWasAcknowledged() throws IOException {
    long seed = Long.getLong("ninebark.seed", 20_261_121L);
    System.out.println("everyCrashPointKeepsWhatWasAcknowledged seed " + seed);
    for (int crashAt = 1; crashAt <= 100; crashAt++) {
      run(seed, crashAt, crashAt % 2 == 0);
    }
  }

  @Test
  void randomHistoriesKeepWhatWasAcknowledged() throws IOException {
    long base = Long.getLong("ninebark.seed", System.nanoTime());
    for (long seed = base; seed < base + 60; seed++) {
      try {
        run(seed, 1 + (int) Math.floorMod(seed * 7919, 200L), seed % 3 == 0);
      } catch (IOException | AssertionError failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
  }
}
