package ninebark.metadata;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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

  /** The text of a configuration document. */
  record ReadDocument(BucketId bucket, DocumentName name) implements Query<Optional<String>> {}

  record HeadObject(BucketId bucket, ObjectKey key, VersionChoice version)
      implements Query<Lookup<ObjectInfo>> {
    public HeadObject(BucketId bucket, ObjectKey key) {
      this(bucket, key, VersionChoice.CURRENT);
    }
  }

  record ReadObject(BucketId bucket, ObjectKey key, VersionChoice version)
      implements Query<Lookup<Found>> {
    public ReadObject(BucketId bucket, ObjectKey key) {
      this(bucket, key, VersionChoice.CURRENT);
    }
  }

  /** What a key and a choice of version lead to. */
  sealed interface Lookup<T> {
    record Hit<T>(T found) implements Lookup<T> {}

    /** The version is there and is a delete marker. */
    record Marker<T>(VersionId version, Instant lastModified) implements Lookup<T> {}

    /** The key has no version at all. */
    record NoSuchKey<T>() implements Lookup<T> {}

    record NoSuchVersion<T>() implements Lookup<T> {}

    /** The same with something else in place of what was found. */
    default <R> Lookup<R> map(Function<? super T, ? extends R> change) {
      return switch (this) {
        case Hit<T>(var found) -> new Hit<>(change.apply(found));
        case Marker<T>(var version, var lastModified) -> new Marker<>(version, lastModified);
        case NoSuchKey<T>() -> new NoSuchKey<>();
        case NoSuchVersion<T>() -> new NoSuchVersion<>();
      };
    }

    /** What was found, if it is an object. */
    default Optional<T> hit() {
      return this instanceof Hit<T>(var found) ? Optional.of(found) : Optional.empty();
    }
  }

  /** An object and where its bytes are. */
  record Found(ObjectInfo info, Content content) {}

  /**
   * All versions and delete markers.
   *
   * @param after left out are this and what sorts before it
   */
  record ListVersions(
      BucketId bucket,
      String prefix,
      String delimiter,
      Optional<VersionListing.Position> after,
      int limit)
      implements Query<VersionListing> {}

  /**
   * All versions and delete markers, with what lifecycle rules ask of them.
   *
   * @param after left out are this and what sorts before it
   */
  record ListAges(BucketId bucket, String prefix, Optional<AgePage.Position> after, int limit)
      implements Query<AgePage> {}

  /**
   * Buckets that have a document of this name, of all owners, in order of their id.
   *
   * @param after left out are this and those before it
   */
  record BucketsWith(DocumentName document, Optional<BucketId> after, int limit)
      implements Query<List<Bucket>> {}

  /** How far the newest round of a bucket's lifecycle rules is; empty if there was none. */
  record FindProgress(BucketId bucket) implements Query<Optional<LifecycleProgress>> {}

  record ReadAnnotation(BucketId bucket, ObjectKey key, VersionChoice version, String name)
      implements Query<Lookup<Optional<Annotation>>> {}

  record Annotation(VersionId version, AnnotationInfo info, Content content) {}

  /** Named payloads in order of name, those behind {@code after}. */
  record ListAnnotations(
      BucketId bucket, ObjectKey key, VersionChoice version, String prefix, String after, int limit)
      implements Query<Lookup<AnnotationListing>> {}

  record AnnotationListing(VersionId version, List<AnnotationInfo> annotations, boolean truncated) {
    public AnnotationListing {
      annotations = List.copyOf(annotations);
    }
  }

  /**
   * Parts of {@link Content.Parts} by their number, for GetObjectAttributes: those above {@code
   * after}.
   */
  record ListStoredParts(long contentId, int after, int limit) implements Query<List<PartInfo>> {}

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

  /**
   * Everything that names extents, in the order of {@link Naming}, those behind {@code after}.
   *
   * @param limit the most rows to look at; those that name none are left out
   */
  record ListNamed(Optional<Naming> after, int limit) implements Query<NamedPage> {}

  /**
   * @param next what to go on after; empty at the end
   */
  record NamedPage(List<Naming.Named> named, Optional<Naming> next) {
    public NamedPage {
      named = List.copyOf(named);
    }
  }

  record CurrentFence() implements Query<Long> {}
}
