/**
 * Makes lost shards again, those of the stripes that can lose least first.
 *
 * <p>{@link ninebark.scrubber.rebuild.RepairSchedule} decides and is pure: what is lost, what time
 * it is and how the disks are go in, what to begin comes out. {@link
 * ninebark.scrubber.rebuild.StripeRepair} does one repair. {@link
 * ninebark.scrubber.rebuild.Rebuild} is the shell around both: threads, clock, journal, metrics.
 * Start there.
 */
package ninebark.scrubber.rebuild;
