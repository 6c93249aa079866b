package ninebark.scrubber.census;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import ninebark.erasure.ShardSet;
import ninebark.metadata.Index;
import ninebark.metadata.Naming;
import ninebark.metadata.Query;
import ninebark.scrubber.journal.CensusMark.Counts;
import ninebark.scrubber.journal.Loss;
import ninebark.scrubber.journal.StripeKey;
import ninebark.scrubber.patrol.Findings;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Owner;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardDamagedException;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardMissingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the index to the disks: whether what is named is where it belongs.
 *
 * <p>Threads: one at a time.
 */
final class IndexSight {
  private static final Logger LOG = LoggerFactory.getLogger(IndexSight.class);

  /**
   * A named stripe of which fewer shards are left than reading takes. It may be one that is just
   * being erased, so it is looked at again before it is called lost.
   */
  record Suspect(Naming by, Extent extent) {}

  /** What a page came to. */
  record Seen(Counts counts, List<Suspect> suspects) {}

  private final Supplier<ClusterMap> map;
  private final Function<DiskId, Optional<ShardDisk>> disks;
  private final Index index;
  private final Findings findings;
  private final InstantSource clock;

  IndexSight(
      Supplier<ClusterMap> map,
      Function<DiskId, Optional<ShardDisk>> disks,
      Index index,
      Findings findings,
      InstantSource clock) {
    this.map = map;
    this.disks = disks;
    this.index = index;
    this.findings = findings;
    this.clock = clock;
  }

  /** What a stripe should have and what was found of it. */
  private static final class Standing {
    final Suspect stripe;
    final PlacementGroup group;
    final ShardSet expected;
    ShardSet held = ShardSet.EMPTY;
    ShardSet asked = ShardSet.EMPTY;

    Standing(Suspect stripe, PlacementGroup group) {
      this.stripe = stripe;
      this.group = group;
      var scheme = group.scheme();
      expected =
          ShardSet.range(0, Math.min(stripe.extent.storedDataShards(), scheme.k()))
              .plus(ShardSet.range(scheme.k(), scheme.n()));
    }

    ShardKey shard(int index) {
      return new ShardKey(group.id(), stripe.extent.stripe(), index);
    }

    /** Whether reading could still do if nothing but these were gone. */
    boolean canLose(ShardSet gone) {
      return expected.size() - gone.size() >= stripe.extent.storedDataShards();
    }

    ShardSet unseen() {
      return expected.minus(asked);
    }
  }

  /**
   * @param bornBeforeMillis younger stripes are counted, and expected nowhere yet
   */
  Seen look(List<Naming.Named> named, long bornBeforeMillis) throws IOException {
    var groups = groups();
    var suspects = new ArrayList<Suspect>();
    var byGroup = new TreeMap<Integer, List<Standing>>();
    var counts = Counts.NONE;
    for (var one : named) {
      for (var extent : one.extents()) {
        var stripe = new Suspect(one.by(), extent);
        var group = groups.get(extent.group().value());
        if (group == null) {
          suspects.add(stripe);
          continue;
        }
        var standing = new Standing(stripe, group);
        counts = counts.plus(size(extent, standing.expected));
        if (extent.stripe().birthMillis() < bornBeforeMillis) {
          byGroup.computeIfAbsent(group.id().value(), _ -> new ArrayList<>()).add(standing);
        }
      }
    }
    for (var standings : byGroup.values()) {
      standings.sort((a, b) -> a.shard(0).compareTo(b.shard(0)));
      callRoll(standings);
      for (var standing : standings) {
        counts = counts.plus(judge(standing, suspects));
      }
    }
    return new Seen(counts, suspects);
  }

  private Map<Integer, PlacementGroup> groups() {
    var groups = new TreeMap<Integer, PlacementGroup>();
    map.get().groups().forEach(group -> groups.put(group.id().value(), group));
    return groups;
  }

  private static Counts size(Extent extent, ShardSet expected) {
    return new Counts(
        1,
        extent.length(),
        (long) expected.size() * extent.shardBytes(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0);
  }

  /** Asks each disk of a group once for all. */
  private void callRoll(List<Standing> standings) {
    var group = standings.getFirst().group;
    for (int shard = 0; shard < group.disks().size(); shard++) {
      int position = shard;
      var places =
          group.places(shard).stream()
              .flatMap(id -> disks.apply(id).stream())
              .filter(one -> one.state() != DiskState.AWAY)
              .toList();
      if (places.size() < group.places(shard).size()) {
        continue;
      }
      var wanted =
          standings.stream()
              .filter(standing -> standing.expected.contains(position))
              .map(standing -> standing.shard(position))
              .distinct()
              .toList();
      Set<ShardKey> held = new HashSet<>();
      try {
        for (var disk : places) {
          held.addAll(Roll.held(disk, wanted));
        }
      } catch (IOException away) {
        LOG.debug("shards {} of {} are not told", position, group.id(), away);
        continue;
      }
      for (var standing : standings) {
        if (standing.expected.contains(position)) {
          standing.asked = standing.asked.with(position);
          if (held.contains(standing.shard(position))) {
            standing.held = standing.held.with(position);
          }
        }
      }
    }
  }

  private Counts judge(Standing standing, List<Suspect> suspects) throws IOException {
    var missing = confirm(standing);
    if (!missing.isEmpty() && !isKnown(standing.stripe.extent)) {
      // Erased since the page was read.
      return Counts.NONE;
    }
    if (!standing.canLose(missing)) {
      suspects.add(standing.stripe);
    } else if (!missing.isEmpty()) {
      var stripe = new StripeKey(standing.group.id(), standing.stripe.extent.stripe());
      LOG.debug("stripe {} misses shards {}", stripe, missing);
      findings.found(new Loss(stripe, missing, ShardSet.EMPTY, clock.instant()));
    }
    long unseen = standing.unseen().isEmpty() ? 0 : 1;
    return new Counts(0, 0, 0, missing.size(), 0, unseen, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /** Those not listed that are really not to be had; the rest came since. */
  private ShardSet confirm(Standing standing) {
    var missing = ShardSet.EMPTY;
    for (int shard : standing.asked.minus(standing.held).stream().toArray()) {
      try {
        if (!isAnywhere(standing, shard)) {
          missing = missing.with(shard);
        }
      } catch (IOException silent) {
        standing.asked = standing.asked.without(shard);
      }
    }
    return missing;
  }

  private boolean isAnywhere(Standing standing, int shard) throws IOException {
    // Where it leaves first: on its way it is at the other place before it is gone from this one.
    for (var id : standing.group.places(shard).reversed()) {
      try {
        disk(id).label(standing.shard(shard));
        return true;
      } catch (ShardMissingException | ShardDamagedException _) {
        // The other place may have it.
      }
    }
    return false;
  }

  private ShardDisk disk(DiskId id) throws IOException {
    return disks.apply(id).orElseThrow(() -> new IOException("disk " + id + " is not here"));
  }

  private boolean isKnown(Extent extent) throws IOException {
    return !index.ask(new Query.KnownStripes(List.of(extent.stripe()))).isEmpty();
  }

  /** Which of these the index still names and the disks still do not have. */
  List<LostStripe> lost(List<Suspect> suspects) throws IOException {
    var groups = groups();
    var lost = new ArrayList<LostStripe>();
    var told = new HashSet<Extent>();
    for (var suspect : suspects) {
      if (!told.add(suspect.extent) || !isKnown(suspect.extent)) {
        continue;
      }
      var group = Optional.ofNullable(groups.get(suspect.extent.group().value()));
      var standing = group.map(known -> new Standing(suspect, known));
      if (standing.isEmpty() || !canBeRead(standing.get())) {
        lost.add(new LostStripe(suspect.extent, suspect.by, standing.flatMap(this::owner)));
      }
    }
    return lost;
  }

  private boolean canBeRead(Standing standing) {
    callRoll(List.of(standing));
    return standing.canLose(confirm(standing));
  }

  /** As any shard tells that is left. */
  private Optional<Owner> owner(Standing standing) {
    for (int shard : standing.held.stream().toArray()) {
      for (var id : standing.group.places(shard)) {
        try {
          return Optional.of(disk(id).label(standing.shard(shard)).owner());
        } catch (IOException silent) {
          LOG.debug("shard {} does not tell its owner", standing.shard(shard), silent);
        }
      }
    }
    return Optional.empty();
  }
}
