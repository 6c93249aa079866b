package ninebark.metadata;

import java.util.List;
import java.util.Optional;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.StripeId;

/**
 * A linearizable question to the index; each sees one snapshot, not older than anything finished
 * before it began.
 */
public sealed interface Query<R> {
  record FindBucket(BucketName name) implements Query<Optional<Bucket>> {}

  /** Buckets in order of name. */
  record ListBuckets(AccountId owner, String prefix, String after, int limit)
      implements Query<List<Bucket>> {}

  record HeadObject(BucketId bucket, ObjectKey key) implements Query<Optional<ObjectInfo>> {}

  record ReadObject(BucketId bucket, ObjectKey key) implements Query<Optional<Found>> {}

  /** An object and where its bytes are. */
  record Found(ObjectInfo info, Content content) {}

  /** The parts of {@link Content.Parts} from the one that holds byte {@code offset}, in order. */
  record ReadParts(long contentId, long offset, int limit) implements Query<List<StoredPart>> {}

  /** The part of that number, for {@code partNumber=}. */
  record ReadPart(long contentId, int number) implements Query<Optional<StoredPart>> {}

  /**
   * @param delimiter empty for none
   * @param after entries up to and including this key or rolled-up prefix are left out; empty for
   *     none
   */
  record ListObjects(BucketId bucket, String prefix, String delimiter, String after, int limit)
      implements Query<Listing> {}

  record FindUpload(BucketId bucket, ObjectKey key, UploadId upload)
      implements Query<Optional<Upload>> {}

  /** What a completed upload answered, as long as it is remembered. */
  record FindCompleted(BucketId bucket, ObjectKey key, UploadId upload)
      implements Query<Optional<Reply.CompleteUpload.Completed>> {}

  /** Open uploads by key, then by id; {@code afterUpload} counts only within {@code afterKey}. */
  record ListUploads(
      BucketId bucket,
      String prefix,
      String delimiter,
      String afterKey,
      Optional<UploadId> afterUpload,
      int limit)
      implements Query<UploadListing> {}

  record UploadListing(
      List<Upload> uploads,
      List<String> commonPrefixes,
      boolean truncated,
      String nextKey,
      Optional<UploadId> nextUpload) {}

  /** Parts with a number above {@code after}, in order. */
  record ListParts(BucketId bucket, ObjectKey key, UploadId upload, int after, int limit)
      implements Query<List<PartInfo>> {}

  record CountObjects(BucketId bucket) implements Query<Count> {}

  /** Exact, always. */
  record Count(long objects, long bytes) {}

  record CurrentMap() implements Query<Optional<ClusterMap>> {}

  /** Garbage older than {@code beforeMillis}, oldest first. */
  record ListGarbage(long beforeMillis, int limit) implements Query<List<Garbage>> {}

  /** How much waits for reclaim. */
  record GarbageCount() implements Query<Count> {}

  /** Which of these stripes the index knows, live or in the garbage queue. */
  record KnownStripes(List<StripeId> stripes) implements Query<List<StripeId>> {}

  record CurrentFence() implements Query<Long> {}
}
