package ninebark.lifecycle.rules;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ninebark.erasure.Scheme;
import ninebark.erasure.ShardSet;
import ninebark.storagenode.DegradedStripe;
import ninebark.storagenode.Description;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.StripeReader;
import ninebark.storagenode.StripeWriter;
import ninebark.storagenode.Stripes;

/** Stripes in memory, without codes; the group of each is the k of its scheme. Threads: safe. */
final class PlainStripes implements Stripes {
  private static final int STRIPE_BYTES = 700;

  private final Map<StripeId, byte[]> stripes = new TreeMap<>();
  private final List<Owner> owners = new ArrayList<>();
  final List<Description> descriptions = Collections.synchronizedList(new ArrayList<>());
  private long serial;

  /** Told before each write; what it throws is what the disks say. */
  interface Trouble {
    void meet() throws IOException;
  }

  Trouble trouble = () -> {};
  boolean alters;
  boolean degrades;

  synchronized int count() {
    return stripes.size();
  }

  synchronized List<Owner> owners() {
    return List.copyOf(owners);
  }

  private synchronized Extent keep(byte[] bytes, Scheme scheme) {
    var id = new StripeId(1_000_000_000_000L, ++serial);
    if (alters) {
      bytes[0] ^= 1;
    }
    stripes.put(id, bytes);
    return new Extent(id, new GroupId(scheme.k()), bytes.length, bytes.length);
  }

  private synchronized byte[] bytes(Extent extent) throws IOException {
    var bytes = stripes.get(extent.stripe());
    if (bytes == null) {
      throw new IOException("stripe " + extent.stripe() + " is gone");
    }
    return bytes;
  }

  @Override
  public StripeWriter write(Owner owner, Scheme scheme) {
    synchronized (this) {
      owners.add(owner);
    }
    return new StripeWriter() {
      private final List<Extent> extents = new ArrayList<>();
      private final ByteBuffer filling = ByteBuffer.allocate(STRIPE_BYTES);
      private boolean finished;

      @Override
      public void write(ByteBuffer bytes) throws IOException {
        trouble.meet();
        while (bytes.hasRemaining()) {
          filling.put(bytes.get());
          if (!filling.hasRemaining()) {
            cut();
          }
        }
      }

      private void cut() {
        extents.add(keep(Arrays.copyOf(filling.array(), filling.position()), scheme));
        filling.clear();
      }

      @Override
      public void describe(Description description) {
        descriptions.add(description);
      }

      @Override
      public List<Extent> finish() {
        if (filling.position() > 0) {
          cut();
        }
        finished = true;
        return extents;
      }

      @Override
      public long crc64() {
        throw new UnsupportedOperationException("nobody compares it here");
      }

      @Override
      public List<DegradedStripe> degraded() {
        return degrades
            ? List.of(new DegradedStripe(extents.getFirst(), ShardSet.of(0)))
            : List.of();
      }

      @Override
      public void close() {
        if (!finished) {
          erase(extents);
        }
      }
    };
  }

  @Override
  public StripeReader read(List<Extent> extents, long offset, long length) throws IOException {
    var all = new ByteArrayOutputStream();
    for (var extent : extents) {
      all.write(bytes(extent));
    }
    var piece = ByteBuffer.wrap(all.toByteArray(), (int) offset, (int) length).slice();
    return new StripeReader() {
      private boolean given = length == 0;

      @Override
      public Optional<Piece> next() {
        if (given) {
          return Optional.empty();
        }
        given = true;
        return Optional.of(
            new Piece() {
              @Override
              public ByteBuffer bytes() {
                return piece.asReadOnlyBuffer();
              }

              @Override
              public void close() {}
            });
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public synchronized void erase(Collection<Extent> extents) {
    extents.forEach(extent -> stripes.remove(extent.stripe()));
  }
}
