package ninebark.metadata.state;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.Rows;

/**
 * A digest of all rows but the applied position: equal on all replicas that have applied the same
 * commands, whatever entries of its own Raft put between them.
 */
public final class StateHash {
  private StateHash() {}

  public static String of(Rows rows) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      var start = new byte[0];
      for (var family : Family.values()) {
        try (var walk = rows.scan(family, start, RowKeys.after(start))) {
          for (; walk.isValid(); walk.next()) {
            boolean position =
                family == Family.SYSTEM
                    && Arrays.equals(
                        walk.key(),
                        0,
                        walk.keyLength(),
                        RowKeys.APPLIED,
                        0,
                        RowKeys.APPLIED.length);
            if (!position) {
              sha.update(family.columnFamily().getBytes(StandardCharsets.US_ASCII));
              update(sha, walk.key(), walk.keyLength());
              update(sha, walk.value(), walk.valueLength());
            }
          }
        }
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void update(MessageDigest sha, byte[] bytes, int length) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      sha.update((byte) (length >>> shift));
    }
    sha.update(bytes, 0, length);
  }
}
