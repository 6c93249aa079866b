package ninebark.storagenode.shard;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskInspector;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.Disks;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.file.Medium;
import ninebark.storagenode.file.RealDiskFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disks of this process, each a folder {@code disks/<az>/<name>} of a data folder, and the one
 * thread that keeps house on all of them.
 *
 * <p>A folder's place tells nothing; its identity file does. A disk whose folder is gone is away,
 * the others start.
 *
 * <p>A folder without an identity is left alone, because an empty folder may be a device that was
 * not mounted. One that holds nothing but a file {@code ADOPT}, which an operator put there,
 * becomes the disk that is missing in its AZ: empty, to be filled again from the other shards.
 */
public final class LocalDisks implements Disks {
  private static final Logger LOG = LoggerFactory.getLogger(LocalDisks.class);
  private static final String FOLDER = "disks";
  private static final String INDEX_FOLDER = "index";
  private static final String ADOPT_FILE = "ADOPT";

  private final Map<DiskId, ShardStore> disks;
  private final List<DiskPlace> away;
  private final Thread housekeeper;
  private final CountDownLatch closing = new CountDownLatch(1);

  /** Disks to make in one AZ, on one node. */
  public record Layout(String az, String node, int diskCount) {}

  private LocalDisks(Map<DiskId, ShardStore> disks, List<DiskPlace> away, Duration interval) {
    this.disks = new ConcurrentHashMap<>(disks);
    this.away = List.copyOf(away);
    housekeeper =
        Thread.ofPlatform().name("disk-housekeeper").daemon().start(() -> keepHouse(interval));
  }

  /**
   * Makes the disks that are not there yet; those that are keep their identity, so that a first
   * start that was cut short can be begun again.
   *
   * @param newIds makes the ids of new disks
   * @return where all the disks of the layout stand
   */
  public static List<DiskPlace> create(
      Path dataFolder,
      UUID cluster,
      List<Layout> layout,
      ShardStoreConfig config,
      Supplier<UUID> newIds)
      throws IOException {
    List<DiskPlace> places = new ArrayList<>();
    int count = layout.stream().mapToInt(Layout::diskCount).sum();
    for (var part : layout) {
      for (int number = 0; number < part.diskCount; number++) {
        var folder = dataFolder.resolve(FOLDER).resolve(part.az).resolve("disk-" + number);
        places.add(make(folder, cluster, part, config, count, newIds));
      }
      syncFolder(dataFolder.resolve(FOLDER).resolve(part.az));
    }
    syncFolder(dataFolder.resolve(FOLDER));
    syncFolder(dataFolder);
    return places;
  }

  /**
   * Makes what a layout has more than there is: disks that are to join a cluster map. A folder that
   * is gone is no reason to make one, because its disk is away and may come back; nor is one that
   * was taken out of the map. What an earlier start made and did not come to use is used now.
   *
   * @param known the disks of the map
   * @return the disks that are not in the map yet
   */
  public static List<DiskPlace> extend(
      Path dataFolder,
      UUID cluster,
      List<DiskPlace> known,
      List<Layout> layout,
      ShardStoreConfig config,
      Supplier<UUID> newIds)
      throws IOException {
    var inMap = known.stream().map(DiskPlace::disk).collect(Collectors.toSet());
    int count = layout.stream().mapToInt(Layout::diskCount).sum();
    Map<String, Integer> had = new HashMap<>();
    known.forEach(place -> had.merge(place.az(), 1, Integer::sum));
    List<DiskPlace> joining = new ArrayList<>();
    for (var found : find(dataFolder, cluster).values()) {
      if (!inMap.contains(found.identity.disk())) {
        had.merge(found.identity.az(), 1, Integer::sum);
        if (!Files.isDirectory(found.folder.resolve(ContainerFormat.FOLDER))) {
          joining.add(place(found.folder, found.identity, config, count));
        }
      }
    }
    for (var part : layout) {
      var az = dataFolder.resolve(FOLDER).resolve(part.az);
      for (int number = had.getOrDefault(part.az, 0); number < part.diskCount; number++) {
        joining.add(make(vacant(az, number), cluster, part, config, count, newIds));
      }
      if (!joining.isEmpty() && Files.isDirectory(az)) {
        syncFolder(az);
      }
    }
    if (!joining.isEmpty()) {
      syncFolder(dataFolder.resolve(FOLDER));
    }
    return joining;
  }

  private static Path vacant(Path az, int from) {
    int number = from;
    while (Files.exists(az.resolve("disk-" + number))) {
      number++;
    }
    return az.resolve("disk-" + number);
  }

  private static DiskPlace make(
      Path folder,
      UUID cluster,
      Layout part,
      ShardStoreConfig config,
      int count,
      Supplier<UUID> newIds)
      throws IOException {
    Files.createDirectories(folder);
    var wanted = new DiskIdentity(cluster, new DiskId(newIds.get()), part.node, part.az);
    var identity = ShardStore.initialize(new RealDiskFiles(folder), wanted);
    if (!identity.cluster().equals(cluster)) {
      throw new IOException(
          folder + " belongs to cluster " + identity.cluster() + ", this is " + cluster);
    }
    return place(folder, identity, config, count);
  }

  private static DiskPlace place(
      Path folder, DiskIdentity identity, ShardStoreConfig config, int count) throws IOException {
    long weight =
        Math.min(config.capacityBytes(), new RealDiskFiles(folder).capacityBytes() / count);
    return new DiskPlace(identity.disk(), identity.node(), identity.node(), identity.az(), weight);
  }

  /** Whether any disk of this data folder was ever opened: then an index must know of it. */
  public static boolean wereOpened(Path dataFolder) throws IOException {
    var root = dataFolder.resolve(FOLDER);
    if (!Files.isDirectory(root)) {
      return false;
    }
    for (var az : children(root)) {
      for (var folder : children(az)) {
        if (Files.isDirectory(folder.resolve(ContainerFormat.FOLDER))) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Where the disks stand that can be found, as they say themselves; for when nothing else is known
   * of them. All have the same weight.
   *
   * @throws IOException if one belongs to another cluster or to a newer version
   */
  public static List<DiskPlace> present(Path dataFolder, UUID cluster) throws IOException {
    return find(dataFolder, cluster).values().stream()
        .map(Found::identity)
        .map(
            identity ->
                new DiskPlace(identity.disk(), identity.node(), identity.node(), identity.az(), 1))
        .toList();
  }

  /**
   * Opens all expected disks that can be found, several at a time.
   *
   * @throws IOException if a disk belongs to another cluster or to a newer version, or is in use
   */
  public static LocalDisks open(
      Path dataFolder,
      UUID cluster,
      List<DiskPlace> expected,
      ShardStoreConfig config,
      IndexMemory memory,
      MeterRegistry registry)
      throws IOException {
    var folders = find(dataFolder, cluster);
    adopt(dataFolder, cluster, expected, folders);
    Map<DiskId, Future<ShardStore>> opening = new HashMap<>();
    List<DiskPlace> away = new ArrayList<>();
    Map<DiskId, ShardStore> opened = new HashMap<>();
    Optional<IOException> refusal = Optional.empty();
    try (var openers = Executors.newFixedThreadPool(4)) {
      for (var place : expected) {
        var found = folders.get(place.disk());
        if (found == null) {
          LOG.warn(
              "disk {} in {} on {} is away: no folder under {} has its identity",
              place.disk(),
              place.az(),
              place.node(),
              dataFolder.resolve(FOLDER));
          away.add(place);
        } else {
          Callable<ShardStore> open =
              () -> open(found.folder, found.identity, config, memory, registry);
          opening.put(place.disk(), openers.submit(open));
        }
      }
      for (var entry : opening.entrySet()) {
        try {
          opened.put(entry.getKey(), entry.getValue().get());
        } catch (ExecutionException failure) {
          var cause = failure.getCause();
          refusal =
              Optional.of(cause instanceof IOException known ? known : new IOException(cause));
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          refusal = Optional.of(new IOException("interrupted while opening the disks"));
        }
      }
    }
    if (refusal.isPresent()) {
      opened.values().forEach(ShardStore::close);
      throw refusal.get();
    }
    return new LocalDisks(opened, away, config.maintenanceInterval());
  }

  private static ShardStore open(
      Path folder,
      DiskIdentity identity,
      ShardStoreConfig config,
      IndexMemory memory,
      MeterRegistry registry)
      throws IOException {
    var index = folder.resolve(INDEX_FOLDER);
    return ShardStore.open(
        new RealDiskFiles(folder),
        identity,
        config,
        () -> openIndex(index, memory, config.indexBufferBytes()),
        registry);
  }

  private static ShardIndex openIndex(Path folder, IndexMemory memory, int bufferBytes)
      throws IOException {
    if (RocksShardIndex.isCondemned(folder)) {
      LOG.warn("{} was found damaged and is rebuilt from the containers", folder);
      RocksShardIndex.erase(folder);
    }
    try {
      return RocksShardIndex.openWhole(folder, memory, bufferBytes);
    } catch (FormatVersionException newer) {
      throw newer;
    } catch (IOException damaged) {
      LOG.warn("{} cannot be used and is rebuilt from the containers", folder, damaged);
      RocksShardIndex.erase(folder);
      return RocksShardIndex.openWhole(folder, memory, bufferBytes);
    }
  }

  private record Found(Path folder, DiskIdentity identity) {}

  private static Map<DiskId, Found> find(Path dataFolder, UUID cluster) throws IOException {
    Map<DiskId, Found> found = new HashMap<>();
    var root = dataFolder.resolve(FOLDER);
    if (!Files.isDirectory(root)) {
      return found;
    }
    for (var az : children(root)) {
      for (var folder : children(az)) {
        var files = new RealDiskFiles(folder);
        if (!files.exists(IdentityFormat.FILE)) {
          LOG.warn("{} has no identity and is not used", folder);
          continue;
        }
        DiskIdentity identity;
        try {
          identity = IdentityFormat.read(files);
        } catch (FormatVersionException newer) {
          throw newer;
        } catch (IOException damaged) {
          LOG.error("{}", damaged.getMessage());
          continue;
        }
        if (!identity.cluster().equals(cluster)) {
          throw new IOException(
              folder
                  + " belongs to cluster "
                  + identity.cluster()
                  + ", this is cluster "
                  + cluster
                  + "; take it out of the data folder");
        }
        var twin = found.put(identity.disk(), new Found(folder, identity));
        if (twin != null) {
          throw new IOException(
              twin.folder + " and " + folder + " both say that they are disk " + identity.disk());
        }
      }
    }
    return found;
  }

  /** Makes missing disks of the folders that an operator has offered for them. */
  private static void adopt(
      Path dataFolder, UUID cluster, List<DiskPlace> expected, Map<DiskId, Found> folders)
      throws IOException {
    for (var place : expected) {
      var az = dataFolder.resolve(FOLDER).resolve(place.az());
      if (folders.containsKey(place.disk()) || !Files.isDirectory(az)) {
        continue;
      }
      for (var folder : children(az)) {
        if (isOffered(folder)) {
          var files = new RealDiskFiles(folder);
          var wanted = new DiskIdentity(cluster, place.disk(), place.node(), place.az());
          var identity = ShardStore.initialize(files, wanted);
          Files.delete(folder.resolve(ADOPT_FILE));
          syncFolder(folder);
          folders.put(place.disk(), new Found(folder, identity));
          LOG.warn("{} was empty and offered: it is disk {} now", folder, place.disk());
          break;
        }
      }
    }
  }

  private static boolean isOffered(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .toList()
          .equals(List.of(ADOPT_FILE));
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static void syncFolder(Path folder) throws IOException {
    new RealDiskFiles(folder).syncFolder("");
  }

  /** A disk that is here, empty if it is away. */
  @Override
  public Optional<ShardDisk> disk(DiskId id) {
    return Optional.ofNullable(disks.get(id));
  }

  /** A look at what a disk that is here keeps beside the shards. */
  @Override
  public Optional<DiskInspector> inspector(DiskId id) {
    return Optional.ofNullable(disks.get(id));
  }

  /** What a disk is made of; flash while it is away. */
  @Override
  public Medium medium(DiskId id) {
    return Optional.ofNullable(disks.get(id)).map(ShardStore::medium).orElse(Medium.FLASH);
  }

  /** All disks that are here. */
  @Override
  public List<ShardStore> all() {
    return List.copyOf(disks.values());
  }

  /** The expected disks that were not found. */
  public List<DiskPlace> away() {
    return away;
  }

  /** Lets go of a disk that left the map; its folder stays. */
  public void release(DiskId id) {
    var released = disks.remove(id);
    if (released != null) {
      released.close();
    }
  }

  private void keepHouse(Duration interval) {
    try {
      while (!closing.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
        for (var disk : disks.values()) {
          maintain(disk);
        }
      }
    } catch (InterruptedException _) {
      // Nobody interrupts this thread but the end of the process.
    }
  }

  private static void maintain(ShardStore disk) {
    try {
      disk.maintain();
    } catch (IOException failure) {
      LOG.warn("upkeep of disk {} failed", disk.id(), failure);
    } catch (RuntimeException bug) {
      LOG.error("a bug stopped the upkeep of disk {}", disk.id(), bug);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    boolean interrupted = false;
    try (var closers = Executors.newFixedThreadPool(4)) {
      disks.values().forEach(disk -> closers.execute(disk::close));
    }
    while (true) {
      try {
        housekeeper.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
