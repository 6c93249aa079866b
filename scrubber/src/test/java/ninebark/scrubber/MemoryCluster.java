package ninebark.scrubber;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import ninebark.erasure.Codec;
import ninebark.erasure.Codecs;
import ninebark.erasure.Scheme;
import ninebark.scrubber.journal.StripeKey;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.StripeId;

/** Disks in memory with stripes on them whose every byte is known. */
public final class MemoryCluster {
  /** A stripe as it must be. */
  public record Stripe(StripeKey key, ShardLabel shape, Map<Integer, byte[]> shards) {}

  public final Map<DiskId, MemoryDisk> disks = new LinkedHashMap<>();
  public final Map<StripeKey, Stripe> stripes = new LinkedHashMap<>();
  public volatile ClusterMap map;
  private final Scheme scheme;
  private final Codec codec;

  /** Hears of everything that disks are asked. */
  public MemoryDisk.Ear ear = (_, _, _) -> {};

  public MemoryCluster(Scheme scheme, int diskCount, int groupCount, Random random) {
    this.scheme = scheme;
    codec = Codecs.named("table", scheme);
    List<DiskPlace> places = new ArrayList<>();
    for (int i = 0; i < diskCount; i++) {
      var id = new DiskId(new UUID(7, i));
      disks.put(id, new MemoryDisk(id, (question, disk, key) -> ear.hear(question, disk, key)));
      places.add(new DiskPlace(id, "node-" + i, "rack", "az-" + i % 4, 1));
    }
    List<PlacementGroup> groups = new ArrayList<>();
    for (int i = 0; i < groupCount; i++) {
      var members = new ArrayList<>(disks.keySet());
      Collections.shuffle(members, random);
      groups.add(new PlacementGroup(new GroupId(i), scheme, members.subList(0, scheme.n())));
    }
    map = new ClusterMap(new UUID(1, 2), 1, places, groups);
  }

  public Optional<ShardDisk> disk(DiskId id) {
    return Optional.ofNullable(disks.get(id));
  }

  public Codec codec(Scheme any) {
    return codec;
  }

  public PlacementGroup group(GroupId id) {
    return map.groups().get(id.value());
  }

  public MemoryDisk home(ShardKey key) {
    return disks.get(group(key.group()).disks().get(key.shard()));
  }

  public Map<DiskId, DiskState> states() {
    Map<DiskId, DiskState> states = new LinkedHashMap<>();
    disks.forEach((id, disk) -> states.put(id, disk.state()));
    return states;
  }

  /**
   * Writes a stripe.
   *
   * @param storedData how many of its data shards are not all zero
   */
  public Stripe write(int group, long birth, int storedData, int shardBytes, Random random) {
    var key = new StripeKey(new GroupId(group), new StripeId(birth, random.nextLong()));
    int length = shardBytes * storedData - random.nextInt(shardBytes);
    var owner = new Owner(1, "a/key", 7, 0);
    var shape = new ShardLabel(key.shard(0), scheme, length, shardBytes, owner);
    Map<Integer, byte[]> shards = new LinkedHashMap<>();
    try (var arena = Arena.ofConfined()) {
      var segments = new MemorySegment[scheme.n()];
      for (int shard = 0; shard < scheme.n(); shard++) {
        segments[shard] = arena.allocate(shardBytes, 64);
        if (shard < storedData) {
          var bytes = new byte[shardBytes];
          random.nextBytes(bytes);
          MemorySegment.copy(bytes, 0, segments[shard], ValueLayout.JAVA_BYTE, 0, shardBytes);
        }
      }
      codec.encode(segments, shardBytes);
      for (int shard = 0; shard < scheme.n(); shard++) {
        if (shard < storedData || shard >= scheme.k()) {
          shards.put(shard, segments[shard].toArray(ValueLayout.JAVA_BYTE));
        }
      }
    }
    var stripe = new Stripe(key, shape, shards);
    stripes.put(key, stripe);
    shards.forEach((shard, bytes) -> home(key.shard(shard)).put(label(stripe, shard), bytes));
    return stripe;
  }

  public static ShardLabel label(Stripe stripe, int shard) {
    var shape = stripe.shape();
    return new ShardLabel(
        stripe.key().shard(shard),
        shape.scheme(),
        shape.stripeLength(),
        shape.shardBytes(),
        shape.owner());
  }

  /** The shards of a stripe that a reader would get, each of which must be right. */
  public List<Integer> rightShards(Stripe stripe) {
    List<Integer> right = new ArrayList<>();
    stripe
        .shards()
        .forEach(
            (shard, bytes) -> {
              var content = home(stripe.key().shard(shard)).content(stripe.key().shard(shard));
              if (content.isPresent() && Arrays.equals(content.get(), bytes)) {
                right.add(shard);
              }
            });
    return right;
  }

  /** Whether every shard is where it belongs, right. */
  public boolean isWhole(Stripe stripe) {
    return rightShards(stripe).size() == stripe.shards().size();
  }

  /** Makes every write fail the test that is not what the stripe has there. */
  public void watchWrites() {
    var before = ear;
    ear =
        (question, disk, key) -> {
          before.hear(question, disk, key);
          if (question.equals("append") && !disks.get(disk).equals(home(key))) {
            throw new AssertionError(key + " is written to the wrong disk " + disk);
          }
        };
  }

  /** The bytes that disks were read for so far. */
  public long readBytes() {
    return disks.values().stream().mapToLong(disk -> disk.readBytes.get()).sum();
  }

  /** Fails if any disk gives out a byte that was never written there. */
  public void checkNothingWrong() {
    checkNothingWrongBut(Set.of());
  }

  /** The same, but for shards that a test has forged. */
  public void checkNothingWrongBut(Set<ShardKey> forged) {
    for (var stripe : stripes.values()) {
      for (var entry : stripe.shards().entrySet()) {
        var key = stripe.key().shard(entry.getKey());
        var content = home(key).content(key);
        if (!forged.contains(key)
            && content.isPresent()
            && !Arrays.equals(content.get(), entry.getValue())) {
          throw new AssertionError(key + " holds other bytes than were written");
        }
      }
    }
  }
}
