package ninebark.scrubber.moves;

import java.time.Duration;

/**
 * How positions of placement groups are moved between disks.
 *
 * @param groupsAtOnce how many groups have a position on its way
 * @param sharePercent of the time, and so of the disks' bytes, that moving may take while clients
 *     are busy; while they are not, it takes what it needs
 * @param settle how long nothing more must be found where a position was: longer than a write that
 *     was begun before the move may take
 * @param look the time between two looks at the map
 */
public record MovesConfig(int groupsAtOnce, int sharePercent, Duration settle, Duration look) {
  public static final MovesConfig DEFAULT =
      new MovesConfig(4, 15, Duration.ofSeconds(30), Duration.ofSeconds(1));

  public MovesConfig {
    if (groupsAtOnce < 1 || sharePercent < 1 || sharePercent > 100) {
      throw new IllegalArgumentException(
          "at least one group moves at once, and the share is 1 to 100 percent");
    }
    if (settle.isNegative() || !look.isPositive()) {
      throw new IllegalArgumentException("settle is not negative, and look is positive");
    }
  }
}
