/**
 * The index and the disks held against each other, both ways, over all there is.
 *
 * <p>Must not read data: lists and labels are enough. Start at {@link
 * ninebark.scrubber.census.Census}.
 */
package ninebark.scrubber.census;
