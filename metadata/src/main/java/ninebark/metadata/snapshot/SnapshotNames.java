package ninebark.metadata.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketName;
import ninebark.storagenode.Description;
import ninebark.storagenode.Owner;

/**
 * How snapshots are called: in the index, where they are objects of a bucket that no client owns,
 * so that patrol, rebuild and reclaim treat them as any others; and in the headers of their shards,
 * where they are found when there is no index.
 */
public final class SnapshotNames {
  /** No bucket ever has this id, and no client's bytes this owner. */
  public static final long OWNER = 0;

  static final BucketName BUCKET = new BucketName("ninebark-index-snapshots");
  static final AccountId ACCOUNT = new AccountId("ninebark");
  static final String MANIFESTS = "manifests/";
  static final String FILES = "files/";

  /** What the last stripe of each stored file tells: that it is the last. */
  static final Description END =
      Description.of("index snapshot".getBytes(StandardCharsets.US_ASCII));

  private SnapshotNames() {}

  /** Sorts by age. */
  static String manifest(long takenMillis) {
    return MANIFESTS + String.format(Locale.ROOT, "%015d", takenMillis);
  }

  static String file(String name, long crc64) {
    return FILES + name + "-" + Long.toHexString(crc64);
  }

  public static boolean isManifest(Owner owner) {
    return owner.bucket() == OWNER && owner.key().startsWith(MANIFESTS);
  }
}
