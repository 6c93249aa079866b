package ninebark.lifecycle.rules;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import ninebark.erasure.Scheme;
import ninebark.metadata.Bucket;
import ninebark.metadata.Command;
import ninebark.metadata.Command.Expirable;
import ninebark.metadata.Command.Moved;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Index;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectInfo;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.StoredPart;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.lifecycle.ClassLadder;
import ninebark.metadata.rows.DescriptionFormat;
import ninebark.storagenode.Description;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Owner;
import ninebark.storagenode.Stripes;

/**
 * Carries versions to other classes: reads the bytes, writes them in the scheme of the class, reads
 * the copy back and holds it against the ETag that came with the bytes, and only then has the index
 * put it in their place, in one command. A crash before that leaves stripes that no commit ever
 * named, which reclaim erases; after it, garbage.
 *
 * <p>Bytes that live in the index stay there, whatever the class: that is how small objects are
 * packed.
 *
 * <p>Threads: safe.
 */
public final class Transitions {
  /** What the index takes in one command; with stripes of 4 MiB an object of 390 GiB. */
  private static final int MAX_EXTENTS = 100_000;

  private static final int PARTS_PER_LOOKUP = 200;

  /** As for parts that clients send: far enough from the next for the largest. */
  private static final int PART_SHIFT = 40;

  /** How much may be carried at once after a rest. */
  private static final long BURST_NANOS = 100_000_000;

  private final Index index;
  private final Stripes stripes;
  private final Map<String, Scheme> schemes;
  private final LongSupplier contentIds;
  private final long bytesPerSecond;
  private final AtomicLong paidUntil = new AtomicLong(System.nanoTime());

  /**
   * @param schemes of the classes that can be had
   * @param contentIds random 63-bit numbers
   */
  public Transitions(
      Index index,
      Stripes stripes,
      Map<String, Scheme> schemes,
      LongSupplier contentIds,
      LifecycleConfig config) {
    this.index = index;
    this.stripes = stripes;
    this.schemes = Map.copyOf(schemes);
    this.contentIds = contentIds;
    bytesPerSecond = config.transitionBytesPerSecond();
  }

  /** Where versions can go. */
  public ClassLadder ladder() {
    return new ClassLadder(schemes.keySet());
  }

  /**
   * One that a rule demands.
   *
   * @param seen the version when the rule was asked
   */
  record Demand(ObjectKey key, Expirable.OfVersion seen, String from, String to) {}

  /** What came of it. */
  sealed interface Result {
    record Answered(Reply.Transition reply) implements Result {}

    /** It has more stripes than one command can name, and stays. */
    record TooLarge(int extentCount) implements Result {}

    /** It could not be read, written or proven, and stays. */
    record Failed(IOException why) implements Result {}
  }

  /** Does what is demanded; what fails for one version is no reason not to go on with others. */
  Result carry(Bucket bucket, Demand demand) {
    try {
      var found =
          index.ask(
              new Query.ReadObject(
                  bucket.id(), demand.key(), new VersionChoice.Exactly(demand.seen().version())));
      return switch (found) {
        case Query.Lookup.Hit<Query.Found>(var object) ->
            object.info().storageClass().equals(demand.from())
                ? new Copying(bucket, demand).carry(object.info(), object.content())
                : new Result.Answered(new Reply.Transition.Changed());
        case Query.Lookup.Marker<Query.Found> _,
            Query.Lookup.NoSuchKey<Query.Found> _,
            Query.Lookup.NoSuchVersion<Query.Found> _ ->
            new Result.Answered(new Reply.Transition.Changed());
      };
    } catch (IOException failure) {
      return new Result.Failed(failure);
    }
  }

  /** One version on its way. */
  private final class Copying {
    private final Bucket bucket;
    private final Demand demand;
    private final Scheme scheme;
    private final long contentId = contentIds.getAsLong();

    /** What nobody names yet. */
    private final List<Extent> written = new ArrayList<>();

    Copying(Bucket bucket, Demand demand) {
      this.bucket = bucket;
      this.demand = demand;
      scheme = schemes.get(demand.to());
    }

    Result carry(ObjectInfo info, Content was) throws IOException {
      return switch (was) {
        case Content.Inline _ -> submit(new Moved.Nothing());
        case Content.Striped(var extents) ->
            extents.size() > MAX_EXTENTS
                ? new Result.TooLarge(extents.size())
                : submit(
                    new Moved.Stripes(
                        extents.getFirst().stripe(),
                        copy(extents, info.etag(), 0, description(info))));
        case Content.Parts(long id, int _) -> {
          var parts = parts(id, info.length());
          int count = parts.stream().mapToInt(part -> extents(part).size()).sum();
          yield count > MAX_EXTENTS ? new Result.TooLarge(count) : submit(copy(id, parts));
        }
      };
    }

    private Result submit(Moved moved) throws IOException {
      // If this fails the outcome is unknown: only an answer tells that nobody names the copy.
      var reply =
          index.submit(
              new Command.Transition(
                  bucket.id(),
                  demand.key(),
                  bucket.epoch(),
                  demand.seen(),
                  demand.from(),
                  demand.to(),
                  moved));
      if (!(reply instanceof Reply.Transition.Done)) {
        stripes.erase(written);
      }
      return new Result.Answered(reply);
    }

    /** All of them, or enough to know that they are too many. */
    private List<StoredPart> parts(long id, long length) throws IOException {
      var parts = new ArrayList<StoredPart>();
      long offset = 0;
      int count = 0;
      while (offset < length && count <= MAX_EXTENTS) {
        var page = index.ask(new Query.ReadParts(id, offset, PARTS_PER_LOOKUP));
        if (page.isEmpty()) {
          throw new IOException("the object was replaced while it was read");
        }
        parts.addAll(page);
        count += page.stream().mapToInt(part -> extents(part).size()).sum();
        offset = page.getLast().offset() + page.getLast().info().length();
      }
      return parts;
    }

    private static List<Extent> extents(StoredPart part) {
      return part.content() instanceof Content.Striped(var extents) ? extents : List.of();
    }

    private Moved copy(long id, List<StoredPart> parts) throws IOException {
      var moved = new ArrayList<Command.MovedPart>();
      for (var part : parts) {
        if (!extents(part).isEmpty()) {
          int number = part.info().number();
          moved.add(
              new Command.MovedPart(
                  number,
                  copy(
                      extents(part),
                      part.info().etag(),
                      (long) number << PART_SHIFT,
                      Description.NONE)));
        }
      }
      return new Moved.Parts(id, contentId, moved);
    }

    /** What the last stripe tells, so that the object is found without the index. */
    private Description description(ObjectInfo info) {
      return DescriptionFormat.encode(
          bucket,
          new Command.PutObject(
              bucket.id(),
              demand.key(),
              new NewObject(
                  info.etag(),
                  info.length(),
                  demand.to(),
                  info.owner(),
                  info.headers(),
                  info.checksums(),
                  info.tags(),
                  info.lock(),
                  new Content.Inline(new byte[0])),
              Precondition.NONE));
    }

    private List<Extent> copy(List<Extent> from, ETag md5, long offset, Description description)
        throws IOException {
      try {
        var owner = new Owner(bucket.id().value(), demand.key().value(), contentId, offset);
        var copy = write(from, owner, description);
        written.addAll(copy);
        prove(copy, md5);
        return copy;
      } catch (IOException | RuntimeException failure) {
        stripes.erase(written);
        throw failure;
      }
    }

    private List<Extent> write(List<Extent> from, Owner owner, Description description)
        throws IOException {
      try (var reader = stripes.read(from, 0, length(from));
          var writer = stripes.write(owner, scheme)) {
        for (var next = reader.next(); next.isPresent(); next = reader.next()) {
          try (var piece = next.get()) {
            pay(piece.bytes().remaining());
            writer.write(piece.bytes().duplicate());
          }
        }
        writer.describe(description);
        var copy = writer.finish();
        if (!writer.degraded().isEmpty()) {
          stripes.erase(copy);
          throw new IOException(
              "the copy lacks shards in " + writer.degraded().size() + " stripes: disks are away");
        }
        return copy;
      }
    }

    /** The end-to-end check: what is on the disks is what the client sent. */
    private void prove(List<Extent> copy, ETag md5) throws IOException {
      var digest = md5();
      try (var reader = stripes.read(copy, 0, length(copy))) {
        for (var next = reader.next(); next.isPresent(); next = reader.next()) {
          try (var piece = next.get()) {
            digest.update(piece.bytes().duplicate());
          }
        }
      }
      var found = HexFormat.of().formatHex(digest.digest());
      if (!found.equals(md5.value())) {
        throw new IOException(
            "the copy has the MD5 " + found + ", the object the ETag " + md5.value());
      }
    }
  }

  private static long length(List<Extent> extents) {
    return extents.stream().mapToLong(Extent::length).sum();
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException brokenRuntime) {
      throw new IllegalStateException(brokenRuntime);
    }
  }

  /** Waits until so many bytes more are within the rate. */
  private void pay(long bytes) throws IOException {
    long price = (long) (bytes * 1e9 / bytesPerSecond);
    long now = System.nanoTime();
    long until = paidUntil.updateAndGet(paid -> Math.max(paid, now - BURST_NANOS) + price);
    for (long rest = until - now; rest > 0; rest = until - System.nanoTime()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("stopped while bytes were on their way");
      }
      LockSupport.parkNanos(rest);
    }
  }
}
