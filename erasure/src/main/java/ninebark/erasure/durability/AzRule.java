package ninebark.erasure.durability;

import java.util.ArrayList;
import java.util.List;

/** What it takes to survive the loss of one AZ and {@code spare} more shards, spread evenly. */
public final class AzRule {
  private AzRule() {}

  /** {@code m >= ceil(n/azs) + spare}. */
  public static boolean survives(int k, int m, int azCount, int spare) {
    return m >= Math.ceilDiv(k + m, azCount) + spare;
  }

  /** The fewest AZs that do, for a code with enough parity. */
  public static int fewestAzs(int k, int m, int spare) {
    if (m < 1 + spare) {
      throw new IllegalArgumentException(
          "with m=" + m + " no number of AZs survives one of them and " + spare + " more shards");
    }
    int azCount = 1;
    while (!survives(k, m, azCount, spare)) {
      azCount++;
    }
    return azCount;
  }

  /** No code does it for less: {@code (1+spare/k) z/(z-1)}. */
  public static double leastOverhead(int k, int azCount, int spare) {
    return (1 + (double) spare / k) * azCount / (azCount - 1);
  }

  /** The codes that meet {@link #leastOverhead} exactly, each cheaper than the one before. */
  public static List<Redundancy.ReedSolomon> cheapest(int azCount, int spare, int maxShards) {
    var codes = new ArrayList<Redundancy.ReedSolomon>();
    for (int n = azCount; n <= maxShards; n += azCount) {
      int m = n / azCount + spare;
      if (m < n) {
        codes.add(new Redundancy.ReedSolomon(n - m, m));
      }
    }
    return codes;
  }
}
