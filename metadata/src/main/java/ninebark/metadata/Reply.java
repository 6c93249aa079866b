package ninebark.metadata;

import java.time.Instant;

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

  public sealed interface PublishMap {
    record Published() implements PublishMap {}

    record StaleEpoch(long current) implements PublishMap {}
  }

  public sealed interface PutObject {
    record Stored(ETag etag, Instant lastModified) implements PutObject {}

    record PreconditionFailed(String condition) implements PutObject {}

    /** {@code If-Match} on a key that does not exist. */
    record NoSuchKey() implements PutObject {}

    record NoSuchBucket() implements PutObject {}

    /** A stripe is older than the fence: the writer took too long, and its bytes may be gone. */
    record Fenced() implements PutObject {}
  }

  public sealed interface DeleteObject {
    record Deleted() implements DeleteObject {}

    /** Nothing was there and nothing was asked: S3 answers the same as for deleted. */
    record Absent() implements DeleteObject {}

    record PreconditionFailed(String condition) implements DeleteObject {}

    record NoSuchKey() implements DeleteObject {}

    record NoSuchBucket() implements DeleteObject {}
  }

  public sealed interface CreateUpload {
    record Created(Upload upload) implements CreateUpload {}

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
    record Completed(ETag etag, Instant lastModified, long length) implements CompleteUpload {}

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
}
