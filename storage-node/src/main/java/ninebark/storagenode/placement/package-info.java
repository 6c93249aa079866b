/**
 * Which disks share a stripe, and what that survives. Pure: topology and scheme in, groups out.
 *
 * <p>Start at {@link ninebark.storagenode.placement.Placement}.
 */
package ninebark.storagenode.placement;
