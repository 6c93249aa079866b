/**
 * The index as one replica of a Raft group: commands are packed into entries, agreed on by Ratis,
 * and applied to the rows.
 *
 * <p>What is decided is not decided here but in {@link ninebark.metadata.state}. Start at {@link
 * ninebark.metadata.raft.RaftIndex}.
 */
package ninebark.metadata.raft;
