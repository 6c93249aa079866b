package ninebark.metadata;

import java.util.List;
import java.util.Optional;
import ninebark.storagenode.ClusterMap;

/**
 * A change of the index. It is logged by Raft and judged by the state machine, which has no clock
 * and no randomness: ids and times come inside. {@code R} is its answer; answers are sealed,
 * failures are exceptions of {@link Index}.
 */
public sealed interface Command<R> {
  /** Changes of the root state: what concerns the whole cluster. */
  sealed interface Root<R> extends Command<R> {}

  /** Changes of the keyspace: each names one bucket and one key. */
  sealed interface Keyspace<R> extends Command<R> {
    BucketId bucket();

    ObjectKey key();
  }

  record CreateBucket(BucketName name, AccountId owner, String region)
      implements Root<Reply.CreateBucket> {}

  record DeleteBucket(BucketId bucket) implements Root<Reply.DeleteBucket> {}

  /**
   * Publishes a new cluster map; refused unless its epoch is the current one plus one (0 means none
   * yet).
   */
  record PublishMap(ClusterMap map) implements Root<Reply.PublishMap> {}

  /** From now on no commit may name a stripe born before this moment; never moves back. */
  record RaiseFence(long birthMillis) implements Root<Reply.Done> {}

  /** The extents of these garbage rows are erased. */
  record ForgetGarbage(List<GarbageId> rows) implements Root<Reply.Done> {}

  /** Forgets the answers of uploads completed at or before this moment. */
  record ForgetCompleted(long beforeMillis, int limit) implements Root<Reply.Done> {}

  record PutObject(BucketId bucket, ObjectKey key, NewObject object, Precondition precondition)
      implements Keyspace<Reply.PutObject> {}

  record DeleteObject(BucketId bucket, ObjectKey key, Precondition precondition)
      implements Keyspace<Reply.DeleteObject> {}

  /**
   * @param contentId what the stripes of its parts carry as {@link
   *     ninebark.storagenode.Owner#content}; the completed object's content keeps it
   */
  record CreateUpload(
      BucketId bucket,
      ObjectKey key,
      UploadId upload,
      long contentId,
      String storageClass,
      AccountId owner,
      List<Header> headers,
      Optional<Upload.ChecksumChoice> checksum)
      implements Keyspace<Reply.CreateUpload> {}

  /** A part is durable: it replaces one of the same number. */
  record PutPart(
      BucketId bucket,
      ObjectKey key,
      UploadId upload,
      int number,
      ETag etag,
      long length,
      List<Checksum> checksums,
      Content content)
      implements Keyspace<Reply.PutPart> {}

  /**
   * Makes the object of these parts, in this order. The gateway has computed {@code etag} and
   * {@code checksums} from the parts it read; the state machine completes only if the parts are
   * still those.
   */
  record CompleteUpload(
      BucketId bucket,
      ObjectKey key,
      UploadId upload,
      List<ChosenPart> parts,
      ETag etag,
      List<Checksum> checksums,
      Precondition precondition)
      implements Keyspace<Reply.CompleteUpload> {}

  record AbortUpload(BucketId bucket, ObjectKey key, UploadId upload)
      implements Keyspace<Reply.AbortUpload> {}

  /** A part as CompleteMultipartUpload names it. */
  record ChosenPart(int number, ETag etag) {}
}
