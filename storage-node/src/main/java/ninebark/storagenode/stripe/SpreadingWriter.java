package ninebark.storagenode.stripe;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.erasure.Scheme;
import ninebark.erasure.checksum.Crc;
import ninebark.storagenode.DegradedStripe;
import ninebark.storagenode.Description;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Owner;
import ninebark.storagenode.StripeWriter;

/** Cuts one object or part into stripes and keeps a few of them on their way. Threads: one. */
final class SpreadingWriter implements StripeWriter {
  private final StripeStore store;
  private final Owner owner;
  private final Scheme scheme;
  private final ArrayDeque<StripeWrite> inFlight = new ArrayDeque<>();
  private final List<Extent> extents = new ArrayList<>();
  private final List<DegradedStripe> degraded = new ArrayList<>();
  private Optional<Filling> filling = Optional.empty();
  private Description description = Description.NONE;
  private long nextOffset;
  private long crc64;
  private boolean finished;
  private boolean closed;

  /** A buffer that is being filled. */
  private static final class Filling {
    final BufferPool pool;
    final MemorySegment buffer;
    final ByteBuffer bytes;

    Filling(BufferPool pool, MemorySegment buffer, int capacity) {
      this.pool = pool;
      this.buffer = buffer;
      bytes = buffer.asByteBuffer().limit(capacity);
    }
  }

  SpreadingWriter(StripeStore store, Owner owner, Scheme scheme) {
    this.store = store;
    this.owner = owner;
    this.scheme = scheme;
    nextOffset = owner.offset();
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    checkOpen();
    while (bytes.hasRemaining()) {
      var current = withRoom();
      int length = Math.min(bytes.remaining(), current.bytes.remaining());
      current.bytes.put(bytes.slice(bytes.position(), length));
      bytes.position(bytes.position() + length);
    }
  }

  @Override
  public void describe(Description told) {
    checkOpen();
    description = told;
  }

  @Override
  public List<Extent> finish() throws IOException {
    checkOpen();
    if (filling.isPresent()) {
      // A full buffer waits here for more to come: what is sent now is always the last.
      send(filling.get(), description);
    }
    while (!inFlight.isEmpty()) {
      await(inFlight.peekFirst());
      inFlight.removeFirst();
    }
    finished = true;
    return List.copyOf(extents);
  }

  @Override
  public long crc64() {
    if (!finished) {
      throw new IllegalStateException("a writer knows its checksum once it has finished");
    }
    return crc64;
  }

  @Override
  public List<DegradedStripe> degraded() {
    return List.copyOf(degraded);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    filling.ifPresent(current -> current.pool.release(current.buffer));
    filling = Optional.empty();
    if (finished) {
      store.leave();
      return;
    }
    // The client is gone or was refused; nobody will ever name these bytes.
    Thread.ofVirtual()
        .name("abandon")
        .start(
            () -> {
              try {
                while (!inFlight.isEmpty()) {
                  extents.addAll(inFlight.removeFirst().abandon());
                }
                store.erase(extents);
              } catch (IOException _) {
                // Reclaim erases what nobody names.
              } finally {
                store.leave();
              }
            });
  }

  private Filling withRoom() throws IOException {
    if (filling.isEmpty()) {
      filling = Optional.of(first() ? fill(store.smallStripes()) : nextWhole());
    }
    var current = filling.get();
    if (current.bytes.hasRemaining()) {
      return current;
    }
    if (current.pool == store.smallStripes()) {
      var whole = nextWhole();
      whole.bytes.put(current.bytes.flip());
      current.pool.release(current.buffer);
      filling = Optional.of(whole);
      if (whole.bytes.hasRemaining()) {
        return whole;
      }
      current = whole;
    }
    send(current, Description.NONE);
    var next = nextWhole();
    filling = Optional.of(next);
    return next;
  }

  private boolean first() {
    return extents.isEmpty() && inFlight.isEmpty();
  }

  private Filling fill(BufferPool pool) throws IOException {
    return filling(pool, pool.acquire());
  }

  private Filling filling(BufferPool pool, MemorySegment buffer) {
    return new Filling(
        pool,
        buffer,
        StripeShape.capacity(
            scheme,
            pool.bufferBytes(),
            store.config().stripeBytes(),
            store.config().shardTargetBytes()));
  }

  /**
   * A whole buffer. A writer that has stripes on their way takes another buffer only if nobody
   * waits, and lets go of its own before it waits: so writers never wait for each other in a ring.
   */
  private Filling nextWhole() throws IOException {
    while (!inFlight.isEmpty()) {
      if (inFlight.size() < store.config().stripesInFlightPerWriter()) {
        var spare = store.stripes().tryAcquire();
        if (spare.isPresent()) {
          return filling(store.stripes(), spare.get());
        }
      }
      await(inFlight.peekFirst());
      inFlight.removeFirst();
    }
    return fill(store.stripes());
  }

  private void send(Filling current, Description told) {
    filling = Optional.empty();
    int length = current.bytes.position();
    var stripeOwner = new Owner(owner.bucket(), owner.key(), owner.content(), nextOffset, told);
    nextOffset += length;
    inFlight.addLast(
        StripeWrite.start(
            store,
            scheme,
            stripeOwner,
            current.buffer,
            length,
            () -> current.pool.release(current.buffer)));
  }

  private void await(StripeWrite write) throws IOException {
    try {
      var written = write.await();
      var stored = written.stored();
      // Stripes are awaited in the order of their bytes.
      crc64 = Crc.CRC64NVME.combine(crc64, written.crc64(), stored.extent().length());
      extents.add(stored.extent());
      if (!stored.missing().isEmpty()) {
        degraded.add(stored);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a stripe was being written");
    }
  }

  private void checkOpen() {
    if (finished || closed) {
      throw new IllegalStateException("this writer has been finished or closed");
    }
  }
}
