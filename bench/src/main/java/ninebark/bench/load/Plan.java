package ninebark.bench.load;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all workers of a workload share.
 *
 * @param keys how many objects stand ready, numbered from zero
 * @param fresh the number of the next new object
 * @param doomed the number of the next object to delete
 */
record Plan(
    LoadObjects objects,
    S3Steps steps,
    long seed,
    int workers,
    long keys,
    AtomicLong fresh,
    AtomicLong doomed,
    long partBytes,
    long rangeBytes,
    int maxKeys,
    int deleteBatch,
    Mix mix) {}
