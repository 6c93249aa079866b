package ninebark.scrubber.journal;

import java.time.Instant;
import java.util.Optional;
import ninebark.metadata.Naming;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.ShardKey;

/**
 * How far a census has come and what it has counted.
 *
 * @param pass which census this is, from 1
 * @param began when it began
 * @param ended when it ended, empty while it goes on
 * @param at what it does next
 */
public record CensusMark(
    int pass, Instant began, Optional<Instant> ended, Place at, Counts counts) {

  /** Where a census is. */
  public sealed interface Place {
    /**
     * What the index names is looked for on the disks.
     *
     * @param after the last that was
     */
    record OfIndex(Optional<Naming> after) implements Place {}

    /**
     * What a disk holds is looked for in the index.
     *
     * @param after the last that was
     */
    record OfDisk(DiskId disk, Optional<ShardKey> after) implements Place {}

    /** All is counted. */
    record AtEnd() implements Place {}
  }

  /**
   * What is counted, each thing where it was met.
   *
   * @param stripeCount that the index names
   * @param namedBytes of objects, parts and annotations in them
   * @param neededBytes of all the shards they are to have
   * @param missingCount shards that were not where they belong, and are made again
   * @param lostCount stripes of which fewer shards are left than reading takes
   * @param unseenCount stripes of which a disk could not be asked
   * @param shardCount that disks hold
   * @param heldBytes in them
   * @param orphanCount shards that nothing names and nothing may name any more; erased
   * @param orphanBytes in them
   * @param youngCount shards that nothing names yet
   * @param youngBytes in them
   * @param misplacedCount shards on another disk than theirs
   * @param movedCount of those, brought home because home lacked them
   */
  public record Counts(
      long stripeCount,
      long namedBytes,
      long neededBytes,
      long missingCount,
      long lostCount,
      long unseenCount,
      long shardCount,
      long heldBytes,
      long orphanCount,
      long orphanBytes,
      long youngCount,
      long youngBytes,
      long misplacedCount,
      long movedCount) {
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public Counts plus(Counts more) {
      return new Counts(
          stripeCount + more.stripeCount,
          namedBytes + more.namedBytes,
          neededBytes + more.neededBytes,
          missingCount + more.missingCount,
          lostCount + more.lostCount,
          unseenCount + more.unseenCount,
          shardCount + more.shardCount,
          heldBytes + more.heldBytes,
          orphanCount + more.orphanCount,
          orphanBytes + more.orphanBytes,
          youngCount + more.youngCount,
          youngBytes + more.youngBytes,
          misplacedCount + more.misplacedCount,
          movedCount + more.movedCount);
    }
  }

  public static CensusMark first(Instant now) {
    return begin(1, now);
  }

  private static CensusMark begin(int pass, Instant now) {
    return new CensusMark(
        pass, now, Optional.empty(), new Place.OfIndex(Optional.empty()), Counts.NONE);
  }

  public CensusMark next(Instant now) {
    return begin(pass + 1, now);
  }

  public CensusMark on(Place next, Counts more) {
    return new CensusMark(pass, began, ended, next, counts.plus(more));
  }

  public CensusMark end(Instant now) {
    return new CensusMark(pass, began, Optional.of(now), new Place.AtEnd(), counts);
  }

  public boolean isDone() {
    return ended.isPresent();
  }
}
