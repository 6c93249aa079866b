/**
 * Names: bucket and key to where the bytes are, in one agreed order; and the cluster map.
 *
 * <p>Start at {@link ninebark.metadata.Index}, then {@link ninebark.metadata.Command}.
 */
package ninebark.metadata;
