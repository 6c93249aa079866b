/**
 * The arithmetic of durability: how likely a stripe is to be lost in a year, computed six ways.
 *
 * <p>Start at {@link ninebark.erasure.durability.Claim}, which turns {@link
 * ninebark.erasure.durability.Assumptions} into a number with everything that went into it. Below
 * it are the codes ({@link ninebark.erasure.durability.Redundancy}), what happens to one stripe
 * ({@link ninebark.erasure.durability.StripeProcess}) and the ways to compute it ({@link
 * ninebark.erasure.durability.Model}).
 *
 * <p>Uses the JDK alone. Knows nothing of bytes, disks, clusters or how results are printed.
 *
 * <p>A year is 8,766 hours. Nines are {@code -log10} of the probability of loss per stripe and
 * year.
 */
package ninebark.erasure.durability;
