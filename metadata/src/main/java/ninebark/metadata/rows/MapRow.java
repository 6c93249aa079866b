package ninebark.metadata.rows;

import ninebark.storagenode.ClusterMap;

/**
 * The cluster map.
 *
 * <pre>
 * kind 'M', version 1: map
 * </pre>
 */
public final class MapRow {
  private MapRow() {}

  public static byte[] encode(byte[] key, ClusterMap map) {
    return SealedRow.seal(
        'M', 1, key, 128 + 96 * map.disks().size(), to -> SharedFields.map(to, map));
  }

  public static ClusterMap decode(byte[] key, byte[] value) {
    try (var from = SealedRow.open("the cluster map", 'M', 1, key, value)) {
      return SharedFields.nextMap(from);
    }
  }
}
