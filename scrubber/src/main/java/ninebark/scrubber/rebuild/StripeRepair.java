package ninebark.scrubber.rebuild;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import ninebark.erasure.Codec;
import ninebark.erasure.Scheme;
import ninebark.erasure.ShardSet;
import ninebark.scrubber.journal.StripeKey;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.ShardDamagedException;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.ShardMissingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the lost shards of one stripe again: reads k others, computes, proves, writes.
 *
 * <p>The shape of the stripe is read from what is written beside its shards. The proof costs no
 * further shard: what the k that were read make of another shard is held against the checksums that
 * stand beside that one on its disk. If they agree, every set of k that includes it would have made
 * the same bytes. So a repair reads no more than k times what it writes; a shard that was reported
 * damaged is read once more in addition, because it may have been mended since.
 *
 * <p>Nothing is erased: the disk puts a new record in the place of an older one only when the new
 * one is durable. A repair that ends anywhere in between leaves the stripe as it was.
 *
 * <p>Threads: safe; a repair blocks its thread.
 */
final class StripeRepair {
  private static final Logger LOG = LoggerFactory.getLogger(StripeRepair.class);

  /** So often a repair is put off rather than written without a proof. */
  private static final int ATTEMPTS_FOR_A_PROOF = 5;

  private final Function<DiskId, Optional<ShardDisk>> disks;
  private final Function<Scheme, Codec> codecs;
  private final Function<StripeKey, Standing> standing;
  private final Crew crew;
  private final Duration deadline;

  StripeRepair(
      Function<DiskId, Optional<ShardDisk>> disks,
      Function<Scheme, Codec> codecs,
      Function<StripeKey, Standing> standing,
      Crew crew,
      Duration deadline) {
    this.disks = disks;
    this.codecs = codecs;
    this.standing = standing;
    this.crew = crew;
    this.deadline = deadline;
  }

  /** What asking a disk for a shard came to. */
  private enum Found {
    READ,
    MISSING,
    DAMAGED,
    /** The disk does not answer, or not to this question. */
    SILENT
  }

  Outcome run(RepairOrder order) throws InterruptedException {
    if (standing.apply(order.loss().stripe()) == Standing.ORPHAN) {
      return new Outcome.Erased();
    }
    try (var memory = Arena.ofShared()) {
      return new Attempt(order, memory).run();
    }
  }

  /** One repair on its way. */
  private final class Attempt {
    private final RepairOrder order;
    private final StripeKey stripe;
    private final Arena memory;
    private final Map<Integer, Found> asked = new HashMap<>();
    private long readBytes;

    Attempt(RepairOrder order, Arena memory) {
      this.order = order;
      this.memory = memory;
      stripe = order.loss().stripe();
    }

    Outcome run() throws InterruptedException {
      var label = label();
      if (label.isEmpty()) {
        boolean nobodyHasIt =
            asked.size() == order.group().scheme().n()
                && asked.values().stream().allMatch(found -> found == Found.MISSING);
        return nobodyHasIt
            ? new Outcome.Erased()
            : attempted(ShardSet.EMPTY, "no shard tells how it was coded");
      }
      if (!label.get().scheme().equals(order.group().scheme())) {
        return attempted(
            ShardSet.EMPTY,
            "its shards say "
                + label.get().scheme()
                + ", its group is for "
                + order.group().scheme());
      }
      asked.clear();
      return repair(new StripeBytes(label.get(), codecs.apply(label.get().scheme()), memory));
    }

    /** What is written beside a shard; one of those that are not lost, if possible. */
    private Optional<ShardLabel> label() throws InterruptedException {
      List<Integer> candidates = new ArrayList<>();
      for (int shard = 0; shard < order.group().scheme().n(); shard++) {
        candidates.add(order.loss().shards().contains(shard) ? candidates.size() : 0, shard);
      }
      for (int shard : candidates) {
        var label = new ArrayList<ShardLabel>(1);
        asked.put(shard, ask(shard, disk -> label.add(disk.label(stripe.shard(shard)))));
        stopIfInterrupted();
        if (!label.isEmpty()) {
          return Optional.of(label.getFirst());
        }
      }
      return Optional.empty();
    }

    private Outcome repair(StripeBytes bytes) throws InterruptedException {
      var whole = ShardSet.EMPTY;
      var lost = ShardSet.EMPTY;
      var accused = order.targets().common(order.loss().wrong());
      for (int shard : order.targets().minus(accused).stream().toArray()) {
        if (bytes.isImplied(shard)) {
          whole = whole.with(shard);
          continue;
        }
        // It may have been mended since, or its write may have come through late.
        read(List.of(shard), bytes);
        switch (asked.get(shard)) {
          case READ -> whole = whole.with(shard);
          case MISSING, DAMAGED -> lost = lost.with(shard);
          case SILENT -> {
            // Another time.
          }
        }
      }
      if (!accused.isEmpty()) {
        return judge(bytes, whole, lost, accused);
      }
      if (lost.isEmpty()) {
        boolean all = order.targets().minus(whole).isEmpty();
        return all ? attempted(whole) : attempted(whole, "the disk it belongs on does not answer");
      }
      gather(bytes);
      if (!bytes.isEnough()) {
        return attempted(whole, tooFew(bytes));
      }
      bytes.compute(lost);
      return switch (prove(bytes, lost)) {
        case CONTRADICTED -> accuse(bytes, whole);
        case PROVEN -> write(bytes, whole, lost, 0);
        case UNPROVEN ->
            order.attempts() < ATTEMPTS_FOR_A_PROOF && someoneMayProveItLater(bytes)
                ? attempted(whole, "no other shard proves it now")
                : write(bytes, whole, lost, lost.size());
      };
    }

    /** Reads shards until k are known or nobody is left to ask. */
    private void gather(StripeBytes bytes) throws InterruptedException {
      int n = order.group().scheme().n();
      List<Integer> candidates = new ArrayList<>();
      // Where to begin differs from stripe to stripe, so that the work is everybody's.
      int first = Math.floorMod(stripe.hashCode(), n);
      for (int i = 0; i < n; i++) {
        int shard = (first + i) % n;
        if (!asked.containsKey(shard)
            && !bytes.known().contains(shard)
            && !order.loss().shards().contains(shard)) {
          boolean avoided = order.avoid().contains(order.group().disks().get(shard));
          candidates.add(avoided ? candidates.size() : unavoided(candidates), shard);
        }
      }
      while (!bytes.isEnough() && !candidates.isEmpty()) {
        int needed = order.group().scheme().k() - bytes.known().size();
        var some = candidates.subList(0, Math.min(needed, candidates.size()));
        read(List.copyOf(some), bytes);
        some.clear();
      }
    }

    private int unavoided(List<Integer> candidates) {
      int count = 0;
      while (count < candidates.size()
          && !order.avoid().contains(order.group().disks().get(candidates.get(count)))) {
        count++;
      }
      return count;
    }

    private enum Proof {
      PROVEN,
      /** No other shard is left that could tell. */
      UNPROVEN,
      CONTRADICTED
    }

    private Proof prove(StripeBytes bytes, ShardSet lost) throws InterruptedException {
      var proof = Proof.UNPROVEN;
      for (int shard = 0; shard < order.group().scheme().n(); shard++) {
        boolean other = !bytes.known().contains(shard) && !lost.contains(shard);
        // A damaged shard's own checksums may be whole still, and then know best.
        boolean damaged = lost.contains(shard) && asked.get(shard) == Found.DAMAGED;
        if (damaged || (other && proof == Proof.UNPROVEN && !isKnownToBeAway(shard))) {
          var made = lost.contains(shard) ? bytes.segment(shard) : bytes.computedAside(shard);
          var verdict = new ArrayList<Boolean>(1);
          int index = shard;
          var found = ask(shard, disk -> verdict.add(disk.attests(stripe.shard(index), made)));
          stopIfInterrupted();
          if (!damaged) {
            asked.put(shard, found);
          }
          if (!verdict.isEmpty() && !verdict.getFirst()) {
            return Proof.CONTRADICTED;
          }
          proof = verdict.isEmpty() ? proof : Proof.PROVEN;
        }
      }
      return proof;
    }

    /** A disk that is there did not answer, and may answer the next time. */
    private boolean someoneMayProveItLater(StripeBytes bytes) {
      for (int shard = 0; shard < order.group().scheme().n(); shard++) {
        var disk = disks.apply(order.group().disks().get(shard));
        if (asked.get(shard) == Found.SILENT
            && !bytes.isImplied(shard)
            && disk.isPresent()
            && disk.get().state() != DiskState.AWAY) {
          return true;
        }
      }
      return false;
    }

    private boolean isKnownToBeAway(int shard) {
      var disk = disks.apply(order.group().disks().get(shard));
      return asked.containsKey(shard)
          || order.loss().shards().contains(shard)
          || disk.isEmpty()
          || disk.get().state() == DiskState.AWAY;
    }

    /** Reads all there is, to find out who is wrong. */
    private Outcome accuse(StripeBytes bytes, ShardSet whole) throws InterruptedException {
      readAll(bytes);
      var culprit = bytes.culprit();
      if (culprit.isEmpty()) {
        LOG.error(
            "stripe {}: shards that are whole by their checksums contradict each other, and it"
                + " cannot be told which is wrong",
            stripe);
        return attempted(whole, "its shards contradict each other");
      }
      LOG.error(
          "stripe {}: shard {} is whole by its checksums and contradicts all others",
          stripe,
          culprit.get());
      return new Outcome.Attempted(
          whole,
          gone(),
          ShardSet.of(culprit.get()),
          Optional.of("shard " + culprit.get() + " contradicts the others"),
          new Outcome.Work(readBytes, 0, 0, 0));
    }

    /**
     * Shards are accused although their checksums are right: only all the others together can tell,
     * and no accusation is believed without them.
     */
    private Outcome judge(
        StripeBytes bytes, ShardSet whole, ShardSet lostBefore, ShardSet accusedBefore)
        throws InterruptedException {
      var lost = lostBefore;
      var accused = accusedBefore;
      readAll(bytes);
      for (int shard : accusedBefore.stream().toArray()) {
        if (asked.get(shard) == Found.MISSING || asked.get(shard) == Found.DAMAGED) {
          lost = lost.with(shard);
          accused = accused.without(shard);
        }
      }
      if (bytes.known().size() <= order.group().scheme().k()) {
        return attempted(
            whole,
            bytes.isEnough() ? "too few shards are left to tell which is wrong" : tooFew(bytes));
      }
      if (bytes.agree()) {
        return write(bytes, whole.plus(accused), lost);
      }
      var culprit = bytes.culprit().filter(accused::contains);
      if (culprit.isEmpty()) {
        return attempted(whole, "its shards contradict each other");
      }
      return write(
          withoutShard(bytes, culprit.get()),
          whole.plus(accused.without(culprit.get())),
          lost.with(culprit.get()));
    }

    private Outcome write(StripeBytes bytes, ShardSet whole, ShardSet lost)
        throws InterruptedException {
      if (lost.isEmpty()) {
        return attempted(whole);
      }
      bytes.compute(lost);
      return write(bytes, whole, lost, 0);
    }

    private StripeBytes withoutShard(StripeBytes bytes, int wrong) {
      var others =
          new StripeBytes(
              bytes.label(stripe.shard(0)), codecs.apply(order.group().scheme()), memory);
      for (int shard = 0; shard < order.group().scheme().n(); shard++) {
        if (shard != wrong && bytes.known().contains(shard) && !bytes.isImplied(shard)) {
          others.segment(shard).copyFrom(bytes.segment(shard));
          others.isKnown(shard);
        }
      }
      return others;
    }

    private void readAll(StripeBytes bytes) throws InterruptedException {
      List<Integer> rest = new ArrayList<>();
      for (int shard = 0; shard < order.group().scheme().n(); shard++) {
        var before = asked.get(shard);
        if (!bytes.known().contains(shard) && before != Found.MISSING && before != Found.DAMAGED) {
          rest.add(shard);
        }
      }
      read(rest, bytes);
    }

    private void read(List<Integer> shards, StripeBytes bytes) throws InterruptedException {
      Map<Integer, Found> found = new ConcurrentHashMap<>();
      List<Runnable> work = new ArrayList<>();
      for (int shard : shards) {
        work.add(
            () -> {
              var into = bytes.segment(shard);
              found.put(shard, ask(shard, disk -> disk.read(stripe.shard(shard), 0, into)));
            });
      }
      crew.all(work);
      stopIfInterrupted();
      found.forEach(
          (shard, how) -> {
            asked.put(shard, how);
            if (how == Found.READ) {
              bytes.isKnown(shard);
            }
            if (how == Found.READ || how == Found.DAMAGED) {
              readBytes += bytes.shardBytes();
            }
          });
    }

    private Outcome write(StripeBytes bytes, ShardSet whole, ShardSet lost, int unprovenCount)
        throws InterruptedException {
      var until = Deadline.after(deadline);
      Map<Integer, ShardAppend> appends = new HashMap<>();
      var made = ShardSet.EMPTY;
      Optional<String> trouble = Optional.empty();
      try {
        for (int shard = 0; shard < order.group().scheme().n(); shard++) {
          if (lost.contains(shard)) {
            try {
              appends.put(shard, append(bytes, shard, until));
            } catch (IOException failure) {
              trouble = Optional.of(failure.getMessage());
            }
          }
        }
        for (var entry : appends.entrySet()) {
          var id = order.group().disks().get(entry.getKey());
          order.waitingFor().add(id);
          try {
            entry.getValue().awaitDurable(until);
            made = made.with(entry.getKey());
          } catch (IOException failure) {
            trouble = Optional.of(failure.getMessage());
          } finally {
            order.waitingFor().remove(id);
          }
        }
      } finally {
        // The memory may be freed only when the disks have let go of it.
        for (var append : appends.values()) {
          append.awaitReleased();
        }
      }
      var work =
          new Outcome.Work(
              readBytes, (long) made.size() * bytes.shardBytes(), made.size(), unprovenCount);
      return new Outcome.Attempted(whole.plus(made), gone(), ShardSet.EMPTY, trouble, work);
    }

    private ShardAppend append(StripeBytes bytes, int shard, Deadline until) throws IOException {
      var id = order.group().disks().get(shard);
      var disk = disks.apply(id).orElseThrow(() -> new IOException("disk " + id + " is not here"));
      order.waitingFor().add(id);
      try {
        return disk.append(bytes.label(stripe.shard(shard)), bytes.segment(shard), until);
      } finally {
        order.waitingFor().remove(id);
      }
    }

    /** A question to a disk. */
    private interface Question {
      void to(ShardDisk disk) throws IOException;
    }

    /** Asks where the shard belongs; while its position moves, also where it was. */
    private Found ask(int shard, Question question) {
      var places = order.group().places(shard);
      var found = ask(places.getFirst(), shard, question);
      boolean elsewhere =
          found != Found.READ
              && places.size() > 1
              && ask(places.getLast(), shard, question) == Found.READ;
      return elsewhere ? Found.READ : found;
    }

    private Found ask(DiskId id, int shard, Question question) {
      var disk = disks.apply(id);
      if (disk.isEmpty()) {
        return Found.SILENT;
      }
      order.waitingFor().add(id);
      try {
        question.to(disk.get());
        return Found.READ;
      } catch (ShardMissingException _) {
        return Found.MISSING;
      } catch (ShardDamagedException damaged) {
        LOG.debug("shard {} is damaged", stripe.shard(shard), damaged);
        return Found.DAMAGED;
      } catch (InterruptedIOException _) {
        Thread.currentThread().interrupt();
        return Found.SILENT;
      } catch (IOException failure) {
        LOG.debug("shard {} cannot be had now", stripe.shard(shard), failure);
        return Found.SILENT;
      } catch (IllegalArgumentException otherLength) {
        LOG.error("shard {} is not as long as the stripe's other shards", stripe.shard(shard));
        return Found.SILENT;
      } finally {
        order.waitingFor().remove(id);
      }
    }

    private static void stopIfInterrupted() throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }

    private String tooFew(StripeBytes bytes) {
      return "only "
          + bytes.known().size()
          + " of the "
          + order.group().scheme().k()
          + " shards it takes can be read";
    }

    /** Shards that were met missing or damaged and that nobody had reported. */
    private ShardSet gone() {
      var gone = ShardSet.EMPTY;
      for (var entry : asked.entrySet()) {
        if (entry.getValue() == Found.MISSING || entry.getValue() == Found.DAMAGED) {
          gone = gone.with(entry.getKey());
        }
      }
      return gone.minus(order.loss().shards());
    }

    private Outcome attempted(ShardSet whole, String trouble) {
      return new Outcome.Attempted(
          whole,
          gone(),
          ShardSet.EMPTY,
          Optional.of(trouble),
          new Outcome.Work(readBytes, 0, 0, 0));
    }

    private Outcome attempted(ShardSet whole) {
      return new Outcome.Attempted(
          whole, gone(), ShardSet.EMPTY, Optional.empty(), new Outcome.Work(readBytes, 0, 0, 0));
    }
  }
}
