package ninebark.metadata.raft;

/** How a replica stands in its group. */
public sealed interface Seat {
  /** The only one, without a network. */
  record Alone() implements Seat {}

  /**
   * One of those that found the index together: all of them start with the same group. It goes on
   * being a founder in later starts; what counts then is what its log says.
   *
   * @param self this replica's id
   */
  record Founder(IndexGroup group, String self, IndexTransport transport) implements Seat {}

  /**
   * One that starts empty and is nobody until {@link IndexMembers} adds it: it has no vote before
   * it has caught up.
   */
  record Joiner(IndexGroup group, String self, IndexTransport transport) implements Seat {}
}
