package ninebark.erasure.durability;

import java.util.ArrayList;
import java.util.List;

/** Counts the ways to lose shards, family by family, without listing the shards themselves. */
final class LossPatterns {
  private LossPatterns() {}

  /** How many sets of {@code more} surviving shards are fatal on top of what is lost. */
  static double fatal(Redundancy redundancy, List<Integer> lost, int more) {
    return count(redundancy, lost, 0, more, new ArrayList<>(lost));
  }

  private static double count(
      Redundancy redundancy, List<Integer> lost, int family, int more, List<Integer> total) {
    var families = redundancy.families();
    if (family == families.size()) {
      return more == 0 && !redundancy.decodable(total) ? 1 : 0;
    }
    int alive = families.get(family).size() - lost.get(family);
    double ways = 0;
    for (int here = 0; here <= Math.min(alive, more); here++) {
      total.set(family, lost.get(family) + here);
      ways +=
          Combinatorics.choose(alive, here)
              * count(redundancy, lost, family + 1, more - here, total);
    }
    total.set(family, lost.get(family));
    return ways;
  }

  /** The most further losses of which no choice is fatal. */
  static int guaranteedMore(Redundancy redundancy, List<Integer> lost) {
    int alive = redundancy.n() - lost.stream().mapToInt(Integer::intValue).sum();
    for (int more = 1; more <= alive; more++) {
      if (redundancy.fatalPatterns(lost, more) > 0) {
        return more - 1;
      }
    }
    return alive;
  }
}
