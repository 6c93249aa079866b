package ninebark.erasure.durability;

/**
 * An event that kills random nodes for good, all at once: a power cut after which some never start.
 */
public record MassFailure(FailureRate events, int deadNodes, PlacementGroups groups) {
  public MassFailure {
    if (deadNodes < 0 || deadNodes > groups.nodeCount()) {
      throw new IllegalArgumentException(
          "dead nodes are 0 to " + groups.nodeCount() + " of the fleet, found " + deadNodes);
    }
  }

  /** Yearly loss of one stripe: it does not depend on the number of groups. */
  public double perStripeAndYear(Redundancy redundancy) {
    return events.perYear() * groups.groupLost(redundancy, deadNodes);
  }

  /** Yearly chance that any group of the fleet is lost: this does. */
  public double anyPerYear(Redundancy redundancy) {
    return Nines.probabilityWithinAYear(events.perYear() * groups.anyLost(redundancy, deadNodes));
  }
}
