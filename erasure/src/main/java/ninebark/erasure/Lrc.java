package ninebark.erasure;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import ninebark.erasure.gf.GaloisField;
import ninebark.erasure.gf.Matrix;
import ninebark.erasure.kernel.AdaptiveKernel;
import ninebark.erasure.kernel.Kernel;
import ninebark.erasure.kernel.Transform;

/**
 * A local reconstruction code LRC(k, l, g): k data shards in l groups, each group with a parity of
 * its own (the XOR of its members), and g parities over all data. One lost shard is rebuilt from
 * its group alone, k/l reads instead of k; any g+1 losses are survived, and most of g+2 (85.7 % of
 * the four-loss patterns of LRC(6,2,2)).
 *
 * <p>Shards in order: data 0 to k-1 (group after group), local parities, global parities.
 *
 * <p>The global parity rows are powers 1 to g of one element per data shard, as in Huang et al.,
 * <i>Erasure Coding in Windows Azure Storage</i> (2012). For two groups of at most 15 the elements
 * of one group differ in their low nibbles only and those of the other in their high nibbles only;
 * with g = 2 that recovers every pattern that any code of this shape could. For other shapes ask
 * {@link #decodable}.
 *
 * <p>Threads: any number.
 */
public final class Lrc {
  /** More patterns than this are not remembered; the memory starts afresh. */
  private static final int PLAN_COUNT = 1024;

  private final int k;
  private final int l;
  private final int g;
  private final Matrix generator;
  private final Kernel kernel = new AdaptiveKernel();
  private final int[] data;
  private final int[] parities;
  private final Transform parityOfData;
  private final ConcurrentHashMap<Pattern, Plan> plans = new ConcurrentHashMap<>();

  private record Pattern(ShardSet present, ShardSet wanted) {}

  private static final class Plan {
    final int[] inputs;
    final int[] outputs;
    final Transform transform;

    Plan(int[] inputs, int[] outputs, Transform transform) {
      this.inputs = inputs;
      this.outputs = outputs;
      this.transform = transform;
    }
  }

  public Lrc(int k, int l, int g) {
    if (l < 1 || g < 0 || k < l || k % l != 0 || k + l + g > Scheme.MAX_SHARDS) {
      throw new IllegalArgumentException(
          "an LRC needs l >= 1 groups of equal size, g >= 0 and k+l+g <= "
              + Scheme.MAX_SHARDS
              + ", found k=%d, l=%d, g=%d".formatted(k, l, g));
    }
    this.k = k;
    this.l = l;
    this.g = g;
    this.generator = Matrix.of(k + l + g, k, this::coefficient);
    this.data = indexes(0, k);
    this.parities = indexes(k, n());
    this.parityOfData = kernel.prepare(generator.selectRows(parities));
  }

  private int coefficient(int row, int column) {
    if (row < k) {
      return row == column ? 1 : 0;
    }
    if (row < k + l) {
      return group(column) == row - k ? 1 : 0;
    }
    return GaloisField.power(element(column), row - k - l + 1);
  }

  /** Distinct for each data shard, and never 0. */
  private int element(int column) {
    int size = k / l;
    if (l <= 2 && size <= 15) {
      int within = column % size + 1;
      return group(column) == 0 ? within : within << 4;
    }
    return GaloisField.power(2, column);
  }

  private int group(int dataIndex) {
    return dataIndex / (k / l);
  }

  /** All shards together. */
  public int n() {
    return k + l + g;
  }

  /**
   * The shards from which a lost one is rebuilt alone: the rest of its group. Empty for a global
   * parity, which needs k others.
   */
  public Optional<ShardSet> localSources(int lost) {
    if (lost < 0 || lost >= n()) {
      throw new IllegalArgumentException(
          this + " has shards 0 to " + (n() - 1) + ", found " + lost);
    }
    if (lost >= k + l) {
      return Optional.empty();
    }
    int group = lost < k ? group(lost) : lost - k;
    int size = k / l;
    return Optional.of(
        ShardSet.range(group * size, (group + 1) * size).with(k + group).without(lost));
  }

  /** Whether all data come back when these shards are lost. */
  public boolean decodable(ShardSet lost) {
    return rank(members(ShardSet.range(0, n()).minus(lost))) == k;
  }

  private int rank(int[] rows) {
    return generator.selectRows(rows).rank();
  }

  /** Computes the local and global parities from the data. */
  public void encode(MemorySegment[] shards, long length) {
    check(shards, data, length);
    checkWritable(shards, parities, length);
    if (length > 0) {
      parityOfData.apply(shards, data, parities, length);
    }
  }

  /** Whether the parities are what the data make. */
  public boolean verify(MemorySegment[] shards, long length) {
    check(shards, data, length);
    check(shards, parities, length);
    return length == 0 || parityOfData.matches(shards, data, parities, length);
  }

  /**
   * Computes the shards in {@code wanted} from those in {@code present}, and touches no others. A
   * wanted shard whose group is whole otherwise is read from its group alone.
   *
   * @throws IllegalArgumentException if the pattern cannot be decoded
   */
  public void reconstruct(MemorySegment[] shards, ShardSet present, ShardSet wanted, long length) {
    if (!present.minus(wanted).equals(present)) {
      throw new IllegalArgumentException(
          "a shard cannot be both present and wanted, found " + present + " and " + wanted);
    }
    if (wanted.isEmpty()) {
      return;
    }
    if (plans.size() > PLAN_COUNT) {
      plans.clear();
    }
    var plan = plans.computeIfAbsent(new Pattern(present, wanted), this::plan);
    check(shards, plan.inputs, length);
    checkWritable(shards, plan.outputs, length);
    if (length > 0) {
      plan.transform.apply(shards, plan.inputs, plan.outputs, length);
    }
  }

  private Plan plan(Pattern pattern) {
    var outputs = members(pattern.wanted);
    if (outputs.length == 1) {
      var local = localSources(outputs[0]);
      if (local.isPresent() && local.get().minus(pattern.present).isEmpty()) {
        // A group's shards XOR to nothing, its own parity included.
        var inputs = members(local.get());
        return new Plan(
            inputs, outputs, kernel.prepare(Matrix.of(1, inputs.length, (row, column) -> 1)));
      }
    }
    var inputs = independent(pattern.present);
    if (inputs.length < k) {
      throw new IllegalArgumentException(
          this
              + " cannot be decoded from "
              + pattern.present
              + ": "
              + inputs.length
              + " of the "
              + k
              + " equations needed");
    }
    var rebuild = generator.selectRows(inputs).inverse().orElseThrow();
    return new Plan(inputs, outputs, kernel.prepare(generator.selectRows(outputs).times(rebuild)));
  }

  /**
   * The first k shards of the set that are independent of each other, or fewer if there are not k.
   */
  private int[] independent(ShardSet present) {
    var chosen = new int[0];
    for (int candidate : members(present)) {
      var longer = Arrays.copyOf(chosen, chosen.length + 1);
      longer[chosen.length] = candidate;
      if (chosen.length < k && rank(longer) == longer.length) {
        chosen = longer;
      }
    }
    return chosen;
  }

  private int[] members(ShardSet set) {
    var found = new ArrayList<Integer>();
    for (int index = 0; index < n(); index++) {
      if (set.contains(index)) {
        found.add(index);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] indexes(int from, int to) {
    var indexes = new int[to - from];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = from + i;
    }
    return indexes;
  }

  private void check(MemorySegment[] shards, int[] used, long length) {
    if (shards.length != n()) {
      throw new IllegalArgumentException(
          this + " has " + n() + " shards, found " + shards.length + " segments");
    }
    if (length < 0) {
      throw new IllegalArgumentException("a length is at least 0, found " + length);
    }
    for (int index : used) {
      Segments.checkReadable(shards[index], "shard", index, length);
    }
  }

  private void checkWritable(MemorySegment[] shards, int[] used, long length) {
    check(shards, used, length);
    for (int index : used) {
      Segments.checkWritable(shards[index], "shard", index, length);
    }
  }

  @Override
  public String toString() {
    return "LRC(" + k + "," + l + "," + g + ")";
  }
}
