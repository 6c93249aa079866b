package ninebark.deploy.explain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import ninebark.deploy.explain.Explained.Shard;
import ninebark.deploy.explain.Explained.State;
import ninebark.deploy.explain.Explained.Stripe;
import ninebark.deploy.lifecycle.NextAction;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Content;
import ninebark.metadata.Index;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Query;
import ninebark.metadata.VersionChoice;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.Extent;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardDamagedException;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardMissingException;

/** Looks at an object in the index and at its shards on their disks. Threads: safe. */
final class Explainer {
  /** A larger object is looked at in its first stripes. */
  private static final int MOST_STRIPES = 2_000;

  private static final int PARTS_PAGE = 500;

  /** What was asked for. */
  sealed interface Result {
    record Found(Explained object) implements Result {}

    /** Why there is nothing to explain. */
    record Nothing(String why) implements Result {}
  }

  private final Index index;
  private final Supplier<ClusterMap> map;
  private final Function<DiskId, Optional<ShardDisk>> disks;

  private final NextAction next;

  Explainer(
      Index index,
      Supplier<ClusterMap> map,
      Function<DiskId, Optional<ShardDisk>> disks,
      NextAction next) {
    this.next = next;
    this.index = index;
    this.map = map;
    this.disks = disks;
  }

  Result explain(BucketName bucket, ObjectKey key, VersionChoice version) throws IOException {
    var found = index.ask(new Query.FindBucket(bucket));
    if (found.isEmpty()) {
      return new Result.Nothing("there is no bucket " + bucket.value());
    }
    return switch (index.ask(new Query.ReadObject(found.get().id(), key, version))) {
      case Query.Lookup.Hit<Query.Found>(var object) -> new Result.Found(look(found.get(), object));
      case Query.Lookup.Marker<Query.Found>(var marker, var since) ->
          new Result.Nothing("version " + marker.text() + " is a delete marker of " + since);
      case Query.Lookup.NoSuchKey<Query.Found>() -> new Result.Nothing("there is no such key");
      case Query.Lookup.NoSuchVersion<Query.Found>() ->
          new Result.Nothing("there is no such version");
    };
  }

  private Explained look(Bucket bucket, Query.Found found) throws IOException {
    var place = new Bytes();
    switch (found.content()) {
      case Content.Parts(long content, int _) -> {
        long offset = 0;
        while (offset < found.info().length()) {
          var page = index.ask(new Query.ReadParts(content, offset, PARTS_PAGE));
          if (page.isEmpty()) {
            throw new IOException("the object was replaced while it was looked at");
          }
          page.forEach(part -> place.add(part.content()));
          var last = page.getLast();
          offset = last.offset() + last.info().length();
        }
      }
      case Content.Inline inline -> place.add(inline);
      case Content.Striped striped -> place.add(striped);
    }
    Map<Integer, PlacementGroup> groups = new HashMap<>();
    map.get().groups().forEach(group -> groups.put(group.id().value(), group));
    Map<DiskId, DiskPlace> places = new HashMap<>();
    map.get().disks().forEach(one -> places.put(one.disk(), one));
    List<Stripe> stripes = new ArrayList<>();
    for (var extent : place.extents.subList(0, Math.min(MOST_STRIPES, place.extents.size()))) {
      var group = groups.get(extent.group().value());
      if (group == null) {
        throw new IOException("the cluster map does not know " + extent.group());
      }
      stripes.add(look(extent, group, places));
    }
    return new Explained(
        bucket.name().value(),
        found.info(),
        place.inlineBytes,
        place.extents.size(),
        stripes,
        next.of(bucket, found.info().key(), found.info().version()));
  }

  /** Where an object's bytes are, its parts put together. */
  private static final class Bytes {
    final List<Extent> extents = new ArrayList<>();
    long inlineBytes;

    void add(Content content) {
      switch (content) {
        case Content.Inline(var bytes) -> inlineBytes += bytes.length;
        case Content.Striped(var more) -> extents.addAll(more);
        case Content.Parts parts ->
            throw new IllegalStateException("a part is not made of parts: " + parts);
      }
    }
  }

  private Stripe look(Extent extent, PlacementGroup group, Map<DiskId, DiskPlace> places)
      throws IOException {
    List<Shard> shards = new ArrayList<>();
    int stored = extent.storedDataShards();
    for (int shard = 0; shard < group.scheme().n(); shard++) {
      var disk = group.disks().get(shard);
      var key = new ShardKey(group.id(), extent.stripe(), shard);
      var state = shard >= stored && shard < group.scheme().k() ? State.IMPLIED : look(disk, key);
      var former = group.former(shard);
      // On its way, it is where it was until it is where it belongs.
      if (state == State.MISSING && former.isPresent() && look(former.get(), key) == State.HELD) {
        disk = former.get();
        state = State.HELD;
      }
      var place = places.get(disk);
      if (place == null) {
        throw new IOException("the cluster map has no place for disk " + disk);
      }
      shards.add(new Shard(shard, place, state));
    }
    return new Stripe(extent, group.scheme(), shards);
  }

  private State look(DiskId id, ShardKey key) {
    var disk = disks.apply(id);
    if (disk.isEmpty()) {
      return State.UNREACHABLE;
    }
    try {
      disk.get().label(key);
      return State.HELD;
    } catch (ShardMissingException _) {
      return State.MISSING;
    } catch (ShardDamagedException _) {
      return State.DAMAGED;
    } catch (IOException away) {
      return State.UNREACHABLE;
    }
  }
}
