package ninebark.metadata.recovery;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import ninebark.metadata.Naming;
import ninebark.metadata.Query;
import ninebark.metadata.raft.IndexConfig;
import ninebark.metadata.raft.RaftIndex;
import ninebark.metadata.raft.RestoredIndex;
import ninebark.metadata.recovery.Contents.Whole;
import ninebark.metadata.snapshot.Snapshot;
import ninebark.metadata.snapshot.SnapshotNames;
import ninebark.metadata.snapshot.SnapshotReader;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.Stripes;
import ninebark.storagenode.shard.IndexMemory;

/**
 * Makes the index of a cluster again from its disks: the newest copy of it that they hold, and then
 * what the shards written since tell.
 *
 * <p>Everything is made in a folder of its own and takes the index' place as a whole, at the end.
 * So a recovery that is cut short can simply be begun again.
 */
public final class IndexRecovery {
  /**
   * How long before a copy the last stripe may be born of what was committed after it. What is
   * older and not in the copy was never acknowledged, or was deleted.
   */
  private static final Duration COMMIT_TIME = Duration.ofMinutes(10);

  private static final int PAGE = 500;

  private final Path work;
  private final UUID cluster;
  private final Collection<? extends ShardDisk> disks;
  private final List<DiskPlace> places;
  private final Function<ClusterMap, Stripes> stripesOf;
  private final IndexMemory memory;
  private final IndexConfig config;
  private final Progress progress;

  /** Is told how far it is, for people. */
  public interface Progress {
    void at(String step);
  }

  /**
   * @param work a folder for the index while it is made, on the file system where it will be
   * @param places where the disks stand
   * @param stripesOf reads stripes by a map; belongs to the caller
   */
  public IndexRecovery(
      Path work,
      UUID cluster,
      Collection<? extends ShardDisk> disks,
      List<DiskPlace> places,
      Function<ClusterMap, Stripes> stripesOf,
      IndexMemory memory,
      IndexConfig config,
      Progress progress) {
    this.work = work;
    this.cluster = cluster;
    this.disks = disks;
    this.places = places;
    this.stripesOf = stripesOf;
    this.memory = memory;
    this.config = config;
    this.progress = progress;
  }

  /**
   * Whether the index in this folder has ever known anything; one that was made by a start after
   * the loss has not.
   *
   * @throws IOException if there is one that cannot be opened
   */
  public static boolean knowsAnything(Path index, IndexMemory memory, IndexConfig config)
      throws IOException {
    if (Files.notExists(index.resolve("identity"))) {
      return false;
    }
    try (var opened = open(index, memory, config, InstantSource.system())) {
      return opened.ask(new Query.CurrentMap()).isPresent();
    }
  }

  private static RaftIndex open(
      Path index, IndexMemory memory, IndexConfig config, InstantSource clock) throws IOException {
    return RaftIndex.open(
        index,
        config,
        memory,
        clock,
        new SimpleMeterRegistry(),
        failure -> {
          throw new IllegalStateException("the index cannot go on", failure);
        });
  }

  /** Says what {@link #recover} would do, and leaves everything as it is. */
  public Recovered rehearse() throws IOException {
    try {
      return make();
    } finally {
      delete(work);
    }
  }

  /**
   * Makes the index.
   *
   * @param index its folder; an index there that knows nothing is replaced
   * @throws IOException if the disks hold no copy that can be read, or there is an index
   */
  public Recovered recover(Path index) throws IOException {
    if (knowsAnything(index, memory, config)) {
      throw new IOException(
          "the index in " + index + " is there and knows this cluster: nothing is to be recovered");
    }
    try {
      var recovered = make();
      delete(index);
      Files.move(made(), index, StandardCopyOption.ATOMIC_MOVE);
      sync(index.toAbsolutePath().getParent());
      return recovered;
    } finally {
      delete(work);
    }
  }

  private Path made() {
    return work.resolve("index");
  }

  private Recovered make() throws IOException {
    delete(work);
    Files.createDirectories(work);
    var survey =
        Survey.of(disks, count -> progress.at("looked at " + count + " shards on the disks"));
    var stripes = stripesOf.apply(survey.map(cluster, places));
    var passedOver = new ArrayList<String>();
    var snapshot = restore(survey, stripes, passedOver);
    var replayed = replay(survey, stripes, snapshot);
    var retelling = replayed.retelling;
    return new Recovered(
        snapshot.taken(),
        snapshot.bytes(),
        passedOver,
        survey.shardCount(),
        survey.silentCount(),
        replayed.goneCount,
        retelling.restored(),
        retelling.refused(),
        retelling.rests(),
        retelling.madeBuckets(),
        retelling.openUploads());
  }

  /** Brings back the newest copy that can be read. */
  private Snapshot restore(Survey survey, Stripes stripes, List<String> passedOver)
      throws IOException {
    var manifests =
        Contents.find(survey.stripes(), stripe -> SnapshotNames.isManifest(stripe.owner()))
            .wholes()
            .stream()
            .sorted(Comparator.comparing(Whole::key).reversed())
            .toList();
    var reader = new SnapshotReader(stripes);
    for (var manifest : manifests) {
      try {
        return restore(reader, manifest);
      } catch (IOException unusable) {
        passedOver.add(manifest.key() + ": " + unusable.getMessage());
        delete(work);
      }
    }
    throw new IOException(
        "the disks hold no copy of the index that can be read"
            + (passedOver.isEmpty() ? "" : "; tried " + String.join(", ", passedOver)));
  }

  private Snapshot restore(SnapshotReader reader, Whole manifest) throws IOException {
    var snapshot = reader.manifest(manifest.extents(), manifest.key());
    if (!snapshot.cluster().equals(cluster)) {
      throw new IOException("it is of cluster " + snapshot.cluster());
    }
    progress.at("restoring the copy of " + snapshot.taken() + ", " + snapshot.bytes() + " bytes");
    var rows = work.resolve("rows");
    reader.restore(snapshot, rows);
    RestoredIndex.make(made(), rows, memory, config);
    return snapshot;
  }

  /** How much of what the index names cannot be read any more. */
  private static long gone(RaftIndex index, Survey survey) throws IOException {
    var readable = new HashSet<StripeId>();
    for (var stripe : survey.stripes()) {
      if (stripe.canBeRead()) {
        readable.add(stripe.extent().stripe());
      }
    }
    long count = 0;
    Optional<Naming> after = Optional.empty();
    do {
      var page = index.ask(new Query.ListNamed(after, PAGE));
      for (var named : page.named()) {
        count +=
            named.extents().stream().filter(extent -> !readable.contains(extent.stripe())).count();
      }
      after = page.next();
    } while (after.isPresent());
    return count;
  }

  private Replayed replay(Survey survey, Stripes stripes, Snapshot snapshot) throws IOException {
    var clock = new RetoldClock();
    try (var index = open(made(), memory, config, clock)) {
      var map =
          index
              .ask(new Query.CurrentMap())
              .orElseThrow(() -> new IOException("the copy of the index has no cluster map"));
      long goneCount = gone(index, survey);
      var known = known(index, survey);
      long since = snapshot.taken().minus(COMMIT_TIME).toEpochMilli();
      var found =
          Contents.find(
              survey.stripes(),
              stripe ->
                  stripe.owner().bucket() != SnapshotNames.OWNER
                      && !known.contains(stripe.extent().stripe()));
      var retelling = new Retelling(index, map, stripes, clock::set);
      for (var rest : found.rests()) {
        retelling.rest(rest);
      }
      for (var whole : found.wholes()) {
        if (whole.bornMillis() < since) {
          retelling.tooOld(whole);
        } else {
          retelling.retell(whole);
        }
      }
      progress.at("restored " + retelling.restored().size() + " writes since the copy");
      return new Replayed(goneCount, retelling);
    }
  }

  /** What became of a restored copy. */
  private record Replayed(long goneCount, Retelling retelling) {}

  private static Set<StripeId> known(RaftIndex index, Survey survey) throws IOException {
    var known = new HashSet<StripeId>();
    var page = new ArrayList<StripeId>();
    for (var stripe : survey.stripes()) {
      page.add(stripe.extent().stripe());
      if (page.size() == PAGE) {
        known.addAll(index.ask(new Query.KnownStripes(page)));
        page.clear();
      }
    }
    known.addAll(index.ask(new Query.KnownStripes(page)));
    return known;
  }

  /** What is retold gets the time at which it happened. Threads: one sets, others read. */
  private static final class RetoldClock implements InstantSource {
    private volatile Optional<Instant> now = Optional.empty();

    void set(Instant when) {
      now = Optional.of(when);
    }

    @Override
    public Instant instant() {
      return now.orElse(Instant.EPOCH);
    }
  }

  private static void sync(Path folder) throws IOException {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
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
}
