package ninebark.storagenode;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import ninebark.erasure.Scheme;

/**
 * The bytes of objects as stripes over many disks: what the gateway writes to and reads from, and
 * what reclaim erases.
 *
 * <p>Threads: safe for any number; calls block (made for virtual threads).
 */
public interface Stripes {
  /**
   * Opens a writer for the bytes of one object or part. The bytes are cut into stripes, coded and
   * spread over placement groups of {@code scheme}; {@code owner.offset} is where the first byte
   * stands.
   */
  StripeWriter write(Owner owner, Scheme scheme) throws IOException;

  /**
   * Opens a reader of {@code length} bytes from {@code offset} of the bytes that {@code extents}
   * hold together.
   *
   * @throws IllegalArgumentException if the range leaves the extents
   */
  StripeReader read(List<Extent> extents, long offset, long length) throws IOException;

  /**
   * Erases the shards of these stripes; a disk that is away is skipped, and patrol finds the rest.
   */
  void erase(Collection<Extent> extents) throws IOException;
}
