package ninebark.gateway.operation;

import io.micrometer.core.instrument.Counter;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import ninebark.gateway.access.Accounts;
import ninebark.gateway.digest.Md5;
import ninebark.gateway.document.BucketDocuments;
import ninebark.metadata.Index;
import ninebark.metadata.UploadId;
import ninebark.metadata.lifecycle.DayLength;
import ninebark.storagenode.Stripes;

/**
 * What operations stand on.
 *
 * @param legacyBucketDefaults whether new buckets have ACLs and no public access block
 * @param contentIds random 63-bit numbers
 * @param uploadIds ids that nobody can guess
 * @param lifecycleDay how long the days are that lifecycle rules count
 * @param alteredBodies counts bodies whose stored bytes were not those that came
 */
public record Backend(
    Index index,
    BucketDocuments documents,
    Stripes stripes,
    StorageClasses classes,
    Accounts accounts,
    Guard guard,
    Md5.Source md5,
    LongSupplier contentIds,
    Supplier<UploadId> uploadIds,
    DayLength lifecycleDay,
    Counter alteredBodies,
    Limits limits,
    boolean legacyBucketDefaults) {}
