package ninebark.deploy.explain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fewest holders (disks, nodes or AZs) whose common loss loses one of some stripes. Pure.
 *
 * @param size how many; 0 if a stripe is lost already
 * @param sets all that small, in order, up to a limit
 * @param complete whether those are all
 */
record Peril(int size, List<Set<String>> sets, boolean complete) {
  private static final int MOST_SETS = 20;

  /**
   * What holds a stripe.
   *
   * @param holders who holds its shards, each as often as it holds one
   * @param spareCount how many of the shards may be lost; negative if it cannot be read
   */
  record Held(List<String> holders, int spareCount) {}

  static Peril of(List<Held> stripes) {
    if (stripes.isEmpty()) {
      throw new IllegalArgumentException("nothing is held, nothing can be lost");
    }
    int size = stripes.stream().mapToInt(Peril::fewest).min().orElseThrow();
    Set<Set<String>> sets = new HashSet<>();
    boolean complete = true;
    // Stripes of one group that miss nothing are held alike.
    for (var stripe : new HashSet<>(stripes)) {
      if (size > 0 && fewest(stripe) == size) {
        complete &= add(sets, stripe, size);
      }
    }
    var sorted =
        sets.stream()
            .map(set -> new TreeSet<>(set))
            .sorted(Comparator.comparing(TreeSet::toString))
            .limit(MOST_SETS)
            .map(set -> (Set<String>) set)
            .toList();
    return new Peril(size, sorted, complete && sets.size() <= MOST_SETS);
  }

  private static Map<String, Integer> countByHolder(Held stripe) {
    Map<String, Integer> counts = new HashMap<>();
    stripe.holders.forEach(holder -> counts.merge(holder, 1, Integer::sum));
    return counts;
  }

  /** The fullest first: no set of that size takes more. */
  private static int fewest(Held stripe) {
    int lost = 0;
    int holders = 0;
    var counts = new ArrayList<>(countByHolder(stripe).values());
    counts.sort(Comparator.reverseOrder());
    while (lost <= stripe.spareCount) {
      lost += counts.get(holders++);
    }
    return holders;
  }

  private static boolean add(Set<Set<String>> sets, Held stripe, int size) {
    var counts = countByHolder(stripe);
    return choose(sets, stripe, new TreeSet<>(counts.keySet()), counts, new TreeSet<>(), size);
  }

  /** Returns false where it stopped for having found enough. */
  private static boolean choose(
      Set<Set<String>> sets,
      Held stripe,
      TreeSet<String> left,
      Map<String, Integer> counts,
      TreeSet<String> chosen,
      int size) {
    if (chosen.size() == size) {
      if (chosen.stream().mapToInt(counts::get).sum() > stripe.spareCount) {
        sets.add(new TreeSet<>(chosen));
      }
      return true;
    }
    for (var holder : left) {
      if (sets.size() > MOST_SETS) {
        return false;
      }
      chosen.add(holder);
      boolean all =
          choose(sets, stripe, new TreeSet<>(left.tailSet(holder, false)), counts, chosen, size);
      chosen.remove(holder);
      if (!all) {
        return false;
      }
    }
    return true;
  }
}
