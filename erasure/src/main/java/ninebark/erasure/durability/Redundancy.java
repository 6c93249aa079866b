package ninebark.erasure.durability;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A code seen from the side of loss: how many shards, in which families, and which losses it
 * survives.
 *
 * <p>A <em>family</em> is a set of shards that are alike: for an MDS code all of them, for a
 * locally reconstructible code one local group, or the global parities. What is lost is counted per
 * family.
 */
public sealed interface Redundancy {
  /** Shards alike in how their loss hurts; families of one kind are interchangeable. */
  record Family(Kind kind, int size) {
    /** What makes families interchangeable. */
    public enum Kind {
      SHARDS,
      LOCAL_GROUP,
      GLOBAL_PARITY,
      SITE
    }
  }

  /** Shards that together hold one stripe's worth of user bytes. */
  int k();

  /** All shards of a stripe. */
  int n();

  /** The families, in the order in which losses are counted. */
  List<Family> families();

  /** How many independent equations are missing once these are lost; 0 when all can be rebuilt. */
  int deficit(List<Integer> lostPerFamily);

  /** Shards read to rebuild one data shard while nothing else of the stripe is missing. */
  int repairReads();

  /** The same, on average over all shards of the stripe. */
  double meanRepairReads();

  /** How people write it. */
  String label();

  /** Bytes stored per byte of the user. */
  default double overhead() {
    return (double) n() / k();
  }

  default boolean decodable(List<Integer> lostPerFamily) {
    return deficit(lostPerFamily) == 0;
  }

  default List<Integer> nothingLost() {
    return families().stream().map(family -> 0).toList();
  }

  /** How many shards may be lost whatever their choice. */
  default int tolerance() {
    return margin(nothingLost());
  }

  /** Further losses that are survived whatever their choice; negative when already lost. */
  default int margin(List<Integer> lostPerFamily) {
    int missing = deficit(lostPerFamily);
    return missing > 0 ? -missing : LossPatterns.guaranteedMore(this, lostPerFamily);
  }

  /**
   * In how many ways {@code more} further shards can be lost so that the stripe cannot be rebuilt.
   */
  default double fatalPatterns(List<Integer> lostPerFamily, int more) {
    return LossPatterns.fatal(this, lostPerFamily, more);
  }

  /** Reed-Solomon: any {@code k} of {@code k+m} shards are enough. */
  record ReedSolomon(int k, int m) implements Redundancy {
    public ReedSolomon {
      if (k < 1 || m < 0 || k + m > 255) {
        throw new IllegalArgumentException(
            "RS(k,m) needs k >= 1, m >= 0 and k+m <= 255, found k=" + k + ", m=" + m);
      }
    }

    @Override
    public int n() {
      return k + m;
    }

    @Override
    public List<Family> families() {
      return List.of(new Family(Family.Kind.SHARDS, n()));
    }

    @Override
    public int deficit(List<Integer> lostPerFamily) {
      return Math.max(0, lostPerFamily.getFirst() - m);
    }

    @Override
    public int repairReads() {
      return k;
    }

    @Override
    public double meanRepairReads() {
      return k;
    }

    @Override
    public String label() {
      return "RS(" + k + "," + m + ")";
    }
  }

  /** Whole copies. */
  record Replication(int copies) implements Redundancy {
    public Replication {
      if (copies < 1 || copies > 255) {
        throw new IllegalArgumentException("replication needs 1 to 255 copies, found " + copies);
      }
    }

    @Override
    public int k() {
      return 1;
    }

    @Override
    public int n() {
      return copies;
    }

    @Override
    public List<Family> families() {
      return List.of(new Family(Family.Kind.SHARDS, copies));
    }

    @Override
    public int deficit(List<Integer> lostPerFamily) {
      return Math.max(0, lostPerFamily.getFirst() - copies + 1);
    }

    @Override
    public int repairReads() {
      return 1;
    }

    @Override
    public double meanRepairReads() {
      return 1;
    }

    @Override
    public String label() {
      return copies + "x";
    }
  }

  /**
   * A locally reconstructible code: {@code k} data shards in {@code l} groups with one local parity
   * each, and {@code g} global parities, such that every loss is survived that any code of this
   * shape can survive (maximally recoverable; Huang and others, "Erasure Coding in Windows Azure
   * Storage", USENIX ATC 2012).
   */
  record LocalReconstruction(int k, int l, int g, Locality locality) implements Redundancy {
    /** Which shards a local parity covers. */
    public enum Locality {
      /** The data shards only, as in Azure. */
      DATA,
      /** The global parities too, shared out evenly: every shard is rebuilt from its group. */
      ALL
    }

    public LocalReconstruction {
      if (k < 1 || l < 1 || g < 0 || k + l + g > 255 || k % l != 0) {
        throw new IllegalArgumentException(
            "LRC(k,l,g) needs k >= 1, l >= 1 dividing k, g >= 0 and k+l+g <= 255, found k="
                + k
                + ", l="
                + l
                + ", g="
                + g);
      }
      if (locality == Locality.ALL && g % l != 0) {
        throw new IllegalArgumentException(
            "LRC with local parities over global ones needs l to divide g, found l="
                + l
                + ", g="
                + g);
      }
    }

    @Override
    public int n() {
      return k + l + g;
    }

    @Override
    public List<Family> families() {
      var families = new ArrayList<Family>();
      for (int group = 0; group < l; group++) {
        families.add(new Family(Family.Kind.LOCAL_GROUP, groupSize()));
      }
      if (locality == Locality.DATA && g > 0) {
        families.add(new Family(Family.Kind.GLOBAL_PARITY, g));
      }
      return families;
    }

    private int groupSize() {
      return k / l + 1 + (locality == Locality.ALL ? g / l : 0);
    }

    @Override
    public int deficit(List<Integer> lostPerFamily) {
      int needed = locality == Locality.DATA && g > 0 ? lostPerFamily.getLast() : 0;
      for (int group = 0; group < l; group++) {
        needed += Math.max(0, lostPerFamily.get(group) - 1);
      }
      return Math.max(0, needed - g);
    }

    /** Group by group, since what a group needs adds up: quick for any number of groups. */
    @Override
    public double fatalPatterns(List<Integer> lostPerFamily, int more) {
      // ways[used][needed]: choices of so many further shards that need so many global parities.
      var ways = new double[more + 1][n() + 1];
      ways[0][0] = 1;
      for (int f = 0; f < lostPerFamily.size(); f++) {
        int already = lostPerFamily.get(f);
        int free = f < l ? 1 : 0;
        int alive = families().get(f).size() - already;
        var next = new double[more + 1][n() + 1];
        for (int used = 0; used <= more; used++) {
          for (int needed = 0; needed <= n(); needed++) {
            for (int here = 0;
                ways[used][needed] > 0 && here <= Math.min(alive, more - used);
                here++) {
              next[used + here][needed + Math.max(0, already + here - free)] +=
                  ways[used][needed] * Combinatorics.choose(alive, here);
            }
          }
        }
        ways = next;
      }
      double fatal = 0;
      for (int needed = g + 1; needed <= n(); needed++) {
        fatal += ways[more][needed];
      }
      return fatal;
    }

    @Override
    public int repairReads() {
      return groupSize() - 1;
    }

    @Override
    public double meanRepairReads() {
      return locality == Locality.ALL
          ? repairReads()
          : ((k + l) * (double) repairReads() + (double) g * k) / n();
    }

    @Override
    public String label() {
      return (locality == Locality.ALL ? "AZ-LRC(" : "LRC(") + k + "," + l + "," + g + ")";
    }
  }

  /**
   * Two sites with their own blocks and a third with the XOR of both, each under Reed-Solomon, as
   * in f4 (Muralidhar and others, OSDI 2014). Counted as lost when two sites cannot decode, which
   * leaves out the cases that decoding across sites could still save.
   */
  record SiteXor(ReedSolomon inner) implements Redundancy {
    private static final int SITES = 3;

    @Override
    public int k() {
      return (SITES - 1) * inner.k();
    }

    @Override
    public int n() {
      return SITES * inner.n();
    }

    @Override
    public List<Family> families() {
      return Collections.nCopies(SITES, new Family(Family.Kind.SITE, inner.n()));
    }

    @Override
    public int deficit(List<Integer> lostPerFamily) {
      var sorted = lostPerFamily.stream().sorted().toList();
      return Math.max(0, sorted.get(SITES - 2) - inner.m());
    }

    @Override
    public int repairReads() {
      return inner.k();
    }

    @Override
    public double meanRepairReads() {
      return inner.k();
    }

    @Override
    public String label() {
      return inner.label() + "+XOR site";
    }
  }

  static Redundancy rs(int k, int m) {
    return new ReedSolomon(k, m);
  }

  static Redundancy copies(int copies) {
    return new Replication(copies);
  }

  static Redundancy lrc(int k, int l, int g) {
    return new LocalReconstruction(k, l, g, LocalReconstruction.Locality.DATA);
  }

  static Redundancy azLrc(int k, int l, int g) {
    return new LocalReconstruction(k, l, g, LocalReconstruction.Locality.ALL);
  }

  /**
   * Reads {@code rs:6,2}, {@code RS(6,2)}, {@code 17+3}, {@code 3x}, {@code lrc:12,2,2}, {@code
   * azlrc:12,3,6}, {@code f4:10,4}.
   */
  static Redundancy parse(String text) {
    var match = Spelling.TEXT.matcher(text.strip());
    if (!match.matches()) {
      throw new IllegalArgumentException(
          "expected a scheme such as rs:6,2, 17+3, 3x, lrc:12,2,2, azlrc:12,3,6 or f4:10,4, found '"
              + text
              + "'");
    }
    if (match.group("copies") != null) {
      return copies(Integer.parseInt(match.group("copies")));
    }
    if (match.group("data") != null) {
      return rs(Integer.parseInt(match.group("data")), Integer.parseInt(match.group("parity")));
    }
    var numbers =
        Pattern.compile(",")
            .splitAsStream(match.group("numbers"))
            .map(number -> Integer.valueOf(number.strip()))
            .toList();
    String name = match.group("name").toLowerCase(Locale.ROOT);
    int wanted = name.endsWith("lrc") || name.endsWith("lrc-") ? 3 : name.startsWith("rep") ? 1 : 2;
    if (numbers.size() != wanted) {
      throw new IllegalArgumentException(
          "expected "
              + wanted
              + " number"
              + (wanted == 1 ? "" : "s")
              + " after '"
              + name
              + "', found "
              + numbers.size()
              + " in '"
              + text
              + "'");
    }
    return switch (name) {
      case "rs" -> rs(numbers.get(0), numbers.get(1));
      case "rep", "replication" -> copies(numbers.get(0));
      case "lrc" -> lrc(numbers.get(0), numbers.get(1), numbers.get(2));
      case "azlrc", "az-lrc" -> azLrc(numbers.get(0), numbers.get(1), numbers.get(2));
      case "f4" -> new SiteXor(new ReedSolomon(numbers.get(0), numbers.get(1)));
      default -> throw new IllegalStateException("unreachable: " + name);
    };
  }

  /** The grammar of {@link #parse}. */
  final class Spelling {
    private static final Pattern TEXT =
        Pattern.compile(
            "(?<copies>\\d{1,3})[x×]|(?<data>\\d{1,3})\\+(?<parity>\\d{1,3})"
                + "|(?<name>(?i:rs|rep|replication|lrc|azlrc|az-lrc|f4))[:(]"
                + "(?<numbers>\\s*\\d{1,3}(?:\\s*,\\s*\\d{1,3})*)\\s*\\)?");

    private Spelling() {}
  }
}
