package ninebark.storagenode.shard;

import java.io.IOException;

/** A file was written by a newer Ninebark than this one. */
final class FormatVersionException extends IOException {
  private static final long serialVersionUID = 1;

  FormatVersionException(String file, int found, int known) {
    super(
        file
            + " has format version "
            + found
            + ", this Ninebark knows versions up to "
            + known
            + "; start it with the newer release that wrote it");
  }
}
