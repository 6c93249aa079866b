package ninebark.storagenode.wire;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskInspector;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.DiskStatus;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.StoredShard;
import ninebark.storagenode.file.Medium;

/** What a frame says. */
sealed interface Message {
  /** Asked of a node. */
  sealed interface Request extends Message {}

  /** Asked of one of its disks. */
  sealed interface DiskRequest extends Request {
    DiskId disk();
  }

  /** The answer to a request. */
  sealed interface Reply extends Message {}

  /** The first request of every connection: who asks, and for which cluster. */
  record Hello(UUID cluster, String asker) implements Request {}

  /** What the node is like now; asked over and over, so that a silent node is noticed. */
  record Watch() implements Request {}

  /** Writes the body as a shard. */
  record Append(DiskId disk, ShardLabel label) implements DiskRequest {}

  record Read(DiskId disk, ShardKey key, int offset, int length) implements DiskRequest {}

  record ReadLabel(DiskId disk, ShardKey key) implements DiskRequest {}

  record Erase(DiskId disk, List<ShardKey> keys) implements DiskRequest {
    /** The most shards of one frame. */
    static final int MAX_KEYS = 4096;

    public Erase {
      keys = List.copyOf(keys);
    }
  }

  record ListShards(DiskId disk, Optional<ShardKey> after, int limit) implements DiskRequest {
    /** The most shards of one frame. */
    static final int MAX_SHARDS = 4096;
  }

  record ListContainers(DiskId disk) implements DiskRequest {}

  record InspectContainer(DiskId disk, int number) implements DiskRequest {}

  record InspectIndex(DiskId disk) implements DiskRequest {}

  /** Answers {@link Hello}. */
  record Welcome(UUID cluster, String node, List<Served> disks) implements Reply {
    public Welcome {
      disks = List.copyOf(disks);
    }
  }

  /** A disk that a node serves. */
  record Served(DiskPlace place, Medium medium) {}

  /** Answers {@link Watch}. */
  record Seen(List<Figures> disks) implements Reply {
    public Seen {
      disks = List.copyOf(disks);
    }
  }

  record Figures(DiskId disk, DiskStatus status) {}

  /** It is done, and durable if it was to be. */
  record Done() implements Reply {}

  /** The body is what was asked for. */
  record Bytes() implements Reply {}

  record Label(ShardLabel label) implements Reply {}

  record Shards(List<StoredShard> shards) implements Reply {
    public Shards {
      shards = List.copyOf(shards);
    }
  }

  record Containers(List<Integer> numbers) implements Reply {
    public Containers {
      numbers = List.copyOf(numbers);
    }
  }

  record Inspected(DiskInspector.Inspection inspection) implements Reply {}

  /** It could not be done. */
  record Failed(Trouble trouble, String what) implements Reply {}

  /** The failures that a disk's user tells apart. */
  enum Trouble {
    MISSING,
    DAMAGED,
    FULL,
    SUSPECT,
    AWAY,
    TIMEOUT,
    REFUSED,
    OTHER
  }
}
