package ninebark.metadata;

import java.util.List;
import ninebark.storagenode.Extent;

/** What names extents. The index keeps an order of them: contents, then parts, then annotations. */
public sealed interface Naming {
  /** An object of one PUT, or several that share its bytes. */
  record OfContent(long number) implements Naming {}

  /** A part of an open upload, of a completed object, or of one that waits to be erased. */
  record OfPart(long content, int number) implements Naming {}

  /** A named payload beside a version. */
  record OfAnnotation(long set, String name) implements Naming {}

  /** What one of them names. */
  record Named(Naming by, List<Extent> extents) {
    public Named {
      extents = List.copyOf(extents);
    }
  }
}
