package ninebark.erasure.durability;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which shards of a stripe are in which AZ.
 *
 * @param families for each AZ, how many shards of each family it holds
 */
public record AzLayout(Redundancy redundancy, List<List<Integer>> families) {
  public AzLayout {
    families = families.stream().map(List::copyOf).toList();
    for (int f = 0; f < redundancy.families().size(); f++) {
      int family = f;
      int placed = families.stream().mapToInt(az -> az.get(family)).sum();
      if (placed != redundancy.families().get(f).size()) {
        throw new IllegalArgumentException(
            "the AZs hold "
                + placed
                + " shards of family "
                + f
                + ", "
                + redundancy.label()
                + " has "
                + redundancy.families().get(f).size());
      }
    }
  }

  /**
   * Shards dealt to AZs of the given sizes. A code whose local groups are as large as the AZs puts
   * one group in each; otherwise each family is spread as evenly as it goes.
   */
  public static AzLayout of(Redundancy redundancy, List<Integer> shardsPerAz) {
    int total = shardsPerAz.stream().mapToInt(Integer::intValue).sum();
    if (total != redundancy.n() || shardsPerAz.stream().anyMatch(shards -> shards < 0)) {
      throw new IllegalArgumentException(
          redundancy.label()
              + " has "
              + redundancy.n()
              + " shards, the AZs "
              + text(shardsPerAz)
              + " hold "
              + total);
    }
    var families = redundancy.families();
    boolean aligned =
        families.size() > 1
            && families.stream().map(Redundancy.Family::size).toList().equals(shardsPerAz);
    var azs = new ArrayList<List<Integer>>();
    for (int az = 0; az < shardsPerAz.size(); az++) {
      var held = new ArrayList<Integer>();
      for (int f = 0; f < families.size(); f++) {
        held.add(aligned && f == az ? families.get(f).size() : 0);
      }
      azs.add(held);
    }
    if (!aligned) {
      deal(redundancy, shardsPerAz, azs);
    }
    return new AzLayout(redundancy, azs.stream().map(List::copyOf).toList());
  }

  private static void deal(
      Redundancy redundancy, List<Integer> shardsPerAz, List<List<Integer>> azs) {
    int[] dealt = new int[shardsPerAz.size()];
    for (int f = 0; f < redundancy.families().size(); f++) {
      for (int shard = 0; shard < redundancy.families().get(f).size(); shard++) {
        int best = -1;
        for (int az = 0; az < dealt.length; az++) {
          boolean room = dealt[az] < shardsPerAz.get(az);
          if (room
              && (best < 0
                  || (long) dealt[az] * shardsPerAz.get(best)
                      < (long) dealt[best] * shardsPerAz.get(az))) {
            best = az;
          }
        }
        dealt[best]++;
        azs.get(best).set(f, azs.get(best).get(f) + 1);
      }
    }
  }

  /** As even as it goes: no AZ holds more than {@code ceil(n/azs)}. */
  public static AzLayout even(Redundancy redundancy, int azCount) {
    return of(redundancy, evenSizes(redundancy.n(), azCount));
  }

  static List<Integer> evenSizes(int n, int azCount) {
    return IntStream.range(0, azCount)
        .map(az -> n / azCount + (az < n % azCount ? 1 : 0))
        .boxed()
        .toList();
  }

  public int azCount() {
    return families.size();
  }

  public List<Integer> shardsPerAz() {
    return families.stream().map(az -> az.stream().mapToInt(Integer::intValue).sum()).toList();
  }

  /** Further losses that are surely survived once one AZ is gone; negative when that is fatal. */
  public int marginWithout(int az) {
    return redundancy.margin(families.get(az));
  }

  public int marginWithoutWorst() {
    return IntStream.range(0, azCount()).map(this::marginWithout).min().orElseThrow();
  }

  /** What is lost with two AZs. */
  List<Integer> together(int first, int second) {
    var both = new ArrayList<Integer>();
    for (int f = 0; f < families.get(first).size(); f++) {
      both.add(families.get(first).get(f) + families.get(second).get(f));
    }
    return both;
  }

  public boolean survivesTwo(int first, int second) {
    return redundancy.decodable(together(first, second));
  }

  /** The guarantee in a sentence. */
  public String guarantee() {
    int worst = marginWithoutWorst();
    if (worst > 0) {
      return "survives any one AZ and " + worst + " more shard" + (worst == 1 ? "" : "s");
    }
    if (worst == 0) {
      return "survives any one AZ, with no shard to spare";
    }
    int az =
        IntStream.range(0, azCount()).filter(i -> marginWithout(i) == worst).findFirst().getAsInt();
    return "an AZ loss is fatal: "
        + shardsPerAz().get(az)
        + " shards in az-"
        + (az + 1)
        + ", "
        + redundancy.tolerance()
        + " may be lost";
  }

  private static String text(List<Integer> sizes) {
    return sizes.stream().map(String::valueOf).collect(Collectors.joining("/"));
  }

  @Override
  public String toString() {
    return text(shardsPerAz());
  }
}
