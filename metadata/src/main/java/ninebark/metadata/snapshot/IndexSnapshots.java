package ninebark.metadata.snapshot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import ninebark.erasure.Scheme;
import ninebark.erasure.checksum.Crc;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Index;
import ninebark.metadata.IndexInspector;
import ninebark.metadata.Listing;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.snapshot.Snapshot.StoredFile;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Owner;
import ninebark.storagenode.Stripes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the index to the disks at intervals. RocksDB's tables never change, so a copy stores only
 * those that the newest one did not have.
 *
 * <p>Threads: one of its own, made by {@link #start}; {@link #take} may also be called directly, by
 * one thread at a time. Invariant: a manifest is stored after all that it names, and removed before
 * it.
 */
public final class IndexSnapshots implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IndexSnapshots.class);
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int PAGE = 1000;

  /** Until there is a first one, everything depends on the replicas. */
  private static final Duration FIRST = Duration.ofMinutes(1);

  /** The replica that is copied. */
  public interface Source extends IndexInspector {
    /** Whether this replica is the one of its group to do it. */
    boolean leads();

    /** Copies its rows into a folder that is not there yet. */
    void copyRows(Path into) throws IOException;
  }

  private final Path work;
  private final Source source;
  private final Index index;
  private final Stripes stripes;
  private final SnapshotReader reader;
  private final Scheme scheme;
  private final String storageClass;
  private final UUID cluster;
  private final SnapshotConfig config;
  private final LongSupplier contentIds;
  private final InstantSource clock;
  private final Counter taken;
  private final Counter failures;
  private final Counter bytesStored;
  private final Thread worker;

  private volatile Optional<Instant> newest = Optional.empty();

  /**
   * What snapshots are stored as.
   *
   * @param contentIds random 63-bit numbers
   */
  public record Storing(
      Stripes stripes, String storageClass, Scheme scheme, LongSupplier contentIds) {}

  /**
   * @param work a folder that nobody else uses, on the file system of the index
   * @param cluster whose index it is
   */
  public IndexSnapshots(
      Path work,
      Source source,
      Index index,
      Storing storing,
      UUID cluster,
      SnapshotConfig config,
      InstantSource clock,
      MeterRegistry meters) {
    this.work = work;
    this.source = source;
    this.index = index;
    this.stripes = storing.stripes;
    this.reader = new SnapshotReader(stripes);
    this.scheme = storing.scheme;
    this.storageClass = storing.storageClass;
    this.contentIds = storing.contentIds;
    this.cluster = cluster;
    this.config = config;
    this.clock = clock;
    taken =
        Counter.builder("ninebark.index.snapshots.taken")
            .description("Copies of the index stored on the disks")
            .register(meters);
    failures =
        Counter.builder("ninebark.index.snapshots.failures")
            .description("Copies of the index that could not be stored")
            .register(meters);
    bytesStored =
        Counter.builder("ninebark.index.snapshots.bytes")
            .description("Bytes stored for copies of the index; files that did not change are not")
            .register(meters);
    Gauge.builder("ninebark.index.snapshots.age.seconds", this, IndexSnapshots::ageSeconds)
        .description(
            "Age of the newest copy of the index: what is in the index alone is lost with it as far"
                + " back; NaN while there is none")
        .register(meters);
    worker = Thread.ofVirtual().name("index-snapshots").unstarted(this::run);
  }

  public void start() {
    worker.start();
  }

  private double ageSeconds() {
    return newest
        .map(when -> Duration.between(when, clock.instant()).toMillis() / 1000.0)
        .orElse(Double.NaN);
  }

  private void run() {
    var pause = FIRST.compareTo(config.interval()) < 0 ? FIRST : config.interval();
    attempt(this::findNewest);
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(pause.toNanos());
      pause = config.interval();
      if (source.leads()) {
        attempt(this::take);
      }
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private void attempt(Step step) {
    if (Thread.currentThread().isInterrupted()) {
      return;
    }
    try {
      step.run();
    } catch (IOException failure) {
      if (!Thread.currentThread().isInterrupted()) {
        failures.increment();
        LOG.warn("the index was not copied to the disks; the next attempt comes", failure);
      }
    } catch (RuntimeException bug) {
      failures.increment();
      LOG.error("copying the index to the disks met a bug", bug);
    }
  }

  private void findNewest() throws IOException {
    var bucket = index.ask(new Query.FindBucket(SnapshotNames.BUCKET));
    if (bucket.isPresent()) {
      newest = newest(manifests(bucket.get())).map(Snapshot::taken);
    }
  }

  /** Stores the index as it is now, and removes the oldest copy if there are too many. */
  public Snapshot take() throws IOException {
    delete(work);
    var when = clock.instant();
    try {
      source.copyRows(work);
      var bucket = bucket();
      var older = manifests(bucket);
      var before = newest(older).map(Snapshot::files).orElse(List.of());
      var files = new ArrayList<StoredFile>();
      for (var path : files(work)) {
        files.add(stored(bucket, path, before));
      }
      var snapshot = new Snapshot(cluster, when, files);
      storeManifest(bucket, snapshot);
      newest = Optional.of(when);
      taken.increment();
      forgetOldest(bucket);
      return snapshot;
    } finally {
      delete(work);
    }
  }

  private Bucket bucket() throws IOException {
    var found = index.ask(new Query.FindBucket(SnapshotNames.BUCKET));
    var bucket =
        found.isPresent()
            ? found.get()
            : switch (index.submit(
                new Command.CreateBucket(
                    SnapshotNames.BUCKET, SnapshotNames.ACCOUNT, "us-east-1"))) {
              case Reply.CreateBucket.Created(var made) -> made;
              case Reply.CreateBucket.Exists(var other) -> other;
              case Reply.CreateBucket.TooMany(int most) ->
                  throw new IOException("one bucket is more than " + most);
            };
    if (!bucket.owner().equals(SnapshotNames.ACCOUNT)) {
      throw new IOException(
          "the bucket "
              + SnapshotNames.BUCKET
              + " belongs to "
              + bucket.owner()
              + ", but its name is kept for copies of the index: rename it");
    }
    return bucket;
  }

  /** Keys of manifests, oldest first. */
  private List<String> manifests(Bucket bucket) throws IOException {
    return keys(bucket, SnapshotNames.MANIFESTS);
  }

  private List<String> keys(Bucket bucket, String prefix) throws IOException {
    var keys = new ArrayList<String>();
    var after = "";
    while (true) {
      var page = index.ask(new Query.ListObjects(bucket.id(), prefix, "", after, PAGE));
      for (var entry : page.entries()) {
        if (entry instanceof Listing.Entry.Key key) {
          keys.add(key.key());
        }
      }
      if (!page.truncated()) {
        return keys;
      }
      after = keys.getLast();
    }
  }

  private Optional<Snapshot> newest(List<String> manifests) throws IOException {
    if (manifests.isEmpty()) {
      return Optional.empty();
    }
    var bucket = index.ask(new Query.FindBucket(SnapshotNames.BUCKET));
    return bucket.isEmpty() ? Optional.empty() : read(bucket.get().id(), manifests.getLast());
  }

  /** None if it cannot be read: then nothing is taken over from it. */
  private Optional<Snapshot> read(BucketId bucket, String manifest) throws IOException {
    var found = index.ask(new Query.ReadObject(bucket, new ObjectKey(manifest))).hit();
    if (found.isPresent() && found.get().content() instanceof Content.Striped(var extents)) {
      try {
        return Optional.of(reader.manifest(extents, manifest));
      } catch (IOException unreadable) {
        LOG.error("the copy of the index {} cannot be read", manifest, unreadable);
      }
    }
    return Optional.empty();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private StoredFile stored(Bucket bucket, Path path, List<StoredFile> before) throws IOException {
    var name = path.getFileName().toString();
    long bytes = Files.size(path);
    long crc64 = crc64(path);
    for (var file : before) {
      if (file.is(name, bytes, crc64)) {
        return file;
      }
    }
    if (before.stream().anyMatch(file -> file.name().equals(name)) && isTable(name)) {
      // Another replica's table of that name, or damage, which must not push out good copies.
      var damage = source.inspect().damage();
      if (!damage.isEmpty()) {
        throw new IOException("the index is damaged and not copied: " + damage.getFirst());
      }
    }
    var key = new ObjectKey(SnapshotNames.file(name, crc64));
    List<Extent> extents;
    try (var in = FileChannel.open(path, StandardOpenOption.READ)) {
      extents = store(bucket, key, bytes, crc64, buffer -> in.read(buffer));
    }
    bytesStored.increment((double) bytes);
    return new StoredFile(name, bytes, crc64, extents);
  }

  /** Whether a file of that name never changes. */
  private static boolean isTable(String name) {
    return name.endsWith(".sst") || name.endsWith(".blob");
  }

  private static long crc64(Path path) throws IOException {
    var crc = Crc.CRC64NVME.start();
    var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (var in = FileChannel.open(path, StandardOpenOption.READ)) {
      while (in.read(buffer) >= 0) {
        crc.update(buffer.flip());
        buffer.clear();
      }
    }
    return crc.value();
  }

  private interface Bytes {
    /** Returns -1 at the end. */
    int read(ByteBuffer into) throws IOException;
  }

  /** Bytes first, name last, as for any object. */
  private List<Extent> store(Bucket bucket, ObjectKey key, long length, long crc64, Bytes bytes)
      throws IOException {
    if (length == 0) {
      return List.of();
    }
    var owner = new Owner(SnapshotNames.OWNER, key.value(), contentIds.getAsLong(), 0);
    try (var writer = stripes.write(owner, scheme)) {
      var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
      while (bytes.read(buffer) >= 0) {
        writer.write(buffer.flip());
        buffer.clear();
      }
      writer.describe(SnapshotNames.END);
      var extents = writer.finish();
      if (writer.crc64() != crc64) {
        stripes.erase(extents);
        throw new IOException("the bytes of " + key + " changed on their way to the disks");
      }
      commit(bucket, key, length, crc64, extents);
      return extents;
    }
  }

  private void commit(Bucket bucket, ObjectKey key, long length, long crc64, List<Extent> extents)
      throws IOException {
    var object =
        new NewObject(
            new ETag(Long.toHexString(crc64)),
            length,
            storageClass,
            SnapshotNames.ACCOUNT,
            List.of(),
            List.of(),
            new Content.Striped(extents));
    var reply = index.submit(new Command.PutObject(bucket.id(), key, object, Precondition.NONE));
    if (!(reply instanceof Reply.PutObject.Stored)) {
      stripes.erase(extents);
      throw new IOException("the index refused " + key + ": " + reply);
    }
  }

  private void storeManifest(Bucket bucket, Snapshot snapshot) throws IOException {
    var bytes = ByteBuffer.wrap(SnapshotFormat.encode(snapshot));
    var key = new ObjectKey(SnapshotNames.manifest(snapshot.taken().toEpochMilli()));
    var _ =
        store(
            bucket,
            key,
            bytes.remaining(),
            Crc.CRC64NVME.of(bytes.array()),
            buffer -> {
              if (!bytes.hasRemaining()) {
                return -1;
              }
              int count = Math.min(bytes.remaining(), buffer.remaining());
              buffer.put(bytes.slice(bytes.position(), count));
              bytes.position(bytes.position() + count);
              return count;
            });
  }

  /** Removes the manifests that are too many, then the files that no other names. */
  private void forgetOldest(Bucket bucket) throws IOException {
    var manifests = manifests(bucket);
    var kept =
        manifests.subList(Math.max(0, manifests.size() - config.keepCount()), manifests.size());
    for (var manifest : manifests) {
      if (!kept.contains(manifest)) {
        delete(bucket, manifest);
      }
    }
    var named = new HashSet<String>();
    for (var manifest : kept) {
      var snapshot = read(bucket.id(), manifest);
      if (snapshot.isEmpty()) {
        // What it names is not known: nothing is removed before it is gone itself.
        return;
      }
      for (var file : snapshot.get().files()) {
        named.add(SnapshotNames.file(file.name(), file.crc64()));
      }
    }
    for (var file : keys(bucket, SnapshotNames.FILES)) {
      if (!named.contains(file)) {
        delete(bucket, file);
      }
    }
  }

  private void delete(Bucket bucket, String key) throws IOException {
    var _ =
        index.submit(new Command.DeleteObject(bucket.id(), new ObjectKey(key), Precondition.NONE));
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Stops within the copy in hand; what it stored is reclaimed. */
  @Override
  public void close() {
    worker.interrupt();
    try {
      worker.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
