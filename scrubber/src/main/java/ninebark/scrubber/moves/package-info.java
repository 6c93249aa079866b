/**
 * Brings the shards of positions that move from one disk to another: draining, growing and
 * rebalancing. Which positions move is decided by {@link
 * ninebark.storagenode.placement.Relocation}; start at {@link ninebark.scrubber.moves.Mover}.
 */
package ninebark.scrubber.moves;
