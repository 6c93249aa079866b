/**
 * The hot inner parts, each alone: signatures, chunk framing, formats, the shard store, the state
 * machine, listings. Every benchmark checks that what it measures does its work.
 *
 * <p>Start at {@link ninebark.bench.jmh.BenchJmh}.
 */
package ninebark.bench.jmh;
