package ninebark.gateway.document;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.util.Optional;
import ninebark.gateway.error.S3Exception;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.DocumentName;
import ninebark.metadata.Index;
import ninebark.metadata.Query;

/**
 * The documents of all buckets, parsed once for each change of a bucket and then remembered under
 * its epoch, within a limit. Whoever holds a bucket that was just found sees documents at least as
 * new as that. Threads: safe.
 */
public final class BucketDocuments {
  /** Of one remembered document beside its text: what it was parsed into, and the cache's own. */
  private static final int OVERHEAD_BYTES = 512;

  private final Index index;
  private final Cache<Key, Parsed> parsed;

  private record Key(BucketId bucket, long epoch, DocumentName name) {}

  private record Parsed(Object value, int bytes) {}

  /**
   * @param maxBytes of documents remembered, all buckets together
   */
  public BucketDocuments(Index index, long maxBytes) {
    this.index = index;
    this.parsed =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .<Key, Parsed>weigher((key, document) -> document.bytes())
            .executor(Runnable::run)
            .build();
  }

  /**
   * What the bucket's document of this kind says; empty if it has none.
   *
   * @throws IOException also if the document that is kept cannot be understood
   */
  // A kind alone decides what its documents are parsed into, so what is remembered under its name
  // is a T.
  @SuppressWarnings("unchecked")
  public <T> Optional<T> find(Bucket bucket, DocumentKind<T> kind) throws IOException {
    if (!bucket.documents().contains(kind.name())) {
      return Optional.empty();
    }
    var key = new Key(bucket.id(), bucket.epoch(), kind.name());
    var known = Optional.ofNullable(parsed.getIfPresent(key));
    if (known.isEmpty()) {
      var text = text(bucket, kind.name());
      if (text.isEmpty()) {
        return Optional.empty();
      }
      known = Optional.of(new Parsed(parse(bucket, kind, text.get()), weight(text.get())));
      parsed.put(key, known.get());
    }
    return Optional.of((T) known.get().value());
  }

  private static int weight(String text) {
    return OVERHEAD_BYTES + 2 * text.length();
  }

  private static <T> T parse(Bucket bucket, DocumentKind<T> kind, String text) throws IOException {
    try {
      return kind.parser().apply(text);
    } catch (S3Exception unreadable) {
      throw new IOException(
          "the document " + kind.name() + " of bucket " + bucket.name() + " is unreadable",
          unreadable);
    }
  }

  /** A document word for word. */
  public Optional<String> text(Bucket bucket, DocumentName name) throws IOException {
    return bucket.documents().contains(name)
        ? index.ask(new Query.ReadDocument(bucket.id(), name))
        : Optional.empty();
  }

  /** Who owns what is written; where nothing is said, whoever writes. */
  public ObjectOwnership ownership(Bucket bucket) throws IOException {
    return find(bucket, ObjectOwnership.KIND).orElse(ObjectOwnership.OBJECT_WRITER);
  }

  /** How far the bucket is kept from the public; where nothing is said, not at all. */
  public PublicAccessBlock publicAccessBlock(Bucket bucket) throws IOException {
    return find(bucket, PublicAccessBlock.KIND).orElse(PublicAccessBlock.NOTHING);
  }
}
