package ninebark.metadata;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The answers of commands, each sealed by its command. */
public final class Reply {
  private Reply() {}

  /** There is nothing to tell. */
  public record Done() {}

  public sealed interface CreateBucket {
    record Created(Bucket bucket) implements CreateBucket {}

    record Exists(Bucket bucket) implements CreateBucket {}

    record TooMany(int limit) implements CreateBucket {}
  }

  public sealed interface DeleteBucket {
    record Deleted() implements DeleteBucket {}

    record NotEmpty() implements DeleteBucket {}

    record NoSuchBucket() implements DeleteBucket {}
  }

  /** Of every change of a bucket's settings. */
  public sealed interface ChangeBucket {
    record Changed(Bucket bucket) implements ChangeBucket {}

    record TooManyDocuments(int limit) implements ChangeBucket {}

    /**
     * Versions are locked, so they are kept; or versions are not kept, so they cannot be locked.
     */
    record InvalidBucketState() implements ChangeBucket {}

    record NoSuchBucket() implements ChangeBucket {}
  }

  public sealed interface PublishMap {
    record Published() implements PublishMap {}

    record StaleEpoch(long current) implements PublishMap {}
  }

  public sealed interface TakeLease {
    record Held() implements TakeLease {}

    record HeldByAnother(UUID holder) implements TakeLease {}
  }

  public sealed interface PutObject {
    /**
     * @param version what to tell the client; nothing where versions are not kept
     */
    record Stored(ETag etag, Instant lastModified, Optional<VersionId> version)
        implements PutObject {}

    /** A lock was asked for where nothing is locked. */
    record NoLocksHere() implements PutObject {}

    record PreconditionFailed(String condition) implements PutObject {}

    /** {@code If-Match} on a key that does not exist. */
    record NoSuchKey() implements PutObject {}

    record NoSuchBucket() implements PutObject {}

    /** A stripe is older than the fence: the writer took too long, and its bytes may be gone. */
    record Fenced() implements PutObject {}
  }

  public sealed interface DeleteObject {
    /**
     * Something is gone for good.
     *
     * @param version which one, if a version was named
     * @param marker whether that was a delete marker
     */
    record Deleted(Optional<VersionId> version, boolean marker) implements DeleteObject {}

    /**
     * A delete marker now covers the key.
     *
     * @param version what it is called
     */
    record Marked(VersionId version) implements DeleteObject {}

    /** Nothing was there and nothing was asked: S3 answers the same as for deleted. */
    record Absent() implements DeleteObject {}

    /** Retention or a legal hold forbids it. */
    record Locked() implements DeleteObject {}

    record PreconditionFailed(String condition) implements DeleteObject {}

    record NoSuchKey() implements DeleteObject {}

    record NoSuchBucket() implements DeleteObject {}
  }

  public sealed interface CopyObject {
    record Copied(ETag etag, Instant lastModified, Optional<VersionId> version)
        implements CopyObject {}

    /** The source is not what was seen any more; look again. */
    record SourceChanged() implements CopyObject {}

    record NoLocksHere() implements CopyObject {}

    record PreconditionFailed(String condition) implements CopyObject {}

    record NoSuchKey() implements CopyObject {}

    record NoSuchBucket() implements CopyObject {}
  }

  public sealed interface RenameObject {
    record Renamed() implements RenameObject {}

    record NoSuchSource() implements RenameObject {}

    record NoSuchKey() implements RenameObject {}

    /**
     * @param ofSource whether it was asked of the source
     */
    record PreconditionFailed(String condition, boolean ofSource) implements RenameObject {}

    /** Source or target is locked where that forbids it. */
    record Locked() implements RenameObject {}

    record NoSuchBucket() implements RenameObject {}
  }

  /** Of every change beside a version that stays the same version. */
  public sealed interface ChangeVersion {
    record Changed(VersionId version) implements ChangeVersion {}

    record NoSuchKey() implements ChangeVersion {}

    record NoSuchVersion() implements ChangeVersion {}

    /** A delete marker has nothing to change. */
    record IsDeleteMarker(VersionId version) implements ChangeVersion {}

    record Locked() implements ChangeVersion {}

    /** The bucket locks nothing. */
    record NoLocksHere() implements ChangeVersion {}

    record TooMany(int limit) implements ChangeVersion {}

    record PreconditionFailed(String condition) implements ChangeVersion {}

    /** No annotation has that name. */
    record NoSuchAnnotation() implements ChangeVersion {}

    record Fenced() implements ChangeVersion {}

    record NoSuchBucket() implements ChangeVersion {}
  }

  public sealed interface CreateUpload {
    record Created(Upload upload) implements CreateUpload {}

    record NoLocksHere() implements CreateUpload {}

    record NoSuchBucket() implements CreateUpload {}
  }

  public sealed interface PutPart {
    record Stored(Instant lastModified) implements PutPart {}

    record NoSuchUpload() implements PutPart {}

    record NoSuchBucket() implements PutPart {}

    record Fenced() implements PutPart {}
  }

  public sealed interface CompleteUpload {
    /** Done now, or by an earlier request for the same upload. */
    record Completed(ETag etag, Instant lastModified, long length, Optional<VersionId> version)
        implements CompleteUpload {}

    /**
     * The condition held when the upload began, and another write came between. S3 asks to begin
     * anew: 409.
     */
    record Conflict(String condition) implements CompleteUpload {}

    record NoSuchUpload() implements CompleteUpload {}

    record NoSuchBucket() implements CompleteUpload {}

    record InvalidPart(int number) implements CompleteUpload {}

    /** A part other than the last is smaller than 5 MiB. */
    record PartTooSmall(int number, long length, ETag etag) implements CompleteUpload {}

    record PreconditionFailed(String condition) implements CompleteUpload {}

    record NoSuchKey() implements CompleteUpload {}
  }

  public sealed interface AbortUpload {
    record Aborted() implements AbortUpload {}

    record NoSuchUpload() implements AbortUpload {}

    record NoSuchBucket() implements AbortUpload {}
  }

  public sealed interface Expire {
    /** Gone for good. */
    record Removed() implements Expire {}

    /**
     * A delete marker now covers the object.
     *
     * @param version what it is called
     */
    record Marked(VersionId version) implements Expire {}

    /** It is not what the rule was asked about any more. */
    record Changed() implements Expire {}

    /** Retention or a legal hold forbids it. */
    record Locked() implements Expire {}

    /** The bucket's settings, so perhaps its rules, are not those that were asked any more. */
    record OtherEpoch() implements Expire {}

    record NoSuchBucket() implements Expire {}
  }

  public sealed interface Transition {
    record Done() implements Transition {}

    /** It is not what the rule was asked about any more. */
    record Changed() implements Transition {}

    /** The bucket's settings, so perhaps its rules, are not those that were asked any more. */
    record OtherEpoch() implements Transition {}

    /** A stripe is older than the fence: the writer took too long, and its bytes may be gone. */
    record Fenced() implements Transition {}

    record NoSuchBucket() implements Transition {}
  }

  public sealed interface RestoreObject {
    record Begun() implements RestoreObject {}

    /** It was readable, and stays so for as long as was asked now. */
    record Extended() implements RestoreObject {}

    record InProgress() implements RestoreObject {}

    /** It is in another class than the gateway saw; look again. */
    record OtherClass() implements RestoreObject {}

    record NoSuchKey() implements RestoreObject {}

    record NoSuchVersion() implements RestoreObject {}

    record IsDeleteMarker(VersionId version) implements RestoreObject {}

    record NoSuchBucket() implements RestoreObject {}
  }
}
