package ninebark.deploy.disk;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import ninebark.gateway.admin.AdminPage;
import ninebark.gateway.admin.AdminPage.Answer;
import ninebark.gateway.message.QueryParameters;
import ninebark.metadata.LiveMap;
import ninebark.scrubber.moves.Mover;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.DiskStatus;
import ninebark.storagenode.Disks;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.placement.Relocation;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** The disks' pages on the admin listener. */
public final class DiskPages {
  static final String LIST = "/disks";
  static final String FORECAST = "/disks/forecast";
  static final String DRAIN = "/disks/drain";
  static final String CANCEL = "/disks/cancel";
  static final String REMOVE = "/disks/remove";
  static final String BALANCE = "/rebalance/start";
  static final String STOP_BALANCE = "/rebalance/stop";
  static final String DISK = "disk";

  private static final ObjectWriter JSON =
      JsonMapper.builder().build().writerWithDefaultPrettyPrinter();
  private static final DiskStatus AWAY = new DiskStatus(DiskState.AWAY, 0, 0, 0, 0, 0, 0, 0);

  private final LiveMap map;
  private final Disks disks;
  private final Mover mover;
  private final InstantSource clock;

  private DiskPages(LiveMap map, Disks disks, Mover mover, InstantSource clock) {
    this.map = map;
    this.disks = disks;
    this.mover = mover;
    this.clock = clock;
  }

  /**
   * {@code GET /disks} tells of all; {@code GET /disks/forecast?disk=} what a drain would take;
   * {@code POST /disks/drain|cancel|remove?disk=} and {@code POST /rebalance/start|stop} command,
   * and tell of all.
   */
  public static Map<String, AdminPage> of(
      LiveMap map, Disks disks, Mover mover, InstantSource clock) {
    var pages = new DiskPages(map, disks, mover, clock);
    return Map.of(
        LIST,
        AdminPage.asking(pages::list),
        FORECAST,
        AdminPage.asking(query -> pages.ofDisk(query, pages::forecast)),
        DRAIN,
        AdminPage.posing(
            question ->
                pages.ofDisk(
                    question.query(),
                    disk -> pages.change(current -> Relocation.drain(current, disk)))),
        CANCEL,
        AdminPage.posing(
            question ->
                pages.ofDisk(
                    question.query(),
                    disk -> pages.change(current -> Relocation.cancel(current, disk)))),
        REMOVE,
        AdminPage.posing(question -> pages.ofDisk(question.query(), pages::remove)),
        BALANCE,
        AdminPage.changing(() -> pages.change(current -> Relocation.balance(current, true))),
        STOP_BALANCE,
        AdminPage.changing(() -> pages.change(current -> Relocation.balance(current, false))));
  }

  /** A disk is named by its id, or by how the id begins if no other begins so. */
  private Answer ofDisk(QueryParameters query, Function<DiskId, Answer> answer) {
    var name = query.first(DISK).orElse("");
    var meant =
        map.get().disks().stream()
            .map(DiskPlace::disk)
            .filter(disk -> !name.isEmpty() && disk.toString().startsWith(name))
            .toList();
    return switch (meant.size()) {
      case 0 -> Answer.refusal(404, "there is no disk '" + name + "'");
      case 1 -> answer.apply(meant.getFirst());
      default -> Answer.refusal(400, meant.size() + " disks begin with '" + name + "'");
    };
  }

  private Answer change(Function<ClusterMap, Relocation.Outcome> plan) {
    try {
      return switch (map.change(plan)) {
        case Relocation.Outcome.Planned _ -> list();
        case Relocation.Outcome.Refused(var why) -> Answer.refusal(409, why);
      };
    } catch (IOException away) {
      return Answer.refusal(503, "the cluster map cannot be changed now: " + away.getMessage());
    }
  }

  /** Nothing that is on a disk is let go of, whoever may need it. */
  private Answer remove(DiskId disk) {
    try {
      var here = disks.disk(disk).filter(one -> one.state() != DiskState.AWAY);
      if (here.isPresent() && !here.get().list(Optional.empty(), 1).isEmpty()) {
        return Answer.refusal(
            409,
            "disk " + disk + " still holds shards; it is drained, or reclaim erases them in time");
      }
      return change(current -> Relocation.remove(current, disk));
    } catch (IOException silent) {
      return Answer.refusal(503, "disk " + disk + " does not tell what it holds: " + silent);
    }
  }

  private Answer forecast(DiskId disk) {
    var forecast = forecast(status(disk).liveBytes());
    var tree = new LinkedHashMap<String, Object>();
    tree.put("disk", disk.toString());
    tree.put("bytes", forecast.bytes());
    tree.put("bytesPerSecond", forecast.bytesPerSecond());
    tree.put("measured", forecast.measured());
    tree.put("seconds", forecast.time().toSeconds());
    tree.put("finishes", clock.instant().plus(forecast.time()).toString());
    return Answer.json(JSON.writeValueAsString(tree) + "\n");
  }

  private DrainForecast forecast(long bytes) {
    var speed = mover.bytesPerSecond();
    return new DrainForecast(
        bytes,
        speed.orElse(DrainForecast.ASSUMED_BYTES_PER_SECOND),
        speed.isPresent(),
        mover.settle());
  }

  private DiskStatus status(DiskId disk) {
    return disks.disk(disk).map(ShardDisk::status).orElse(AWAY);
  }

  private Answer list() {
    var now = map.get();
    var moving = mover.status();
    var tree = new LinkedHashMap<String, Object>();
    tree.put("epoch", now.epoch());
    tree.put("balancing", now.balancing());
    tree.put("movingGroups", now.movingCount());
    tree.put("movedShards", moving.movedShards());
    tree.put("movedBytes", moving.movedBytes());
    var waiting = new LinkedHashMap<String, Object>();
    moving.waiting().forEach((group, why) -> waiting.put(group.toString(), why));
    tree.put("waiting", waiting);
    var all = new ArrayList<Map<String, Object>>();
    now.disks().forEach(place -> all.add(disk(now, place)));
    tree.put("disks", all);
    return Answer.json(JSON.writeValueAsString(tree) + "\n");
  }

  private Map<String, Object> disk(ClusterMap now, DiskPlace place) {
    var status = status(place.disk());
    boolean leaving = now.leaving().contains(place.disk());
    var tree = new LinkedHashMap<String, Object>();
    tree.put("disk", place.disk().toString());
    tree.put("node", place.node());
    tree.put("az", place.az());
    tree.put("weight", place.weight());
    tree.put("state", status.state().name());
    tree.put("leaving", leaving);
    tree.put(
        "positions",
        now.groups().stream().filter(group -> group.disks().contains(place.disk())).count());
    tree.put("goingAway", now.groups().stream().filter(group -> leaves(group, place)).count());
    tree.put("heldBytes", status.liveBytes());
    tree.put("capacityBytes", status.capacityBytes());
    if (leaving) {
      var left = forecast(status.liveBytes());
      tree.put("finishes", clock.instant().plus(left.time()).toString());
    }
    return tree;
  }

  private static boolean leaves(PlacementGroup group, DiskPlace place) {
    return group.moving().filter(move -> move.from().equals(place.disk())).isPresent();
  }
}
