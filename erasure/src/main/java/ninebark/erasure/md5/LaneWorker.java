package ninebark.erasure.md5;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that hashes whatever streams are waiting, up to 16 together. Streams come and go between
 * runs; a run is as many blocks as all streams in it have.
 *
 * <p>Threads: {@link #submit} from any. Invariant: live lanes are 0 to {@code live - 1}, without
 * gaps.
 */
final class LaneWorker {
  static final ValueLayout.OfInt LITTLE_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LITTLE_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final Logger LOG = LoggerFactory.getLogger(LaneWorker.class);
  private static final int MAX_LANES = 16;

  /** No run is longer than this many blocks, so that a newcomer soon gets a lane. */
  private static final long RUN_BLOCKS = 256;

  private final ArrayBlockingQueue<LaneStream> waiting;
  private final LaneStream[] lanes = new LaneStream[MAX_LANES];
  private final long[] addresses = new long[MAX_LANES];
  private final int[] states = new int[4 * MAX_LANES];
  private final Thread thread;
  private int live;

  /**
   * @param queueCapacity streams that may wait for a lane; more block in {@link #submit}
   */
  LaneWorker(String name, int queueCapacity) {
    this.waiting = new ArrayBlockingQueue<>(queueCapacity);
    this.thread = Thread.ofPlatform().name(name).daemon().start(this::work);
  }

  void submit(LaneStream stream) {
    boolean interrupted = false;
    while (true) {
      try {
        waiting.put(stream);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  void stop() {
    thread.interrupt();
  }

  private void work() {
    try {
      while (true) {
        admit(waiting.take());
        while (live > 0) {
          fillLanes();
          try {
            run();
          } catch (RuntimeException | Error e) {
            LOG.error("hashing {} streams failed", live, e);
            failAll();
          }
        }
      }
    } catch (InterruptedException stopped) {
      for (var stream = waiting.poll(); stream != null; stream = waiting.poll()) {
        stream.fail();
      }
    }
  }

  private void fillLanes() {
    while (live < MAX_LANES) {
      var next = waiting.poll();
      if (next == null) {
        return;
      }
      admit(next);
    }
  }

  private void admit(LaneStream stream) {
    int lane = live++;
    lanes[lane] = stream;
    addresses[lane] = stream.address;
    for (int word = 0; word < 4; word++) {
      states[MAX_LANES * word + lane] = stream.state[word];
    }
  }

  /**
   * Advances all live lanes by as many blocks as every one of them has, and lets go who is done.
   */
  private void run() {
    long blocks = RUN_BLOCKS;
    for (int lane = 0; lane < live; lane++) {
      blocks = Math.min(blocks, lanes[lane].blocks);
    }
    // An idle lane repeats the first one's bytes, into a state that nobody reads.
    int width = live <= 4 ? 4 : live <= 8 ? 8 : 16;
    for (int lane = live; lane < width; lane++) {
      addresses[lane] = addresses[0];
    }
    hash(width, blocks);
    for (int lane = live - 1; lane >= 0; lane--) {
      var stream = lanes[lane];
      stream.blocks -= blocks;
      if (stream.blocks == 0) {
        if (stream.nextBlocks > 0) {
          stream.blocks = stream.nextBlocks;
          addresses[lane] = stream.nextAddress;
          stream.nextBlocks = 0;
        } else {
          release(lane);
        }
      }
    }
  }

  private void hash(int width, long blocks) {
    for (long block = 0; block < blocks; block++) {
      switch (width) {
        case 4 -> Md5Blocks.block4(addresses, states);
        case 8 -> Md5Blocks.block8(addresses, states);
        default -> Md5Blocks.block16(addresses, states);
      }
      for (int lane = 0; lane < width; lane++) {
        addresses[lane] += LaneStream.BLOCK_BYTES;
      }
    }
  }

  /** Gives a stream its state back and moves the last lane into its place. */
  private void release(int lane) {
    var stream = lanes[lane];
    int last = --live;
    for (int word = 0; word < 4; word++) {
      stream.state[word] = states[MAX_LANES * word + lane];
      states[MAX_LANES * word + lane] = states[MAX_LANES * word + last];
    }
    lanes[lane] = lanes[last];
    addresses[lane] = addresses[last];
    lanes[last] = null;
    stream.complete();
  }

  private void failAll() {
    while (live > 0) {
      var stream = lanes[--live];
      lanes[live] = null;
      stream.fail();
    }
  }
}
