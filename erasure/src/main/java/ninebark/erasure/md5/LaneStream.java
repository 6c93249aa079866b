package ninebark.erasure.md5;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.concurrent.locks.LockSupport;

/**
 * One stream of a {@link LaneWorker}: cuts what it is given into whole blocks of 64 bytes, keeps
 * the rest, and waits for the worker.
 *
 * <p>Threads: the owner's, and the worker's between {@link LaneWorker#submit} and {@link
 * #complete}.
 */
final class LaneStream implements Md5Stream {
  static final int BLOCK_BYTES = 64;

  /**
   * Less than this is gathered first: a hand-over to the worker costs as much as hashing 16 KiB.
   */
  private static final int DIRECT_BYTES = 1 << 14;

  private static final int GATHERED_BYTES = 1 << 15;

  private final LaneWorker worker;
  private final Runnable onClose;

  /** What is left of a block, and at the end the padding: two blocks. */
  private final MemorySegment rest = Arena.ofAuto().allocate(2 * BLOCK_BYTES, BLOCK_BYTES);

  private int restBytes;
  private boolean moveRest;
  private long totalBytes;

  /** Small pieces, and bytes of the heap, which has no addresses; made when first needed. */
  private MemorySegment gathered = MemorySegment.NULL;

  private int gatheredBytes;
  private boolean closed;

  /** Words A to D. Written by the worker while it has the stream. */
  final int[] state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};

  // The request: first a run in the rest, then one in the caller's bytes. The worker consumes it.
  long address;
  long blocks;
  long nextAddress;
  long nextBlocks;

  private MemorySegment lent = MemorySegment.NULL;
  private volatile boolean pending;
  private volatile boolean failed;
  private Thread owner = Thread.currentThread();

  LaneStream(LaneWorker worker, Runnable onClose) {
    this.worker = worker;
    this.onClose = onClose;
  }

  @Override
  public boolean hashesElsewhere() {
    return true;
  }

  @Override
  public void update(MemorySegment bytes) {
    submit(bytes);
    await();
  }

  @Override
  public void submit(MemorySegment bytes) {
    await();
    if (closed) {
      throw new IllegalStateException("this MD5 stream is closed");
    }
    totalBytes += bytes.byteSize();
    if (bytes.isNative() && bytes.byteSize() >= DIRECT_BYTES) {
      flush();
      submitNative(bytes);
    } else {
      gather(bytes);
    }
  }

  private void gather(MemorySegment bytes) {
    if (gathered.byteSize() == 0) {
      gathered = Arena.ofAuto().allocate(GATHERED_BYTES, BLOCK_BYTES);
    }
    for (long from = 0; from < bytes.byteSize(); ) {
      int piece = (int) Math.min(GATHERED_BYTES - gatheredBytes, bytes.byteSize() - from);
      MemorySegment.copy(bytes, from, gathered, gatheredBytes, piece);
      gatheredBytes += piece;
      from += piece;
      if (gatheredBytes == GATHERED_BYTES) {
        flush();
      }
    }
  }

  private void flush() {
    if (gatheredBytes > 0) {
      submitNative(gathered.asSlice(0, gatheredBytes));
      gatheredBytes = 0;
      await();
    }
  }

  private void submitNative(MemorySegment bytes) {
    if (!bytes.scope().isAlive() || !bytes.isAccessibleBy(Thread.currentThread())) {
      throw new IllegalStateException("the bytes to hash are closed, or belong to another thread");
    }
    long size = bytes.byteSize();
    long used = 0;
    if (restBytes > 0) {
      used = Math.min(BLOCK_BYTES - restBytes, size);
      MemorySegment.copy(bytes, 0, rest, restBytes, used);
      restBytes += (int) used;
      if (restBytes < BLOCK_BYTES) {
        return;
      }
    }
    long whole = (size - used) / BLOCK_BYTES;
    long after = used + whole * BLOCK_BYTES;
    int left = (int) (size - after);
    boolean restRuns = restBytes == BLOCK_BYTES;
    // The second half of the rest takes what is left now, while the first half is being hashed.
    MemorySegment.copy(bytes, after, rest, BLOCK_BYTES, left);
    long bytesAddress = bytes.address() + used;
    if (restRuns) {
      address = rest.address();
      blocks = 1;
      nextAddress = bytesAddress;
      nextBlocks = whole;
    } else {
      address = bytesAddress;
      blocks = whole;
      nextBlocks = 0;
    }
    restBytes = left;
    lent = bytes;
    if (blocks > 0) {
      send();
    }
    moveRest = true;
  }

  private void send() {
    owner = Thread.currentThread();
    pending = true;
    worker.submit(this);
  }

  /** The worker is done with the request. */
  void complete() {
    var waiting = owner;
    pending = false;
    LockSupport.unpark(waiting);
  }

  /** The worker could not do the request. */
  void fail() {
    failed = true;
    complete();
  }

  @Override
  public void await() {
    boolean interrupted = false;
    while (pending) {
      LockSupport.park(this);
      // The bytes are lent: we cannot leave before the worker is done with them.
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    try {
      if (moveRest) {
        moveRest = false;
        MemorySegment.copy(rest, BLOCK_BYTES, rest, 0, restBytes);
      }
      if (failed) {
        throw new IllegalStateException("the MD5 worker failed; its log entry has the cause");
      }
    } finally {
      Reference.reachabilityFence(lent);
      lent = MemorySegment.NULL;
    }
  }

  @Override
  public byte[] digest() {
    await();
    flush();
    rest.asSlice(restBytes).fill((byte) 0);
    rest.set(ValueLayout.JAVA_BYTE, restBytes, (byte) 0x80);
    int paddedBytes = restBytes + 1 + Long.BYTES <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
    rest.set(LaneWorker.LITTLE_LONG, paddedBytes - Long.BYTES, totalBytes << 3);
    address = rest.address();
    blocks = paddedBytes / BLOCK_BYTES;
    nextBlocks = 0;
    send();
    await();
    var bytes = new byte[16];
    var digest = MemorySegment.ofArray(bytes);
    for (int word = 0; word < 4; word++) {
      digest.set(LaneWorker.LITTLE_INT, 4L * word, state[word]);
    }
    return bytes;
  }

  @Override
  public void close() {
    if (!closed) {
      await();
      closed = true;
      onClose.run();
    }
  }
}
