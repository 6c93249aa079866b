package ninebark.erasure.kernel;

import java.lang.foreign.MemorySegment;

/** A transform that asks which transform to use at each call. */
abstract class ForwardingTransform implements Transform {
  abstract Transform transform();

  @Override
  public void apply(MemorySegment[] shards, int[] inputs, int[] outputs, long length) {
    transform().apply(shards, inputs, outputs, length);
  }

  @Override
  public void add(int column, MemorySegment input, MemorySegment[] outputs, long length) {
    transform().add(column, input, outputs, length);
  }

  @Override
  public boolean matches(MemorySegment[] shards, int[] inputs, int[] outputs, long length) {
    return transform().matches(shards, inputs, outputs, length);
  }
}
