package ninebark.scrubber;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import ninebark.erasure.Codecs;
import ninebark.metadata.Index;
import ninebark.metadata.IndexInspector;
import ninebark.scrubber.census.Census;
import ninebark.scrubber.census.CensusConfig;
import ninebark.scrubber.clients.ClientLoad;
import ninebark.scrubber.experience.Watch;
import ninebark.scrubber.journal.Journal;
import ninebark.scrubber.journal.JournalRecord;
import ninebark.scrubber.journal.Loss;
import ninebark.scrubber.patrol.Findings;
import ninebark.scrubber.patrol.Patrol;
import ninebark.scrubber.patrol.PatrolConfig;
import ninebark.scrubber.rebuild.Rebuild;
import ninebark.scrubber.rebuild.RebuildConfig;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskInspector;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.file.DiskFiles;
import ninebark.storagenode.file.Medium;

/**
 * Patrol, census, rebuild and what they remember, opened and closed together.
 *
 * <p>Threads: any may report, command and ask.
 */
public final class Scrubber implements AutoCloseable {
  private final Journal journal;
  private final Rebuild rebuild;
  private final Patrol patrol;
  private final Census census;
  private final Watch watch;
  private final ClientLoad load;

  private Scrubber(
      Journal journal,
      Rebuild rebuild,
      Patrol patrol,
      Census census,
      Watch watch,
      ClientLoad load) {
    this.load = load;
    this.journal = journal;
    this.rebuild = rebuild;
    this.patrol = patrol;
    this.census = census;
    this.watch = watch;
  }

  /** The disks as the scrubber needs them; each answer is of this moment. */
  public interface Disks {
    /** A disk that can be reached. */
    Optional<ShardDisk> disk(DiskId id);

    /** A look beside the shards, for disks of this process. */
    Optional<DiskInspector> inspector(DiskId id);

    Medium medium(DiskId id);
  }

  /**
   * Opens what an earlier life remembered; nothing runs before {@link #start}.
   *
   * @param files the folder that the journal is kept in
   * @param replica looks at what this process keeps of the index
   * @param clientBytes how many bytes clients have moved so far; patrol and rebuild yield while it
   *     grows
   * @param onDuty whether this process is the one that patrols and takes the census; what is
   *     reported to it is rebuilt by each
   */
  public static Scrubber open(
      DiskFiles files,
      Supplier<ClusterMap> map,
      Disks disks,
      Index index,
      IndexInspector replica,
      RebuildConfig rebuildConfig,
      PatrolConfig patrolConfig,
      CensusConfig censusConfig,
      LongSupplier clientBytes,
      BooleanSupplier onDuty,
      InstantSource clock,
      MeterRegistry meters)
      throws IOException {
    var load = new ClientLoad(patrolConfig.busyBytesPerSecond(), clientBytes, System::nanoTime);
    var everything = new Everything();
    var opened = Journal.open(files, map.get().cluster(), everything);
    Function<DiskId, Optional<ShardDisk>> reachable = disks::disk;
    var rebuild =
        new Rebuild(
            map,
            reachable,
            Codecs::best,
            new IndexStanding(index),
            load::isBusy,
            rebuildConfig,
            clock,
            opened.journal()::append,
            opened.memory().losses().values(),
            meters);
    var patrol =
        new Patrol(
            patrolConfig,
            map,
            reachable,
            disks::inspector,
            disks::medium,
            replica,
            Codecs::best,
            load,
            onDuty,
            clock,
            opened.journal()::append,
            opened.memory(),
            rebuild::droppedCount,
            findings(rebuild),
            meters);
    var census =
        new Census(
            censusConfig,
            map,
            reachable,
            index,
            findings(rebuild),
            patrol::rests,
            load::isBusy,
            clock,
            opened.journal()::append,
            opened.memory(),
            meters);
    var watch =
        new Watch(
            map,
            reachable,
            () -> census.status().finished().map(mark -> mark.counts().shardCount()).orElse(0L),
            rebuildConfig.grace(),
            clock,
            opened.journal()::append,
            opened.memory(),
            meters);
    everything.rebuild = Optional.of(rebuild);
    everything.patrol = Optional.of(patrol);
    everything.census = Optional.of(census);
    everything.watch = Optional.of(watch);
    return new Scrubber(opened.journal(), rebuild, patrol, census, watch, load);
  }

  private static Findings findings(Rebuild rebuild) {
    return new Findings() {
      @Override
      public void found(Loss loss) {
        rebuild.report(loss);
      }

      @Override
      public boolean hasRoom() {
        return rebuild.hasRoom();
      }

      @Override
      public boolean isUrgent() {
        return rebuild.isUrgent();
      }
    };
  }

  /** What a journal that is written anew must hold. */
  private static final class Everything implements Supplier<Collection<JournalRecord>> {
    volatile Optional<Rebuild> rebuild = Optional.empty();
    volatile Optional<Patrol> patrol = Optional.empty();
    volatile Optional<Census> census = Optional.empty();
    volatile Optional<Watch> watch = Optional.empty();

    @Override
    public Collection<JournalRecord> get() {
      List<JournalRecord> records = new ArrayList<>();
      rebuild.ifPresent(
          known -> known.losses().forEach(loss -> records.add(new JournalRecord.Lost(loss))));
      patrol.ifPresent(known -> records.addAll(known.records()));
      census.ifPresent(known -> records.addAll(known.records()));
      watch.ifPresent(known -> records.addAll(known.records()));
      return records;
    }
  }

  public void start() {
    rebuild.start();
    patrol.begin();
    census.begin();
    watch.begin();
  }

  /** Notes that this shard is damaged or missing; waits for nothing. */
  public void report(ShardKey key) {
    rebuild.report(key);
  }

  /** Whether clients used the store a moment ago, for others that yield to them. */
  public boolean clientsAreBusy() {
    return load.isBusy();
  }

  public Rebuild rebuild() {
    return rebuild;
  }

  public Patrol patrol() {
    return patrol;
  }

  public Census census() {
    return census;
  }

  public Watch watch() {
    return watch;
  }

  @Override
  public void close() throws IOException {
    watch.close();
    census.close();
    patrol.close();
    rebuild.close();
    journal.close();
  }
}
