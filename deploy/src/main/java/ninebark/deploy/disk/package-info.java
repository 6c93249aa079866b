/**
 * The disks of the store for people and machines: which there are, draining and removing them, and
 * giving each its share. Start at {@link ninebark.deploy.disk.DiskPages}.
 */
package ninebark.deploy.disk;
