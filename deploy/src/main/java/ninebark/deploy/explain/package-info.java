/**
 * Why an object is as safe as it is: its stripes, where their shards are, and what would lose them.
 *
 * <p>Start at {@link ninebark.deploy.explain.ExplainPages}; {@code Peril} is the arithmetic.
 */
package ninebark.deploy.explain;
