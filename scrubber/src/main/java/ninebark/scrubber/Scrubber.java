package ninebark.scrubber;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import ninebark.erasure.Codecs;
import ninebark.metadata.Index;
import ninebark.scrubber.journal.Journal;
import ninebark.scrubber.journal.JournalRecord;
import ninebark.scrubber.rebuild.Rebuild;
import ninebark.scrubber.rebuild.RebuildConfig;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.file.DiskFiles;

/**
 * Rebuild and what it remembers, opened and closed together.
 *
 * <p>Threads: any may report.
 */
public final class Scrubber implements AutoCloseable {
  private final Journal journal;
  private final Rebuild rebuild;

  private Scrubber(Journal journal, Rebuild rebuild) {
    this.journal = journal;
    this.rebuild = rebuild;
  }

  /**
   * Opens what an earlier life remembered; nothing runs before {@link #start}.
   *
   * @param files the folder that the journal is kept in
   * @param disks the disks that can be reached now
   */
  public static Scrubber open(
      DiskFiles files,
      Supplier<ClusterMap> map,
      Function<DiskId, Optional<ShardDisk>> disks,
      Index index,
      RebuildConfig rebuildConfig,
      InstantSource clock,
      MeterRegistry meters)
      throws IOException {
    var everything = new Everything();
    var opened = Journal.open(files, map.get().cluster(), everything);
    var rebuild =
        new Rebuild(
            map,
            disks,
            Codecs::best,
            new IndexStanding(index),
            rebuildConfig,
            clock,
            opened.journal()::append,
            opened.memory().losses().values(),
            meters);
    everything.rebuild = Optional.of(rebuild);
    return new Scrubber(opened.journal(), rebuild);
  }

  /** What a journal that is written anew must hold. */
  private static final class Everything implements Supplier<Collection<JournalRecord>> {
    volatile Optional<Rebuild> rebuild = Optional.empty();

    @Override
    public Collection<JournalRecord> get() {
      List<JournalRecord> records = new ArrayList<>();
      rebuild.ifPresent(
          known -> known.losses().forEach(loss -> records.add(new JournalRecord.Lost(loss))));
      return records;
    }
  }

  public void start() {
    rebuild.start();
  }

  /** Notes that this shard is damaged or missing; waits for nothing. */
  public void report(ShardKey key) {
    rebuild.report(key);
  }

  @Override
  public void close() throws IOException {
    rebuild.close();
    journal.close();
  }
}
