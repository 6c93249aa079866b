/**
 * Disks of other processes: the frames that travel between a node and whoever uses its disks, the
 * server that answers for the disks and the client that is those disks. It knows nothing of
 * stripes, groups or names. Begin with {@link ninebark.storagenode.wire.WireFormat}.
 */
package ninebark.storagenode.wire;
