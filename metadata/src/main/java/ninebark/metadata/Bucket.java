package ninebark.metadata;

import java.time.Instant;

/**
 * A bucket and its settings.
 *
 * @param epoch grows with each change of its settings
 */
public record Bucket(
    BucketId id, BucketName name, AccountId owner, String region, Instant created, long epoch) {}
