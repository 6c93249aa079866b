package ninebark.metadata;

import java.io.IOException;
import java.util.List;

/**
 * Looks at what a replica of the index keeps on its own disk, while it is in use.
 *
 * <p>Threads: safe for any number; calls block.
 */
public interface IndexInspector {
  /**
   * What one look found.
   *
   * @param bytes how much was read
   * @param damage a sentence for each place that is not what was written
   */
  record Inspection(long bytes, List<String> damage) {
    public Inspection {
      damage = List.copyOf(damage);
    }
  }

  /** Reads all of the replica's files and checks them; nothing is mended. */
  Inspection inspect() throws IOException;
}
