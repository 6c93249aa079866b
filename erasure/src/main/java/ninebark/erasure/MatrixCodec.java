package ninebark.erasure;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import ninebark.erasure.gf.GeneratorMatrix;
import ninebark.erasure.gf.Matrix;
import ninebark.erasure.kernel.Kernel;
import ninebark.erasure.kernel.Transform;

/**
 * The codec of a scheme's generator matrix, computed by one {@link Kernel}. Checks arguments,
 * chooses which shards to rebuild from, and remembers the matrices of recent loss patterns.
 *
 * <p>Threads: any number. The remembered plans are immutable and shared without locks.
 */
final class MatrixCodec implements Codec {
  /** Recent loss patterns remembered; a power of two. RS(6,2) has 28 of two losses. */
  private static final int PLAN_COUNT = 256;

  private final Scheme scheme;
  private final Kernel kernel;
  private final Matrix generator;
  private final int[] dataIndexes;
  private final int[] parityIndexes;
  private final Transform parityOfData;
  private final AtomicReferenceArray<Plan> plans = new AtomicReferenceArray<>(PLAN_COUNT);

  /** How to compute the wanted shards of one loss pattern. */
  private static final class Plan {
    final ShardSet present;
    final ShardSet wanted;
    final int[] inputs;
    final int[] outputs;
    final Transform transform;

    Plan(ShardSet present, ShardSet wanted, int[] inputs, int[] outputs, Transform transform) {
      this.present = present;
      this.wanted = wanted;
      this.inputs = inputs;
      this.outputs = outputs;
      this.transform = transform;
    }

    boolean isFor(ShardSet askedPresent, ShardSet askedWanted) {
      return present.equals(askedPresent) && wanted.equals(askedWanted);
    }
  }

  MatrixCodec(Scheme scheme, Kernel kernel) {
    this.scheme = scheme;
    this.kernel = kernel;
    this.generator = generator(scheme);
    this.dataIndexes = indexes(0, scheme.k());
    this.parityIndexes = indexes(scheme.k(), scheme.n());
    this.parityOfData = kernel.prepare(generator.selectRows(parityIndexes));
  }

  static Matrix generator(Scheme scheme) {
    return switch (scheme.generator()) {
      case VANDERMONDE -> GeneratorMatrix.vandermonde(scheme.k(), scheme.m());
      case CAUCHY -> GeneratorMatrix.cauchy(scheme.k(), scheme.m());
      case POWER -> GeneratorMatrix.power(scheme.k(), scheme.m());
    };
  }

  @Override
  public Scheme scheme() {
    return scheme;
  }

  @Override
  public String name() {
    return kernel.name();
  }

  @Override
  public void encode(MemorySegment[] shards, long length) {
    checkStripe(shards, length);
    for (int index : dataIndexes) {
      Segments.checkReadable(shards[index], "shard", index, length);
    }
    for (int index : parityIndexes) {
      Segments.checkWritable(shards[index], "shard", index, length);
    }
    if (length > 0 && parityIndexes.length > 0) {
      parityOfData.apply(shards, dataIndexes, parityIndexes, length);
    }
  }

  @Override
  public void updateParity(
      int dataIndex, MemorySegment delta, MemorySegment[] parity, long length) {
    checkLength(length);
    if (dataIndex < 0 || dataIndex >= scheme.k()) {
      throw new IllegalArgumentException(
          scheme + " has data shards 0 to " + (scheme.k() - 1) + ", found " + dataIndex);
    }
    if (parity.length != scheme.m()) {
      throw new IllegalArgumentException(
          scheme + " has " + scheme.m() + " parity shards, found " + parity.length + " segments");
    }
    Segments.checkReadable(delta, "the delta of shard", dataIndex, length);
    for (int row = 0; row < parity.length; row++) {
      Segments.checkWritable(parity[row], "parity", row, length);
    }
    if (length > 0 && parity.length > 0) {
      parityOfData.add(dataIndex, delta, parity, length);
    }
  }

  @Override
  public boolean verify(MemorySegment[] shards, long length) {
    checkStripe(shards, length);
    for (int index = 0; index < shards.length; index++) {
      Segments.checkReadable(shards[index], "shard", index, length);
    }
    return length == 0
        || parityIndexes.length == 0
        || parityOfData.matches(shards, dataIndexes, parityIndexes, length);
  }

  @Override
  public void reconstruct(MemorySegment[] shards, ShardSet present, ShardSet wanted, long length) {
    checkStripe(shards, length);
    var plan = plan(present, wanted);
    for (int index : plan.inputs) {
      Segments.checkReadable(shards[index], "shard", index, length);
    }
    for (int index : plan.outputs) {
      Segments.checkWritable(shards[index], "shard", index, length);
    }
    if (length > 0 && plan.outputs.length > 0) {
      plan.transform.apply(shards, plan.inputs, plan.outputs, length);
    }
  }

  private Plan plan(ShardSet present, ShardSet wanted) {
    int slot = slot(present, wanted);
    var known = plans.getAcquire(slot);
    if (known != null && known.isFor(present, wanted)) {
      return known;
    }
    var made = makePlan(present, wanted);
    plans.setRelease(slot, made);
    return made;
  }

  private static int slot(ShardSet present, ShardSet wanted) {
    int hash = 31 * present.hashCode() + wanted.hashCode();
    return (hash * 0x9E3779B9) >>> (32 - Integer.numberOfTrailingZeros(PLAN_COUNT));
  }

  private Plan makePlan(ShardSet present, ShardSet wanted) {
    int presentCount = present.size();
    if (presentCount < scheme.k()) {
      throw new IllegalArgumentException(
          scheme
              + " needs "
              + scheme.k()
              + " shards to rebuild, found "
              + presentCount
              + " "
              + present);
    }
    var all = ShardSet.range(0, scheme.n());
    if (!present.minus(all).isEmpty() || !wanted.minus(all).isEmpty()) {
      throw new IllegalArgumentException(
          scheme
              + " has shards 0 to "
              + (scheme.n() - 1)
              + ", found present "
              + present
              + " and wanted "
              + wanted);
    }
    if (!present.minus(wanted).equals(present)) {
      throw new IllegalArgumentException(
          "a shard cannot be both present and wanted, found present "
              + present
              + " and wanted "
              + wanted);
    }
    // Data first, then the earliest parities: the first parity row of a Cauchy matrix is all ones,
    // so one lost data shard becomes the XOR of the others.
    var inputs = first(present, scheme.k());
    var outputs = first(wanted, wanted.size());
    var rebuild =
        generator
            .selectRows(inputs)
            .inverse()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "singular decode matrix of " + scheme + " for " + present));
    var transform = kernel.prepare(generator.selectRows(outputs).times(rebuild));
    return new Plan(present, wanted, inputs, outputs, transform);
  }

  private static int[] first(ShardSet set, int count) {
    var indexes = new int[count];
    int found = 0;
    for (int index = 0; found < count; index++) {
      if (set.contains(index)) {
        indexes[found++] = index;
      }
    }
    return indexes;
  }

  private static int[] indexes(int from, int to) {
    var indexes = new int[to - from];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = from + i;
    }
    return indexes;
  }

  private void checkStripe(MemorySegment[] shards, long length) {
    checkLength(length);
    if (shards.length != scheme.n()) {
      throw new IllegalArgumentException(
          scheme + " has " + scheme.n() + " shards, found " + shards.length + " segments");
    }
  }

  private static void checkLength(long length) {
    if (length < 0) {
      throw new IllegalArgumentException("a length is at least 0, found " + length);
    }
  }
}
