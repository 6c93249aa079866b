package ninebark.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import ninebark.erasure.Scheme;
import ninebark.erasure.checksum.Crc;
import ninebark.erasure.checksum.CrcStream;
import ninebark.storagenode.Description;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.StripeReader;
import ninebark.storagenode.StripeWriter;
import ninebark.storagenode.Stripes;

/** Stripes kept in memory, without codes, and counted so that tests see what leaks. */
public final class MemoryStripes implements Stripes {
  private final int stripeBytes;
  private final Map<StripeId, byte[]> stripes = new ConcurrentHashMap<>();
  private final AtomicLong serial = new AtomicLong();

  /** What stripes told of their objects, in the order of their writing. */
  public final List<Description> descriptions = new CopyOnWriteArrayList<>();

  public final AtomicInteger openWriters = new AtomicInteger();
  public final AtomicInteger openReaders = new AtomicInteger();
  public final AtomicInteger lentPieces = new AtomicInteger();
  volatile Optional<IOException> writeFailure = Optional.empty();
  volatile Optional<IOException> readFailure = Optional.empty();

  /** Whether one bit of every stripe is turned over between its writer and where it is kept. */
  volatile boolean altering;

  MemoryStripes(int stripeBytes) {
    this.stripeBytes = stripeBytes;
  }

  public int count() {
    return stripes.size();
  }

  @Override
  public StripeWriter write(Owner owner, Scheme scheme) {
    openWriters.incrementAndGet();
    return new StripeWriter() {
      private final List<Extent> extents = new ArrayList<>();
      private final byte[] filling = new byte[stripeBytes];
      private int count;
      private final CrcStream crc = Crc.CRC64NVME.start();
      private boolean finished;

      @Override
      public void write(ByteBuffer bytes) throws IOException {
        if (writeFailure.isPresent()) {
          throw writeFailure.get();
        }
        while (bytes.hasRemaining()) {
          int take = Math.min(bytes.remaining(), stripeBytes - count);
          bytes.get(filling, count, take);
          count += take;
          if (count == stripeBytes) {
            cut();
          }
        }
      }

      private void cut() {
        var id = new StripeId(System.currentTimeMillis(), serial.incrementAndGet());
        var kept = Arrays.copyOf(filling, count);
        if (altering) {
          kept[count / 2] ^= 1;
        }
        crc.update(kept, 0, count);
        stripes.put(id, kept);
        extents.add(new Extent(id, new GroupId(0), count, Math.ceilDiv(count, scheme.k())));
        count = 0;
      }

      @Override
      public void describe(Description description) {
        descriptions.add(description);
      }

      @Override
      public List<Extent> finish() {
        if (count > 0) {
          cut();
        }
        finished = true;
        return extents;
      }

      @Override
      public long crc64() {
        return crc.value();
      }

      @Override
      public void close() {
        openWriters.decrementAndGet();
        if (!finished) {
          extents.forEach(extent -> stripes.remove(extent.stripe()));
        }
      }
    };
  }

  @Override
  public StripeReader read(List<Extent> extents, long offset, long length) {
    openReaders.incrementAndGet();
    return new StripeReader() {
      private long skip = offset;
      private long left = length;
      private int next;

      @Override
      public Optional<Piece> next() throws IOException {
        if (readFailure.isPresent()) {
          throw readFailure.get();
        }
        while (left > 0) {
          var extent = extents.get(next++);
          if (skip >= extent.length()) {
            skip -= extent.length();
            continue;
          }
          var bytes = Optional.ofNullable(stripes.get(extent.stripe()));
          if (bytes.isEmpty()) {
            throw new IOException("stripe " + extent.stripe() + " is gone");
          }
          int take = (int) Math.min(left, extent.length() - skip);
          var direct = ByteBuffer.allocateDirect(take);
          direct.put(bytes.get(), (int) skip, take).flip();
          skip = 0;
          left -= take;
          lentPieces.incrementAndGet();
          return Optional.of(
              new Piece() {
                @Override
                public ByteBuffer bytes() {
                  return direct.asReadOnlyBuffer();
                }

                @Override
                public void close() {
                  lentPieces.decrementAndGet();
                }
              });
        }
        return Optional.empty();
      }

      @Override
      public void close() {
        openReaders.decrementAndGet();
      }
    };
  }

  @Override
  public void erase(Collection<Extent> extents) {
    extents.forEach(extent -> stripes.remove(extent.stripe()));
  }
}
