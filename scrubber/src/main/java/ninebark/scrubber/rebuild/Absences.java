package ninebark.scrubber.rebuild;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ninebark.storagenode.DiskId;

/**
 * Which disks are away since when, and whether so many went at once that it is the network rather
 * than the disks. Pure; threads: one at a time.
 */
final class Absences {
  private final int eventPercent;
  private final Duration eventWindow;
  private final Duration grace;
  private final Map<DiskId, Long> since = new HashMap<>();
  private Optional<Long> eventBegan = Optional.empty();

  Absences(RebuildConfig config) {
    eventPercent = config.eventPercent();
    eventWindow = config.eventWindow();
    grace = config.grace();
  }

  /**
   * Takes note of how the disks are.
   *
   * @param isAway of every disk of the map, whether it is away
   * @return the disks that are back
   */
  List<DiskId> observe(Map<DiskId, Boolean> isAway, long nowNanos) {
    List<DiskId> back = new ArrayList<>();
    since.keySet().removeIf(disk -> !isAway.containsKey(disk));
    isAway.forEach(
        (disk, away) -> {
          if (away) {
            since.putIfAbsent(disk, nowNanos);
          } else if (since.remove(disk) != null) {
            back.add(disk);
          }
        });
    long recent =
        since.values().stream().filter(began -> nowNanos - began < eventWindow.toNanos()).count();
    if (recent * 100 > (long) eventPercent * isAway.size()) {
      eventBegan = eventBegan.or(() -> Optional.of(nowNanos));
    } else if ((long) since.size() * 100 <= (long) eventPercent * isAway.size()) {
      eventBegan = Optional.empty();
    }
    return back;
  }

  /**
   * Whether more disks than are likely to fail together went away. It ends when they are back, and
   * when they have been away so long that they must be taken for lost.
   */
  boolean isNetworkEvent(long nowNanos) {
    return eventBegan.filter(began -> nowNanos - began < grace.toNanos()).isPresent();
  }

  int awayCount() {
    return since.size();
  }

  /** Disks that have been away longer than the grace time. */
  int lostCount(long nowNanos) {
    return (int)
        since.values().stream().filter(began -> nowNanos - began >= grace.toNanos()).count();
  }
}
