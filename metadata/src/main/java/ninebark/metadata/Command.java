package ninebark.metadata;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.Extent;
import ninebark.storagenode.StripeId;

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

  /**
   * @param lock whether it is born with versions and locks
   * @param documents what it is born with, by name
   */
  record CreateBucket(
      BucketName name,
      AccountId owner,
      String region,
      boolean lock,
      Map<DocumentName, String> documents)
      implements Root<Reply.CreateBucket> {
    /** The plain case. */
    public CreateBucket(BucketName name, AccountId owner, String region) {
      this(name, owner, region, false, Map.of());
    }
  }

  /** Versioning that locks depend on cannot be suspended. */
  record SetVersioning(BucketId bucket, Versioning versioning)
      implements Root<Reply.ChangeBucket> {}

  /** Turns locking on where it is not; only while versions are kept. */
  record SetLock(BucketId bucket, LockSettings lock) implements Root<Reply.ChangeBucket> {}

  /** Keeps a document word for word. */
  record PutDocument(BucketId bucket, DocumentName name, String text)
      implements Root<Reply.ChangeBucket> {}

  /** Done also when there was none. */
  record DeleteDocument(BucketId bucket, DocumentName name) implements Root<Reply.ChangeBucket> {}

  record DeleteBucket(BucketId bucket) implements Root<Reply.DeleteBucket> {}

  /**
   * Publishes a new cluster map; refused unless its epoch is the current one plus one (0 means none
   * yet).
   */
  record PublishMap(ClusterMap map) implements Root<Reply.PublishMap> {}

  /** From now on no commit may name a stripe born before this moment; never moves back. */
  record RaiseFence(long birthMillis) implements Root<Reply.Done> {}

  /**
   * Takes or renews the cluster's one lease, with which the work behind the scenes is done; refused
   * while another holds it. By the cluster's clock, so two may think that they hold it for a while:
   * it saves work done twice and makes nothing safe.
   *
   * @param holder new for each start of a process
   * @param millis for how long; 0 gives it back
   */
  record TakeLease(UUID holder, long millis) implements Root<Reply.TakeLease> {}

  /** The extents of these garbage rows are erased. */
  record ForgetGarbage(List<GarbageId> rows) implements Root<Reply.Done> {}

  /**
   * How far a round is in which a bucket's lifecycle rules are followed; replaces what was known.
   */
  record NoteProgress(LifecycleProgress progress) implements Root<Reply.Done> {}

  /** Forgets the answers of uploads completed at or before this moment. */
  record ForgetCompleted(long beforeMillis, int limit) implements Root<Reply.Done> {}

  record PutObject(BucketId bucket, ObjectKey key, NewObject object, Precondition precondition)
      implements Keyspace<Reply.PutObject> {}

  /**
   * Without a version: removes the object, or puts a delete marker over it where versions are kept.
   * With one: removes just that version for good.
   *
   * @param bypass whether governance retention is to be overruled, by who may
   */
  record DeleteObject(
      BucketId bucket,
      ObjectKey key,
      VersionChoice version,
      Precondition precondition,
      boolean bypass)
      implements Keyspace<Reply.DeleteObject> {
    /** The plain case. */
    public DeleteObject(BucketId bucket, ObjectKey key, Precondition precondition) {
      this(bucket, key, VersionChoice.CURRENT, precondition, false);
    }
  }

  /**
   * Gives the key a new object with the very bytes of another, which are named once more and not
   * moved.
   *
   * @param object its content is not looked at: length, ETag, checksums and parts come from the
   *     source
   * @param annotations whether the source's named payloads come along
   */
  record CopyObject(
      BucketId bucket,
      ObjectKey key,
      Source source,
      CopiedObject object,
      boolean annotations,
      Precondition precondition)
      implements Keyspace<Reply.CopyObject> {}

  /**
   * What is copied.
   *
   * @param expected what the gateway saw and judged; another object there by now refuses the copy
   * @param storageClass likewise: its bytes may lie elsewhere by now; empty if it does not matter
   */
  record Source(
      BucketId bucket,
      ObjectKey key,
      VersionId version,
      ETag expected,
      Optional<String> storageClass) {
    /** The plain case. */
    public Source(BucketId bucket, ObjectKey key, VersionId version, ETag expected) {
      this(bucket, key, version, expected, Optional.empty());
    }
  }

  /** What a copy does not take from its source. */
  record CopiedObject(
      String storageClass,
      AccountId owner,
      List<Header> headers,
      List<Checksum> checksums,
      List<Tag> tags,
      ObjectLock lock) {
    public CopiedObject {
      headers = List.copyOf(headers);
      checksums = List.copyOf(checksums);
      tags = List.copyOf(tags);
    }
  }

  /**
   * Gives the current object of {@code source} the name {@code key}, at once. Where versions are
   * kept, the target gets a new version and the source a delete marker.
   *
   * @param precondition of the object at {@code key}
   * @param sourcePrecondition of the object at {@code source}
   */
  record RenameObject(
      BucketId bucket,
      ObjectKey key,
      ObjectKey source,
      Precondition precondition,
      Precondition sourcePrecondition)
      implements Keyspace<Reply.RenameObject> {}

  record SetTags(BucketId bucket, ObjectKey key, VersionChoice version, List<Tag> tags)
      implements Keyspace<Reply.ChangeVersion> {
    public SetTags {
      tags = List.copyOf(tags);
    }
  }

  /** Replaces the header of that name among those kept with a version. */
  record SetHeader(BucketId bucket, ObjectKey key, VersionChoice version, Header header)
      implements Keyspace<Reply.ChangeVersion> {}

  /** Nothing as retention removes it, if it may be removed. */
  record SetRetention(
      BucketId bucket,
      ObjectKey key,
      VersionChoice version,
      Optional<Retention> retention,
      boolean bypass)
      implements Keyspace<Reply.ChangeVersion> {}

  record SetLegalHold(BucketId bucket, ObjectKey key, VersionChoice version, boolean on)
      implements Keyspace<Reply.ChangeVersion> {}

  /**
   * Replaces one of the same name.
   *
   * @param precondition of the version
   */
  record PutAnnotation(
      BucketId bucket,
      ObjectKey key,
      VersionChoice version,
      String name,
      ETag etag,
      long length,
      List<Checksum> checksums,
      Content content,
      Precondition precondition)
      implements Keyspace<Reply.ChangeVersion> {
    public PutAnnotation {
      checksums = List.copyOf(checksums);
    }
  }

  /**
   * @param bypass whether governance retention is to be overruled, by who may
   * @param precondition of the version
   */
  record DeleteAnnotation(
      BucketId bucket,
      ObjectKey key,
      VersionChoice version,
      String name,
      boolean bypass,
      Precondition precondition)
      implements Keyspace<Reply.ChangeVersion> {}

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
      Optional<Upload.ChecksumChoice> checksum,
      List<Tag> tags,
      ObjectLock lock)
      implements Keyspace<Reply.CreateUpload> {
    /** The plain case. */
    public CreateUpload(
        BucketId bucket,
        ObjectKey key,
        UploadId upload,
        long contentId,
        String storageClass,
        AccountId owner,
        List<Header> headers,
        Optional<Upload.ChecksumChoice> checksum) {
      this(
          bucket,
          key,
          upload,
          contentId,
          storageClass,
          owner,
          headers,
          checksum,
          List.of(),
          ObjectLock.NONE);
    }
  }

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

  /**
   * Does what a lifecycle rule demands, if the bucket and what the rule was asked about are still
   * what they were.
   *
   * @param epoch of the bucket whose rules were asked
   */
  record Expire(BucketId bucket, ObjectKey key, long epoch, Expirable what)
      implements Keyspace<Reply.Expire> {}

  /**
   * Makes a version of an archive class readable for a time, or for another time if it is readable
   * now.
   *
   * @param storageClass what the gateway saw, and judged to be an archive
   * @param delay until it is readable
   * @param days how long it stays so, to the beginning of the day after
   * @param day how long a day is
   */
  record RestoreObject(
      BucketId bucket,
      ObjectKey key,
      VersionChoice version,
      String storageClass,
      Duration delay,
      int days,
      Duration day)
      implements Keyspace<Reply.RestoreObject> {}

  /**
   * Takes a version to the class that a lifecycle rule demands, if the bucket, the version and its
   * bytes are still what they were. Nothing else of the version changes; the stripes that held it
   * become garbage.
   *
   * @param epoch of the bucket whose rules were asked
   * @param seen the version when the rule was asked
   * @param from its class then
   */
  record Transition(
      BucketId bucket,
      ObjectKey key,
      long epoch,
      Expirable.OfVersion seen,
      String from,
      String to,
      Moved moved)
      implements Keyspace<Reply.Transition> {}

  /** What a transition has read, and where it has written it: durable, and named by nobody yet. */
  sealed interface Moved {
    /** Bytes that live in the index stay there. */
    record Nothing() implements Moved {}

    /**
     * @param was the first of the stripes that were read
     */
    record Stripes(StripeId was, List<Extent> now) implements Moved {
      public Stripes {
        now = List.copyOf(now);
      }
    }

    /**
     * @param was the content id of the parts that were read
     * @param now the content id that the new stripes carry
     * @param parts those in stripes; the others are taken over as they are
     */
    record Parts(long was, long now, List<MovedPart> parts) implements Moved {
      public Parts {
        parts = List.copyOf(parts);
      }
    }
  }

  record MovedPart(int number, List<Extent> now) {
    public MovedPart {
      now = List.copyOf(now);
    }
  }

  /** What a lifecycle rule can be about, as it was seen when the rule was asked. */
  sealed interface Expirable {
    /** An object's version. */
    sealed interface OfVersion extends Expirable {
      VersionId version();
    }

    /** The current object: a marker covers it where versions are kept, else it goes. */
    record Current(VersionId version, Instant born, ETag etag, List<Tag> tags)
        implements OfVersion {
      public Current {
        tags = List.copyOf(tags);
      }
    }

    /**
     * A version or marker that is not the newest: it goes for good.
     *
     * @param since when the next newer version was born
     * @param tags of an object
     * @param keepNewest how many newer noncurrent objects there must be
     */
    record Noncurrent(VersionId version, Instant since, List<Tag> tags, int keepNewest)
        implements OfVersion {
      public Noncurrent {
        tags = List.copyOf(tags);
      }
    }

    /** A delete marker that is all its key has. */
    record LonelyMarker(VersionId version) implements Expirable {}

    record OpenUpload(UploadId upload) implements Expirable {}
  }

  /** A part as CompleteMultipartUpload names it. */
  record ChosenPart(int number, ETag etag) {}
}
