/**
 * Load on an S3 endpoint: what is asked (workloads, as scripts that a worker follows), when (closed
 * or open loop) and what was seen (latencies, throughput, errors). Scripts are plain state machines
 * without I/O; only {@link ninebark.bench.load.LoadRun} touches event loops.
 *
 * <p>Start at {@link ninebark.bench.load.BenchS3}.
 */
package ninebark.bench.load;
