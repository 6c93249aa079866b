/**
 * Checksums at the speed of the machine, and their combination. Knows nothing of shards. Start at
 * {@link ninebark.erasure.checksum.Crc}.
 */
package ninebark.erasure.checksum;
