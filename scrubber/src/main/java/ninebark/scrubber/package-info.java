/**
 * The health of stripes. Today that is rebuild: a damaged or missing shard that a reader met is
 * made again from the others.
 *
 * <p>Must not know S3 or HTTP. Start at {@link ninebark.scrubber.Rebuild}.
 */
package ninebark.scrubber;
