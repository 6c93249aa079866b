/**
 * What the cluster lives through, counted over restarts, for whoever computes its durability.
 *
 * <p>Start at {@link ninebark.scrubber.experience.Watch}.
 */
package ninebark.scrubber.experience;
