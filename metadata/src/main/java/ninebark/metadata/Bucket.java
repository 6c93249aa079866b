package ninebark.metadata;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A bucket and those of its settings that the index judges by.
 *
 * @param epoch grows with each change of its settings or documents
 * @param lock present once versions can be locked
 * @param documents which configuration documents it has; their text is asked for with {@link
 *     Query.ReadDocument}
 */
public record Bucket(
    BucketId id,
    BucketName name,
    AccountId owner,
    String region,
    Instant created,
    long epoch,
    Versioning versioning,
    Optional<LockSettings> lock,
    Set<DocumentName> documents) {
  public Bucket {
    documents = Set.copyOf(documents);
  }
}
