package ninebark.metadata;

import java.util.List;
import ninebark.storagenode.Extent;

/** Extents that nothing names any more, to be erased after the grace time. */
public record Garbage(GarbageId id, List<Extent> extents) {
  public Garbage {
    extents = List.copyOf(extents);
  }
}
