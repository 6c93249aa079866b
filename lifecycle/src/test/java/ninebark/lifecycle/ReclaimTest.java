package ninebark.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import ninebark.erasure.Scheme;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Reply;
import ninebark.metadata.fixture.MemoryIndex;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.DiskStatus;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.StoredShard;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.StripeReader;
import ninebark.storagenode.StripeWriter;
import ninebark.storagenode.Stripes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReclaimTest {
  private static final GroupId GROUP = new GroupId(0);
  private static final ReclaimConfig CONFIG =
      new ReclaimConfig(
          Duration.ofSeconds(1),
          Duration.ofMinutes(15),
          10,
          Duration.ofHours(1),
          Duration.ofHours(24));

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final InstantSource clock = () -> now;
  private final MemoryIndex index = new MemoryIndex(clock);
  private final Shelf disk = new Shelf();
  private final List<Long> fences = new ArrayList<>();
  private final Reclaim reclaim =
      new Reclaim(
          index,
          disk.stripes(),
          List.of(disk),
          clock,
          CONFIG,
          fences::add,
          new SimpleMeterRegistry());
  private Bucket bucket;

  @BeforeEach
  void makeBucket() throws IOException {
    bucket =
        switch (index.submit(
            new Command.CreateBucket(new BucketName("bucket"), new AccountId("a"), "us-east-1"))) {
          case Reply.CreateBucket.Created(var created) -> created;
          case Reply.CreateBucket.Exists _, Reply.CreateBucket.TooMany _ ->
              throw new AssertionError("the index is empty");
        };
  }

  @Test
  void garbage_stays_for_its_grace_time_and_then_goes() throws IOException {
    var stripe = store("key", 1);
    index.submit(new Command.DeleteObject(bucket.id(), new ObjectKey("key"), Precondition.NONE));
    now = now.plus(Duration.ofMinutes(14));
    assertThat(reclaim.eraseGarbage()).isZero();
    assertThat(disk.stripesHeld()).containsExactly(stripe);
    now = now.plus(Duration.ofMinutes(2));
    assertThat(reclaim.eraseGarbage()).isEqualTo(1);
    assertThat(disk.stripesHeld()).isEmpty();
    assertThat(reclaim.eraseGarbage()).isZero();
  }

  @Test
  void orphans_go_behind_the_fence_and_what_is_named_or_young_stays() throws IOException {
    var orphan = disk.put(new StripeId(now.toEpochMilli(), 1));
    var named = store("named", 2);
    now = now.plus(Duration.ofHours(25));
    var young = disk.put(new StripeId(now.toEpochMilli(), 3));
    assertThat(reclaim.eraseOrphans()).isEqualTo(1);
    assertThat(disk.stripesHeld()).contains(named, young).doesNotContain(orphan);
    assertThat(fences).containsExactly(now.minus(Duration.ofHours(24)).toEpochMilli());
  }

  @Test
  void a_commit_that_comes_after_the_fence_is_refused_so_that_its_shards_may_go()
      throws IOException {
    var late = disk.put(new StripeId(now.toEpochMilli(), 1));
    now = now.plus(Duration.ofHours(25));
    reclaim.eraseOrphans();
    assertThat(disk.stripesHeld()).isEmpty();
    assertThat(commit("late", late)).isInstanceOf(Reply.PutObject.Fenced.class);
  }

  @Test
  void garbage_within_its_grace_time_is_no_orphan() throws IOException {
    var stripe = store("key", 1);
    now = now.plus(Duration.ofHours(25));
    index.submit(new Command.DeleteObject(bucket.id(), new ObjectKey("key"), Precondition.NONE));
    assertThat(reclaim.eraseOrphans()).isZero();
    assertThat(disk.stripesHeld()).containsExactly(stripe);
  }

  private StripeId store(String key, long serial) throws IOException {
    var stripe = disk.put(new StripeId(now.toEpochMilli(), serial));
    assertThat(commit(key, stripe)).isInstanceOf(Reply.PutObject.Stored.class);
    return stripe;
  }

  private Reply.PutObject commit(String key, StripeId stripe) throws IOException {
    var content = new Content.Striped(List.of(new Extent(stripe, GROUP, 100, 100)));
    var object =
        new NewObject(
            new ETag("e"), 100, "STANDARD", new AccountId("a"), List.of(), List.of(), content);
    return index.submit(
        new Command.PutObject(bucket.id(), new ObjectKey(key), object, Precondition.NONE));
  }

  /** A disk that only knows which shards it holds. */
  private static final class Shelf implements ShardDisk {
    private final TreeSet<ShardKey> shards = new TreeSet<>();

    StripeId put(StripeId stripe) {
      shards.add(new ShardKey(GROUP, stripe, 0));
      return stripe;
    }

    List<StripeId> stripesHeld() {
      return shards.stream().map(ShardKey::stripe).toList();
    }

    Stripes stripes() {
      return new Stripes() {
        @Override
        public StripeWriter write(Owner owner, Scheme scheme) {
          throw new UnsupportedOperationException();
        }

        @Override
        public StripeReader read(List<Extent> extents, long offset, long length) {
          throw new UnsupportedOperationException();
        }

        @Override
        public void erase(Collection<Extent> extents) {
          extents.forEach(
              extent -> shards.remove(new ShardKey(extent.group(), extent.stripe(), 0)));
        }
      };
    }

    @Override
    public DiskId id() {
      return new DiskId(new UUID(0, 0));
    }

    @Override
    public DiskState state() {
      return DiskState.UP;
    }

    @Override
    public DiskStatus status() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ShardAppend append(ShardLabel label, MemorySegment bytes, Deadline deadline) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void read(ShardKey key, int offset, MemorySegment into) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ShardLabel label(ShardKey key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void erase(Collection<ShardKey> keys) {
      shards.removeAll(keys);
    }

    @Override
    public List<StoredShard> list(Optional<ShardKey> after, int limit) {
      return shards.stream()
          .filter(key -> after.isEmpty() || key.compareTo(after.get()) > 0)
          .limit(limit)
          .map(key -> new StoredShard(key, 100))
          .toList();
    }

    @Override
    public void close() {}
  }
}
