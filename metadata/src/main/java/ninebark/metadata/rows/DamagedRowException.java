package ninebark.metadata.rows;

import java.util.HexFormat;

/**
 * A row or entry that cannot be what was written: damage, or a newer program's work. Its reader
 * must stop, never guess.
 */
public final class DamagedRowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DamagedRowException(String message) {
    super(message);
  }

  static DamagedRowException of(String what, byte[] key, int keyLength, String why) {
    return new DamagedRowException(
        what
            + " row "
            + HexFormat.of().formatHex(key, 0, Math.min(keyLength, 64))
            + " of the index "
            + why);
  }
}
