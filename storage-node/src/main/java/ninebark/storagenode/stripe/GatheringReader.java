package ninebark.storagenode.stripe;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import ninebark.storagenode.Extent;
import ninebark.storagenode.StripeReader;

/**
 * Walks a range over extents, one piece in use and, memory allowing, one on its way. Threads: one;
 * pieces may be closed by others.
 */
final class GatheringReader implements StripeReader {
  private final StripeStore store;
  private final List<Extent> extents;
  private int extentIndex;
  private int offsetInExtent;
  private long left;
  private Optional<Ahead> ahead = Optional.empty();
  private boolean closed;

  /** A piece that is on its way. */
  private record Ahead(CompletableFuture<LentBuffer> buffer, int length) {}

  GatheringReader(StripeStore store, List<Extent> extents, long offset, long length) {
    this.store = store;
    this.extents = List.copyOf(extents);
    left = length;
    long skip = offset;
    while (left > 0 && skip >= this.extents.get(extentIndex).length()) {
      skip -= this.extents.get(extentIndex).length();
      extentIndex++;
    }
    offsetInExtent = (int) skip;
  }

  @Override
  public Optional<Piece> next() throws IOException {
    if (closed) {
      throw new IllegalStateException("this reader has been closed");
    }
    var current = ahead;
    if (current.isEmpty()) {
      if (left == 0) {
        return Optional.empty();
      }
      current = Optional.of(begin(LentBuffer.from(nextPool())));
    }
    ahead = Optional.empty();
    var buffer = await(current.get());
    store.metrics().bytesRead.increment(current.get().length);
    if (left > 0) {
      ahead = LentBuffer.spareFrom(nextPool()).map(this::begin);
    }
    return Optional.of(new HeldPiece(store, buffer, current.get().length));
  }

  private BufferPool nextPool() {
    return nextLength() <= store.config().smallPieceBytes() ? store.smallPieces() : store.pieces();
  }

  private int nextLength() {
    var extent = extents.get(extentIndex);
    int most = store.config().pieceBytes();
    long rest = Math.min(left, (long) extent.length() - offsetInExtent);
    if (rest <= most) {
      return (int) rest;
    }
    // End where a block of a shard ends, so that no block is read and checked twice.
    int end = offsetInExtent + most;
    int block = 64 << 10;
    int inShard = end % extent.shardBytes();
    int aligned = end - inShard % block;
    return aligned > offsetInExtent ? aligned - offsetInExtent : most;
  }

  private Ahead begin(LentBuffer into) {
    var extent = extents.get(extentIndex);
    int from = offsetInExtent;
    int length = nextLength();
    left -= length;
    offsetInExtent += length;
    if (offsetInExtent == extent.length()) {
      extentIndex++;
      offsetInExtent = 0;
    }
    var result = new CompletableFuture<LentBuffer>();
    store.enter();
    Thread.ofVirtual()
        .name("piece")
        .start(
            () -> {
              try {
                result.complete(fetch(extent, from, length, into));
              } catch (IOException | RuntimeException failure) {
                result.completeExceptionally(failure);
              } finally {
                store.leave();
              }
            });
    return new Ahead(result, length);
  }

  private LentBuffer fetch(Extent extent, int from, int length, LentBuffer into)
      throws IOException {
    PieceFetch fetch;
    try {
      fetch = new PieceFetch(store, extent, store.group(extent.group()), from, length);
    } catch (IOException failure) {
      into.letGo();
      throw failure;
    }
    return fetch.fetch(into);
  }

  private LentBuffer await(Ahead current) throws IOException {
    try {
      return current.buffer.get();
    } catch (InterruptedException _) {
      letGoLater(current);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading a stripe");
    } catch (ExecutionException failure) {
      switch (failure.getCause()) {
        case IOException known -> throw known;
        case RuntimeException bug -> throw bug;
        default -> throw new IllegalStateException(failure.getCause());
      }
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    ahead.ifPresent(GatheringReader::letGoLater);
    ahead = Optional.empty();
    store.leave();
  }

  private static void letGoLater(Ahead unwanted) {
    var _ =
        unwanted.buffer.whenComplete(
            (buffer, _) -> {
              if (buffer != null) {
                buffer.letGo();
              }
            });
  }

  /** A piece in its user's hands. */
  private static final class HeldPiece implements Piece {
    private final StripeStore store;
    private final LentBuffer buffer;
    private final ByteBuffer bytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    HeldPiece(StripeStore store, LentBuffer buffer, int length) {
      this.store = store;
      this.buffer = buffer;
      bytes = buffer.segment().asSlice(0, length).asByteBuffer().asReadOnlyBuffer();
      store.enter();
    }

    @Override
    public ByteBuffer bytes() {
      return bytes;
    }

    @Override
    public void close() {
      if (!closed.getAndSet(true)) {
        buffer.letGo();
        store.leave();
      }
    }
  }
}
