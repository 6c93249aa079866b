/**
 * The health of stripes: what is lost is made again, what is kept is looked at before a reader
 * needs it.
 *
 * <p>Must not know S3 or HTTP. Start at {@link ninebark.scrubber.Scrubber}, which holds the parts
 * together: {@code rebuild} mends, {@code patrol} finds, {@code census} counts, {@code journal}
 * remembers. remembers.
 */
package ninebark.scrubber;
