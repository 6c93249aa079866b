package ninebark.storagenode.file;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that can lose power, fill up, fail and lie.
 *
 * <p>What was not synced may be lost at a crash: each sector of 512 bytes of each write on its own,
 * each name on its own, in no order. After a failed sync, what it should have made durable never
 * becomes durable.
 */
public final class SimulatedFiles implements DiskFiles {
  private static final int SECTOR_BYTES = 512;

  /** Something done to a file that a sync has not covered yet. */
  private sealed interface Unsynced {
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Write(int offset, byte[] bytes) implements Unsynced {}

    record Length(int length) implements Unsynced {}
  }

  private static final class Inode {
    byte[] now = new byte[0];
    byte[] durable = new byte[0];
    final List<Unsynced> unsynced = new ArrayList<>();
  }

  private final Map<String, Inode> names;
  private final Map<String, Inode> durableNames;
  private final Random random;
  private boolean dead;
  private boolean locked;

  /** Operations that change something, counted to place a crash. */
  private int operations;

  private int crashAt = Integer.MAX_VALUE;
  private int failingSyncs;
  private int failingWrites;
  private long spaceBytes = Long.MAX_VALUE / 4;
  private int syncs;

  public SimulatedFiles(Random random) {
    this(new TreeMap<>(), random);
  }

  private SimulatedFiles(Map<String, Inode> names, Random random) {
    this.names = new TreeMap<>(names);
    this.durableNames = new TreeMap<>(names);
    this.random = random;
  }

  /** Loses power in the {@code operation}th change from now. */
  public synchronized void crashAfter(int operation) {
    crashAt = operations + operation;
  }

  public synchronized int operations() {
    return operations;
  }

  public synchronized int syncs() {
    return syncs;
  }

  public synchronized boolean isDead() {
    return dead;
  }

  public synchronized void failSyncs(int count) {
    failingSyncs = count;
  }

  public synchronized void failWrites(int count) {
    failingWrites = count;
  }

  public synchronized void spaceIs(long bytes) {
    spaceBytes = bytes;
  }

  /** Ends the power; the disk as it is found afterwards. */
  public synchronized SimulatedFiles crash() {
    dead = true;
    var after = new TreeMap<String, Inode>();
    var all = new TreeMap<>(durableNames);
    all.putAll(names);
    for (var name : all.keySet()) {
      var before = durableNames.get(name);
      var since = names.get(name);
      var chosen = before == since || random.nextBoolean() ? since : before;
      if (chosen != null) {
        after.put(name, afterCrash(chosen));
      }
    }
    return new SimulatedFiles(after, random);
  }

  /** The process ends without a word, the machine goes on: nothing is lost. */
  public synchronized SimulatedFiles kill() {
    dead = true;
    var after = new SimulatedFiles(new TreeMap<>(), random);
    after.names.putAll(names);
    after.durableNames.putAll(durableNames);
    return after;
  }

  private Inode afterCrash(Inode inode) {
    var after = new Inode();
    byte[] bytes = inode.durable.clone();
    for (var change : inode.unsynced) {
      switch (change) {
        case Unsynced.Length(var length) -> {
          if (random.nextBoolean()) {
            bytes = Arrays.copyOf(bytes, length);
          }
        }
        case Unsynced.Write(var offset, var written) -> {
          int fate = random.nextInt(3);
          int at = 0;
          while (at < written.length) {
            int end =
                Math.min(
                    written.length, ((offset + at) / SECTOR_BYTES + 1) * SECTOR_BYTES - offset);
            if (fate == 0 || (fate == 1 && random.nextBoolean())) {
              bytes = put(bytes, offset + at, Arrays.copyOfRange(written, at, end));
            }
            at = end;
          }
        }
      }
    }
    after.now = bytes;
    after.durable = bytes.clone();
    return after;
  }

  /** Changes bytes behind everybody's back. */
  public synchronized void flip(String name, int offset, int bits) {
    var inode = names.get(name);
    inode.now[offset] ^= (byte) bits;
    if (offset < inode.durable.length) {
      inode.durable[offset] ^= (byte) bits;
    }
  }

  public synchronized int length(String name) {
    return names.get(name).now.length;
  }

  public synchronized byte[] content(String name) {
    return names.get(name).now.clone();
  }

  public synchronized void cut(String name, int length) {
    var inode = names.get(name);
    inode.now = Arrays.copyOf(inode.now, length);
    inode.durable = Arrays.copyOf(inode.durable, length);
    inode.unsynced.clear();
  }

  private static byte[] put(byte[] into, int offset, byte[] bytes) {
    var target =
        into.length < offset + bytes.length ? Arrays.copyOf(into, offset + bytes.length) : into;
    System.arraycopy(bytes, 0, target, offset, bytes.length);
    return target;
  }

  private void changing() throws IOException {
    alive();
    operations++;
    if (operations >= crashAt) {
      dead = true;
      throw new IOException("the power is gone");
    }
  }

  private void alive() throws IOException {
    if (dead) {
      throw new IOException("the power is gone");
    }
  }

  @Override
  public String description() {
    return "simulated";
  }

  @Override
  public synchronized DiskFile open(String name) throws IOException {
    alive();
    var inode = names.get(name);
    if (inode == null) {
      throw new FileNotFoundException(name);
    }
    return new SimulatedFile(inode);
  }

  @Override
  public synchronized DiskFile create(String name) throws IOException {
    changing();
    if (names.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    var inode = new Inode();
    names.put(name, inode);
    return new SimulatedFile(inode);
  }

  @Override
  public synchronized boolean exists(String name) {
    return names.containsKey(name);
  }

  @Override
  public synchronized List<String> list(String folder) throws IOException {
    alive();
    return names.keySet().stream()
        .filter(name -> name.startsWith(folder + "/"))
        .map(name -> name.substring(folder.length() + 1))
        .toList();
  }

  @Override
  public void makeFolder(String folder) {}

  @Override
  public synchronized void delete(String name) throws IOException {
    changing();
    names.remove(name);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    changing();
    names.put(to, names.remove(from));
  }

  @Override
  public synchronized void syncFolder(String folder) throws IOException {
    changing();
    var prefix = folder.isEmpty() ? "" : folder + "/";
    durableNames.keySet().removeIf(name -> inFolder(name, prefix) && !names.containsKey(name));
    names.forEach(
        (name, inode) -> {
          if (inFolder(name, prefix)) {
            durableNames.put(name, inode);
          }
        });
  }

  private static boolean inFolder(String name, String prefix) {
    return name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0;
  }

  @Override
  public synchronized Closeable lock(String name) throws IOException {
    if (locked) {
      throw new IOException("in use");
    }
    locked = true;
    return () -> {
      synchronized (this) {
        locked = false;
      }
    };
  }

  @Override
  public Medium medium() {
    return Medium.FLASH;
  }

  @Override
  public long capacityBytes() {
    return spaceBytes;
  }

  @Override
  public synchronized long usableBytes() {
    return Math.max(0, spaceBytes - usedBytes());
  }

  private long usedBytes() {
    return names.values().stream().mapToLong(inode -> inode.now.length).sum();
  }

  private final class SimulatedFile implements DiskFile {
    private final Inode inode;
    private boolean closed;

    SimulatedFile(Inode inode) {
      this.inode = inode;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      synchronized (SimulatedFiles.this) {
        open();
        int bytes = (int) Math.max(0, Math.min(into.remaining(), inode.now.length - position));
        into.put(inode.now, (int) Math.min(position, inode.now.length), bytes);
        return bytes;
      }
    }

    @Override
    public void write(List<ByteBuffer> from, long position) throws IOException {
      synchronized (SimulatedFiles.this) {
        open();
        if (failingWrites > 0) {
          failingWrites--;
          throw new IOException("Input/output error");
        }
        int length = from.stream().mapToInt(ByteBuffer::remaining).sum();
        var bytes = ByteBuffer.allocate(length);
        from.forEach(bytes::put);
        long more = Math.max(0, position + length - inode.now.length);
        if (usedBytes() + more > spaceBytes) {
          throw new IOException("No space left on device");
        }
        // The write counts as begun: part of it may survive a crash in it.
        inode.now = put(inode.now, (int) position, bytes.array());
        inode.unsynced.add(new Unsynced.Write((int) position, bytes.array()));
        changing();
      }
    }

    @Override
    public void preallocate(long length) throws IOException {
      synchronized (SimulatedFiles.this) {
        open();
        changing();
        if (length > inode.now.length) {
          if (usedBytes() + length - inode.now.length > spaceBytes) {
            throw new IOException("No space left on device");
          }
          truncate(length);
        }
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (SimulatedFiles.this) {
        open();
        changing();
        syncs++;
        if (failingSyncs > 0) {
          failingSyncs--;
          inode.unsynced.clear();
          throw new IOException("Input/output error");
        }
        for (var change : inode.unsynced) {
          inode.durable =
              switch (change) {
                case Unsynced.Length(var length) -> Arrays.copyOf(inode.durable, length);
                case Unsynced.Write(var offset, var bytes) -> put(inode.durable, offset, bytes);
              };
        }
        inode.unsynced.clear();
      }
    }

    @Override
    public long length() throws IOException {
      synchronized (SimulatedFiles.this) {
        open();
        return inode.now.length;
      }
    }

    @Override
    public void truncate(long length) throws IOException {
      synchronized (SimulatedFiles.this) {
        open();
        inode.now = Arrays.copyOf(inode.now, (int) length);
        inode.unsynced.add(new Unsynced.Length((int) length));
        changing();
      }
    }

    private void open() throws IOException {
      alive();
      if (closed) {
        throw new ClosedChannelException();
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
