package ninebark.metadata.recovery;

import java.time.Instant;
import java.util.List;

/**
 * What a recovery of the index came to, or would come to.
 *
 * @param snapshot which copy of the index was taken
 * @param snapshotBytes its length
 * @param passedOver newer copies that could not be used, and why
 * @param shardCount how many shards the disks hold
 * @param silentCount shards whose headers could not be read
 * @param goneCount stripes that the copy names and no disk holds enough shards of: erased since, as
 *     their objects were deleted, or lost
 * @param restored what the shards written since the copy told, by age
 * @param refused what they told and the index did not take
 * @param rests stripes written since that make nothing whole: uploads that were cut short, or
 *     damage
 * @param madeBuckets buckets younger than the copy: their documents are lost
 * @param openUploads uploads that got parts since the copy; if they were completed since, the index
 *     does not know it
 */
public record Recovered(
    Instant snapshot,
    long snapshotBytes,
    List<String> passedOver,
    long shardCount,
    long silentCount,
    long goneCount,
    List<Item> restored,
    List<Item> refused,
    List<Item> rests,
    List<String> madeBuckets,
    List<String> openUploads) {
  /**
   * @param bucket its name, or its id where nobody knows its name
   * @param what for people: what it is, or what is wrong with it
   */
  public record Item(String bucket, String key, long bytes, String what) {}

  public Recovered {
    passedOver = List.copyOf(passedOver);
    restored = List.copyOf(restored);
    refused = List.copyOf(refused);
    rests = List.copyOf(rests);
    madeBuckets = List.copyOf(madeBuckets);
    openUploads = List.copyOf(openUploads);
  }
}
