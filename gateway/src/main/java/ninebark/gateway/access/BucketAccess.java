package ninebark.gateway.access;

import java.io.IOException;
import java.util.Optional;
import ninebark.gateway.document.BucketDocuments;
import ninebark.gateway.document.PublicAccessBlock;
import ninebark.gateway.policy.Policy;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;

/**
 * What decides who gets into a bucket.
 *
 * @param block looked at only where there is a policy
 */
public record BucketAccess(AccountId owner, Optional<Policy> policy, PublicAccessBlock block) {
  /**
   * @throws IOException also if what protects the bucket cannot be read: then nobody gets in
   */
  public static BucketAccess of(Bucket bucket, BucketDocuments documents) throws IOException {
    var policy = documents.find(bucket, Policy.KIND);
    return new BucketAccess(
        bucket.owner(),
        policy,
        policy.isPresent() ? documents.publicAccessBlock(bucket) : PublicAccessBlock.EVERYTHING);
  }
}
