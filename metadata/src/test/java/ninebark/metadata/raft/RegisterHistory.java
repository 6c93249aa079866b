package ninebark.metadata.raft;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What clients did to one register, and whether some order explains it: each operation takes effect
 * at one moment between its call and its return (Wing and Gong's search, with Lowe's memory of
 * states seen). A write of unknown outcome may take effect at any time after its call, or never.
 * Threads: safe while it is written.
 */
final class RegisterHistory {
  private static final long NEVER = Long.MAX_VALUE;

  /** A write, or a read with what it saw; 0 is the register's first value. */
  record Operation(boolean write, int value, long called, long returned) {}

  private final List<Operation> operations = new ArrayList<>();

  synchronized void wrote(int value, long called, long returned) {
    operations.add(new Operation(true, value, called, returned));
  }

  synchronized void perhapsWrote(int value, long called) {
    operations.add(new Operation(true, value, called, NEVER));
  }

  synchronized void read(int value, long called, long returned) {
    operations.add(new Operation(false, value, called, returned));
  }

  synchronized int size() {
    return operations.size();
  }

  /** The operations in an order that does not work out, if there is no order that does. */
  synchronized Optional<List<Operation>> violation() {
    var sorted =
        operations.stream().sorted(java.util.Comparator.comparingLong(Operation::called)).toList();
    return explained(sorted) ? Optional.empty() : Optional.of(sorted);
  }

  /** What was tried: which operations have taken effect, and the register after them. */
  private record State(BitSet done, int value) {}

  private static boolean explained(List<Operation> sorted) {
    long required = sorted.stream().filter(o -> o.returned != NEVER).count();
    Set<State> seen = new HashSet<>();
    var open = new java.util.ArrayDeque<State>();
    open.push(new State(new BitSet(), 0));
    while (!open.isEmpty()) {
      var state = open.pop();
      long finished = state.done.stream().filter(i -> sorted.get(i).returned != NEVER).count();
      if (finished == required) {
        return true;
      }
      // What is called after the first return among those left cannot come next.
      long firstReturn = NEVER;
      for (int i = 0; i < sorted.size(); i++) {
        if (!state.done.get(i)) {
          firstReturn = Math.min(firstReturn, sorted.get(i).returned);
        }
      }
      for (int i = 0; i < sorted.size(); i++) {
        var next = sorted.get(i);
        boolean possible =
            !state.done.get(i)
                && next.called <= firstReturn
                && (next.write || next.value == state.value);
        if (possible) {
          var done = (BitSet) state.done.clone();
          done.set(i);
          var after = new State(done, next.write ? next.value : state.value);
          if (seen.add(after)) {
            open.push(after);
          }
        }
      }
    }
    return false;
  }
}
