package ninebark.scrubber.census;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import ninebark.erasure.Scheme;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Garbage;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.fixture.MemoryIndex;
import ninebark.scrubber.MemoryCluster;
import ninebark.scrubber.MemoryCluster.Stripe;
import ninebark.scrubber.journal.CensusMark;
import ninebark.scrubber.journal.Journal;
import ninebark.scrubber.journal.JournalRecord;
import ninebark.scrubber.journal.Loss;
import ninebark.scrubber.patrol.Findings;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.Extent;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.StripeId;

/** The real index and disks in memory, with a census over both. */
final class CensusWorld {
  static final Scheme SCHEME = Scheme.rs(4, 3);
  static final int GROUPS = 4;
  private static final AccountId OWNER = new AccountId("owner");

  final Random random;
  final MemoryCluster cluster;
  final MemoryIndex index;
  final List<Loss> losses = new ArrayList<>();
  final int pageCount;
  Instant now = Instant.parse("2026-11-21T00:00:00Z");
  Census census;
  Optional<CensusMark> noted = Optional.empty();
  Optional<CensusMark> notedBefore = Optional.empty();
  final BucketId bucket;

  CensusWorld(long seed) throws IOException {
    random = new Random(seed);
    cluster = new MemoryCluster(SCHEME, 9, GROUPS, random);
    index = new MemoryIndex(() -> now);
    pageCount = 1 + random.nextInt(7);
    index.submit(new Command.PublishMap(cluster.map));
    bucket =
        switch (index.submit(
            new Command.CreateBucket(new BucketName("bucket"), OWNER, "us-east-1"))) {
          case Reply.CreateBucket.Created(var created) -> created.id();
          case Reply.CreateBucket.Exists _, Reply.CreateBucket.TooMany _ ->
              throw new AssertionError("the index is empty");
        };
    open();
  }

  /** Begins as after a stop: only what was written down is known. */
  void open() {
    var memory =
        new Journal.Memory(
            Map.of(),
            Map.of(),
            Map.of(),
            Optional.empty(),
            noted,
            notedBefore,
            Optional.empty(),
            Map.of());
    census =
        new Census(
            new CensusConfig(Duration.ofHours(6), Duration.ZERO, pageCount, 100, 100),
            () -> cluster.map,
            cluster::disk,
            index,
            new Findings() {
              @Override
              public void found(Loss loss) {
                losses.add(loss);
              }

              @Override
              public boolean hasRoom() {
                return true;
              }

              @Override
              public boolean isUrgent() {
                return false;
              }
            },
            () -> false,
            () -> false,
            () -> now,
            records -> records.forEach(this::note),
            memory,
            new SimpleMeterRegistry());
  }

  private void note(JournalRecord record) {
    if (record instanceof JournalRecord.Counted(var mark)) {
      notedBefore = noted.filter(CensusMark::isDone).or(() -> notedBefore);
      noted = Optional.of(mark);
    }
  }

  void later(Duration time) {
    now = now.plus(time);
  }

  /** The shards of a stripe, durable and named by nobody. */
  Stripe write() {
    later(Duration.ofMillis(1));
    return cluster.write(
        random.nextInt(GROUPS),
        now.toEpochMilli(),
        1 + random.nextInt(SCHEME.k()),
        64 * (1 + random.nextInt(4)),
        random);
  }

  static Extent extent(Stripe stripe) {
    return new Extent(
        stripe.key().stripe(),
        stripe.key().group(),
        stripe.shape().stripeLength(),
        stripe.shape().shardBytes());
  }

  static Content content(List<Stripe> stripes) {
    return new Content.Striped(stripes.stream().map(CensusWorld::extent).toList());
  }

  /** Returns whether the commit was taken. */
  boolean put(String key, List<Stripe> stripes) {
    var object =
        new NewObject(new ETag("e"), 1, "STANDARD", OWNER, List.of(), List.of(), content(stripes));
    return index.submit(
            new Command.PutObject(bucket, new ObjectKey(key), object, Precondition.NONE))
        instanceof Reply.PutObject.Stored;
  }

  boolean annotate(String key, String name, Stripe stripe) {
    return index.submit(
            new Command.PutAnnotation(
                bucket,
                new ObjectKey(key),
                VersionChoice.CURRENT,
                name,
                new ETag("e"),
                1,
                List.of(),
                content(List.of(stripe)),
                Precondition.NONE))
        instanceof Reply.ChangeVersion.Changed;
  }

  void createUpload(String key, UploadId upload) {
    index.submit(
        new Command.CreateUpload(
            bucket,
            new ObjectKey(key),
            upload,
            random.nextLong(),
            "STANDARD",
            OWNER,
            List.of(),
            Optional.empty()));
  }

  boolean putPart(String key, UploadId upload, int number, Stripe stripe) {
    return index.submit(
            new Command.PutPart(
                bucket,
                new ObjectKey(key),
                upload,
                number,
                new ETag("p" + number),
                5 << 20,
                List.of(),
                content(List.of(stripe))))
        instanceof Reply.PutPart.Stored;
  }

  void delete(String key) {
    index.submit(new Command.DeleteObject(bucket, new ObjectKey(key), Precondition.NONE));
  }

  void raiseFence(Duration age) {
    index.submit(new Command.RaiseFence(now.minus(age).toEpochMilli()));
  }

  /** As reclaim does: disks that are away keep what they hold. */
  void reclaim(int limit) throws IOException {
    var rows = index.ask(new Query.ListGarbage(Long.MAX_VALUE, limit));
    for (var row : rows) {
      for (var extent : row.extents()) {
        var group = cluster.group(extent.group());
        for (int shard = 0; shard < group.disks().size(); shard++) {
          var disk = cluster.disks.get(group.disks().get(shard));
          if (disk.state() != DiskState.AWAY) {
            disk.erase(List.of(new ShardKey(group.id(), extent.stripe(), shard)));
          }
        }
      }
    }
    index.submit(new Command.ForgetGarbage(rows.stream().map(Garbage::id).toList()));
  }

  /** Makes again what the census found missing, where the disks are there. */
  void repair() {
    for (var loss : List.copyOf(losses)) {
      var stripe = cluster.stripes.get(loss.stripe());
      boolean done = true;
      for (int shard : loss.shards().stream().toArray()) {
        var key = stripe.key().shard(shard);
        if (cluster.home(key).state() == DiskState.UP) {
          cluster.home(key).put(MemoryCluster.label(stripe, shard), stripe.shards().get(shard));
        } else {
          done = false;
        }
      }
      if (done) {
        losses.remove(loss);
      }
    }
  }

  List<Stripe> named() throws IOException {
    var known =
        index.ask(
            new Query.KnownStripes(
                cluster.stripes.keySet().stream().map(key -> key.stripe()).toList()));
    var names = known.stream().collect(Collectors.<StripeId>toSet());
    return cluster.stripes.values().stream()
        .filter(stripe -> names.contains(stripe.key().stripe()))
        .toList();
  }

  long heldBytes() {
    return cluster.disks.values().stream().mapToLong(disk -> disk.status().liveBytes()).sum();
  }
}
