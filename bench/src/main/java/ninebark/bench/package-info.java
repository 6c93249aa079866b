/**
 * Measures from outside: load against any S3 endpoint, the ceilings of this machine, codecs, and
 * what two results have to say about each other. Knows the rest of Ninebark only where it measures
 * it; nothing depends on this module but the command line.
 *
 * <p>Start at {@link ninebark.bench.Bench}.
 */
package ninebark.bench;
