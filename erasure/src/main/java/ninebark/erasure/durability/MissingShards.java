package ninebark.erasure.durability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The missing shards of one simulated stripe and how long each of them still takes to come back.
 * Threads: one. Invariant: {@code lost[f]} counts the entries of family {@code f}.
 */
final class MissingShards {
  private final Redundancy redundancy;
  private final int[] sizes;
  private final boolean oneAtATime;
  private final int tolerance;
  private final double[] left;
  private final int[] family;
  private final int[] lost;
  private int count;

  MissingShards(Redundancy redundancy, int tolerance, RepairOrder order) {
    this.redundancy = redundancy;
    this.tolerance = tolerance;
    this.sizes = redundancy.families().stream().mapToInt(Redundancy.Family::size).toArray();
    this.oneAtATime = order == RepairOrder.ONE_AT_A_TIME;
    this.left = new double[redundancy.n()];
    this.family = new int[redundancy.n()];
    this.lost = new int[sizes.length];
  }

  private MissingShards(MissingShards other) {
    this.redundancy = other.redundancy;
    this.tolerance = other.tolerance;
    this.sizes = other.sizes;
    this.oneAtATime = other.oneAtATime;
    this.left = other.left.clone();
    this.family = other.family.clone();
    this.lost = other.lost.clone();
    this.count = other.count;
  }

  MissingShards copy() {
    return new MissingShards(this);
  }

  int count() {
    return count;
  }

  int alive() {
    return left.length - count;
  }

  void clear() {
    count = 0;
    Arrays.fill(lost, 0);
  }

  /** A surviving shard, chosen evenly, goes missing for so many years. */
  void fail(RandomGenerator random, double years) {
    failIn(pickAlive(random), years);
  }

  /**
   * A surviving shard goes missing, half of the time one beside others that are missing already:
   * codes with groups are lost where losses pile up. Returns how much rarer the choice really is.
   */
  double failPilingUp(RandomGenerator random) {
    int beside = 0;
    for (int f = 0; f < sizes.length; f++) {
      beside += lost[f] * (sizes[f] - lost[f]);
    }
    if (sizes.length == 1 || beside == 0) {
      fail(random, 0);
      return 1;
    }
    int chosen = random.nextBoolean() ? pickAlive(random) : pickBeside(random, beside);
    double even = (double) (sizes[chosen] - lost[chosen]) / alive();
    double piled = (double) (lost[chosen] * (sizes[chosen] - lost[chosen])) / beside;
    failIn(chosen, 0);
    return even / ((even + piled) / 2);
  }

  private int pickBeside(RandomGenerator random, int beside) {
    int pick = random.nextInt(beside);
    for (int f = 0; ; f++) {
      pick -= lost[f] * (sizes[f] - lost[f]);
      if (pick < 0) {
        return f;
      }
    }
  }

  private int pickAlive(RandomGenerator random) {
    int pick = random.nextInt(alive());
    for (int f = 0; ; f++) {
      pick -= sizes[f] - lost[f];
      if (pick < 0) {
        return f;
      }
    }
  }

  private void failIn(int f, double years) {
    left[count] = years;
    family[count] = f;
    lost[f]++;
    count++;
  }

  /** One missing shard, chosen evenly, is back: for models without residual times. */
  void repairAny(RandomGenerator random) {
    remove(random.nextInt(count));
  }

  double yearsToNextRepair() {
    return left[nextRepair()];
  }

  private int nextRepair() {
    if (oneAtATime) {
      return 0;
    }
    int next = 0;
    for (int i = 1; i < count; i++) {
      if (left[i] < left[next]) {
        next = i;
      }
    }
    return next;
  }

  void elapse(double years) {
    int working = oneAtATime ? 1 : count;
    for (int i = 0; i < working; i++) {
      left[i] -= years;
    }
  }

  /** Lets the time to the next repair pass and completes it. */
  void finishNextRepair() {
    int next = nextRepair();
    elapse(left[next]);
    remove(next);
  }

  private void remove(int index) {
    lost[family[index]]--;
    count--;
    // In order, because one-at-a-time repair takes the oldest first.
    System.arraycopy(left, index + 1, left, index, count - index);
    System.arraycopy(family, index + 1, family, index, count - index);
  }

  boolean undecodable() {
    return count > tolerance && !redundancy.decodable(boxed());
  }

  /** The chance that the next failure, hitting a survivor evenly, is fatal. */
  double fatalShareOfNext() {
    if (count < tolerance) {
      return 0;
    }
    if (sizes.length == 1) {
      return 1;
    }
    int fatal = 0;
    for (int f = 0; f < sizes.length; f++) {
      if (fatalIn(f)) {
        fatal += sizes[f] - lost[f];
      }
    }
    return (double) fatal / alive();
  }

  /** Like {@link #fail}, given that it is not fatal. */
  void failSurvivably(RandomGenerator random, double years) {
    int f;
    do {
      f = pickAlive(random);
    } while (count >= tolerance && fatalIn(f));
    failIn(f, years);
  }

  private boolean fatalIn(int f) {
    if (lost[f] == sizes[f]) {
      return false;
    }
    lost[f]++;
    boolean fatal = !redundancy.decodable(boxed());
    lost[f]--;
    return fatal;
  }

  private List<Integer> boxed() {
    var list = new ArrayList<Integer>(lost.length);
    for (int each : lost) {
      list.add(each);
    }
    return list;
  }
}
