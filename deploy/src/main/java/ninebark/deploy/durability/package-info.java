/**
 * {@code ninebark durability}: the durability models of {@code erasure} on the command line and on
 * a teaching page. Reads options, calls the models, prints; computes nothing itself.
 *
 * <p>Start at {@link ninebark.deploy.durability.DurabilityCommand}.
 */
package ninebark.deploy.durability;
