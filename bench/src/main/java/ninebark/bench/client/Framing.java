package ninebark.bench.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.CRC32;
import ninebark.gateway.sigv4.Sha256;

/**
 * A patterned body as it goes on the wire, piece by piece: bare, or framed as {@code aws-chunked}.
 * Threads: one.
 *
 * <pre>
 * chunk = hex-size [";chunk-signature=" 64-hex] CRLF payload CRLF
 * last  = "0" [";chunk-signature=" 64-hex] CRLF [trailer CRLF] CRLF
 * </pre>
 */
final class Framing {
  static final String TRAILER_NAME = "x-amz-checksum-crc32";

  private static final int CHUNK_BYTES = 64 * 1024;
  private static final String SIGNATURE = ";chunk-signature=";
  private static final byte[] CRLF = {'\r', '\n'};

  private enum Next {
    HEAD,
    PAYLOAD,
    END
  }

  private final ContentPattern pattern;
  private final Body.Patterned body;
  private final PayloadMode mode;
  private final RequestSigner.ChunkSigner signatures;
  private final ByteBufAllocator allocator;
  private final CRC32 crc = new CRC32();

  private Next next;
  private long given;
  private int chunkCount;

  Framing(
      ContentPattern pattern,
      Body.Patterned body,
      PayloadMode mode,
      RequestSigner.Signed signed,
      ByteBufAllocator allocator) {
    this.pattern = pattern;
    this.body = body;
    this.mode = mode;
    this.signatures = signed.chunks();
    this.allocator = allocator;
    this.next = framed(mode) ? Next.HEAD : Next.PAYLOAD;
    if (next == Next.PAYLOAD && body.length() == 0) {
      next = Next.END;
    }
  }

  static boolean framed(PayloadMode mode) {
    return mode == PayloadMode.CHUNKED_SIGNED || mode == PayloadMode.CHUNKED_UNSIGNED_TRAILER;
  }

  /** How many bytes a body has on the wire. */
  static long wireLength(PayloadMode mode, long length) {
    return switch (mode) {
      case SIGNED, UNSIGNED -> length;
      case CHUNKED_SIGNED -> chunks(length, SIGNATURE.length() + 64) + 2;
      case CHUNKED_UNSIGNED_TRAILER ->
          chunks(length, 0) + TRAILER_NAME.length() + 1 + 8 + 2L * CRLF.length;
    };
  }

  private static long chunks(long length, int extension) {
    long whole = length / CHUNK_BYTES;
    long rest = length % CHUNK_BYTES;
    long frames = whole * (hexDigits(CHUNK_BYTES) + extension + 4L + CHUNK_BYTES);
    if (rest > 0) {
      frames += hexDigits(rest) + extension + 4L + rest;
    }
    return frames + 1 + extension + 2;
  }

  private static int hexDigits(long number) {
    return Long.toHexString(number).length();
  }

  boolean hasNext() {
    return next != Next.END;
  }

  /** The next piece; the caller releases it. */
  ByteBuf next() {
    if (!framed(mode)) {
      int count = (int) Math.min(ContentPattern.SLICE_BYTES, body.length() - given);
      var piece = pattern.slice(body.variant(), body.offset() + given, count);
      given += count;
      if (given == body.length()) {
        next = Next.END;
      }
      return piece;
    }
    if (next == Next.HEAD) {
      chunkCount = (int) Math.min(CHUNK_BYTES, body.length() - given);
      next = chunkCount == 0 ? Next.END : Next.PAYLOAD;
      return chunkHead();
    }
    var payload = pattern.slice(body.variant(), body.offset() + given, chunkCount);
    given += chunkCount;
    next = Next.HEAD;
    return payload;
  }

  /**
   * The line end of the chunk before, this chunk's head and, for the last, what closes the body.
   */
  private ByteBuf chunkHead() {
    var head = allocator.directBuffer(256);
    if (given > 0) {
      head.writeBytes(CRLF);
    }
    var payload =
        chunkCount == 0
            ? ByteBuffer.allocate(0)
            : pattern.view(body.variant(), body.offset() + given, chunkCount);
    var line = new StringBuilder(96).append(Integer.toHexString(chunkCount));
    if (mode == PayloadMode.CHUNKED_SIGNED) {
      var hash = Sha256.start();
      hash.update(payload);
      line.append(SIGNATURE).append(signatures.next(HexFormat.of().formatHex(hash.digest())));
    } else {
      crc.update(payload);
    }
    line.append("\r\n");
    if (chunkCount == 0) {
      if (mode == PayloadMode.CHUNKED_UNSIGNED_TRAILER) {
        line.append(TRAILER_NAME).append(':').append(crcBase64()).append("\r\n");
      }
      line.append("\r\n");
    }
    head.writeCharSequence(line, StandardCharsets.US_ASCII);
    return head;
  }

  private String crcBase64() {
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }

  /** All of it at once, behind what is there already. */
  void appendTo(ByteBuf buffer) {
    while (hasNext()) {
      var piece = next();
      buffer.writeBytes(piece);
      piece.release();
    }
  }
}
