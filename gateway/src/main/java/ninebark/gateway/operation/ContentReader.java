package ninebark.gateway.operation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import ninebark.gateway.message.ByteSource;
import ninebark.metadata.Content;
import ninebark.metadata.Index;
import ninebark.metadata.Query;
import ninebark.metadata.StoredPart;
import ninebark.storagenode.StripeReader;
import ninebark.storagenode.Stripes;

/**
 * The bytes of a range of one object, wherever they are: inline, in stripes, or in parts that are
 * looked up as the reading goes on. Threads: one.
 */
final class ContentReader implements StripeReader {
  private static final int PARTS_PER_LOOKUP = 200;

  private final Index index;
  private final Stripes stripes;
  private final long contentId;
  private final ArrayDeque<StoredPart> ahead = new ArrayDeque<>();
  private long offset;
  private long left;
  private Optional<StripeReader> part = Optional.empty();

  private ContentReader(Index index, Stripes stripes, long contentId, long offset, long length) {
    this.index = index;
    this.stripes = stripes;
    this.contentId = contentId;
    this.offset = offset;
    this.left = length;
  }

  /** Opens {@code length} bytes from {@code offset}. */
  static StripeReader open(Backend backend, Content content, long offset, long length)
      throws IOException {
    return switch (content) {
      case Content.Inline(var bytes) -> inline(bytes, (int) offset, (int) length);
      case Content.Striped(var extents) -> backend.stripes().read(extents, offset, length);
      case Content.Parts(var id, var count) ->
          new ContentReader(backend.index(), backend.stripes(), id, offset, length);
    };
  }

  private static StripeReader inline(byte[] bytes, int offset, int length) {
    return new StripeReader() {
      private boolean given = length == 0;

      @Override
      public Optional<Piece> next() {
        if (given) {
          return Optional.empty();
        }
        given = true;
        return Optional.of(lent(ByteBuffer.wrap(bytes, offset, length)));
      }

      @Override
      public void close() {}
    };
  }

  private static Piece lent(ByteBuffer bytes) {
    return new Piece() {
      @Override
      public ByteBuffer bytes() {
        return bytes;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Optional<Piece> next() throws IOException {
    while (true) {
      if (part.isPresent()) {
        var piece = part.get().next();
        if (piece.isPresent()) {
          return piece;
        }
        part.get().close();
        part = Optional.empty();
      }
      if (left == 0) {
        return Optional.empty();
      }
      openPart();
    }
  }

  private void openPart() throws IOException {
    if (ahead.isEmpty()) {
      ahead.addAll(index.ask(new Query.ReadParts(contentId, offset, PARTS_PER_LOOKUP)));
    }
    var stored = ahead.poll();
    if (stored == null) {
      throw new IOException("the parts of content " + contentId + " end before byte " + offset);
    }
    long within = offset - stored.offset();
    long count = Math.min(left, stored.info().length() - within);
    if (within < 0 || count < 0) {
      throw new IOException("the parts of content " + contentId + " have a gap at " + offset);
    }
    offset += count;
    left -= count;
    if (count > 0) {
      part =
          Optional.of(
              switch (stored.content()) {
                case Content.Inline(var bytes) -> inline(bytes, (int) within, (int) count);
                case Content.Striped(var extents) -> stripes.read(extents, within, count);
                case Content.Parts(var id, var number) ->
                    throw new IOException("a part of content " + contentId + " is made of parts");
              });
    }
  }

  @Override
  public void close() {
    part.ifPresent(StripeReader::close);
    part = Optional.empty();
  }

  /** The same bytes as something that can be stored again; each piece ends when the next begins. */
  static final class Source implements ByteSource, AutoCloseable {
    private final StripeReader reader;
    private Optional<Piece> lent = Optional.empty();

    Source(StripeReader reader) {
      this.reader = reader;
    }

    @Override
    public ByteBuffer next() throws IOException {
      lent.ifPresent(Piece::close);
      lent = reader.next();
      return lent.map(piece -> piece.bytes().duplicate()).orElseGet(() -> ByteBuffer.allocate(0));
    }

    @Override
    public void close() {
      lent.ifPresent(Piece::close);
      lent = Optional.empty();
      reader.close();
    }
  }
}
