package ninebark.metadata;

import java.util.List;
import ninebark.storagenode.Extent;

/** Where an object's bytes are. */
public sealed interface Content {
  /** In the index itself. The array is lent, never changed, and two of these are never compared. */
  @SuppressWarnings("ArrayRecordComponent")
  record Inline(byte[] bytes) implements Content {}

  /**
   * In stripes, all named here. In a command they are newly written: none may be older than the
   * fence.
   */
  record Striped(List<Extent> extents) implements Content {
    public Striped {
      extents = List.copyOf(extents);
    }
  }

  /** In parts, each a row of its own: read them with {@link Query.ReadParts}. */
  record Parts(long contentId, int count) implements Content {}
}
