package ninebark.storagenode.shard;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.DiskAwayException;
import ninebark.storagenode.DiskFullException;
import ninebark.storagenode.DiskSuspectException;
import ninebark.storagenode.DiskTimeoutException;
import ninebark.storagenode.ShardAppend;
import ninebark.storagenode.ShardKey;

/** What waits for a disk's writer. */
sealed interface Request {
  Completion completion();

  /** What it adds to the queue's length. */
  long bytes();

  /** A new shard. */
  record Append(ContainerRecord.Shard record, MemorySegment body, Completion completion)
      implements Request {
    @Override
    public long bytes() {
      return body.byteSize();
    }
  }

  /** Shards to forget. */
  record Erase(List<ShardKey> keys, Completion completion) implements Request {
    @Override
    public long bytes() {
      return 0;
    }
  }

  /** A record that moves from a container that is being copied out. */
  record Copy(ContainerRecord record, LogPosition from, MemorySegment body, Completion completion)
      implements Request {
    @Override
    public long bytes() {
      return body.byteSize();
    }
  }

  /** Something that must not run beside a commit. */
  record Task(Action action, Completion completion) implements Request {
    @Override
    public long bytes() {
      return 0;
    }
  }

  /** The work of a {@link Task}. */
  interface Action {
    void run() throws IOException;
  }

  /** How a request ends. Threads: any may wait, one ends it. */
  final class Completion implements ShardAppend {
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private final CompletableFuture<Void> durable = new CompletableFuture<>();

    void release() {
      released.complete(null);
    }

    void succeed() {
      released.complete(null);
      durable.complete(null);
    }

    void fail(IOException failure) {
      released.complete(null);
      durable.completeExceptionally(failure);
    }

    @Override
    public void awaitReleased() throws InterruptedException {
      try {
        released.get();
      } catch (ExecutionException impossible) {
        throw new AssertionError(impossible);
      }
    }

    @Override
    public void awaitDurable(Deadline deadline) throws IOException, InterruptedException {
      try {
        durable.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        throw new DiskTimeoutException("the disk did not sync in time");
      } catch (ExecutionException failure) {
        throw forThisThread(failure.getCause());
      }
    }

    void await() throws IOException, InterruptedException {
      try {
        durable.get();
      } catch (ExecutionException failure) {
        throw forThisThread(failure.getCause());
      }
    }

    /** A new exception, so that the stack tells who waited, and the cause what happened. */
    private static IOException forThisThread(Throwable cause) {
      return switch (cause) {
        case DiskFullException full -> new DiskFullException(full.getMessage(), full);
        case DiskSuspectException suspect ->
            new DiskSuspectException(suspect.getMessage(), suspect);
        case DiskAwayException away -> away;
        default -> new IOException(cause.getMessage(), cause);
      };
    }
  }
}
