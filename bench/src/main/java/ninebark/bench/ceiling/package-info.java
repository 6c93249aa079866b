/**
 * What this machine can do at most: disk, loopback, digests, Raft. A result says little without the
 * ceiling it stands under, and both come from one run.
 *
 * <p>Start at {@link ninebark.bench.ceiling.Ceilings}.
 */
package ninebark.bench.ceiling;
