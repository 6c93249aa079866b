package ninebark.gateway.sigv4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.ByteSource;
import ninebark.gateway.message.Headers;

/**
 * Takes the {@code aws-chunked} framing off a body, checking each chunk's signature where there are
 * some. The payload is lent on as slices of what arrived, nothing is copied.
 *
 * <pre>
 * chunk   = hex-size [";chunk-signature=" 64-hex] CRLF payload CRLF
 * last    = "0" [";chunk-signature=" 64-hex] CRLF
 * trailer = *(name ":" value [LF] CRLF) ["x-amz-trailer-signature:" 64-hex CRLF]
 * body    = *chunk last trailer CRLF
 * </pre>
 *
 * A chunk's payload is given out before its signature is known to hold, because chunks may be
 * large; so nothing of it may become visible before {@link #next} has said that the end is reached.
 * Threads: one. Invariant: once failed, always failed.
 */
public final class ChunkedBody implements ByteSource {
  private static final int MAX_LINE_BYTES = 1024;
  private static final int MAX_TRAILERS = 16;
  private static final String SIGNATURE = "chunk-signature=";

  private enum At {
    CHUNK_HEAD,
    PAYLOAD,
    CHUNK_END,
    TRAILER,
    END
  }

  private final ByteSource framed;
  private final long decodedLength;
  private final Optional<ChunkSignatures> signatures;
  private final boolean trailerAllowed;
  private final MessageDigest chunkHash = Sha256.start();
  private final byte[] line = new byte[MAX_LINE_BYTES];
  private final Headers.Builder trailer = Headers.builder();
  private final StringBuilder signedTrailer = new StringBuilder();

  private ByteBuffer arrived = ByteBuffer.allocate(0);
  private At at = At.CHUNK_HEAD;
  private long given;
  private long left;
  private String claimed = "";
  private boolean trailerSigned;

  private ChunkedBody(
      ByteSource framed,
      long decodedLength,
      Optional<ChunkSignatures> signatures,
      boolean trailerAllowed) {
    this.framed = framed;
    this.decodedLength = decodedLength;
    this.signatures = signatures;
    this.trailerAllowed = trailerAllowed;
  }

  /** A body whose chunks are signed, continuing the signature of its request. */
  public static ChunkedBody signed(
      ByteSource framed, long decodedLength, ChunkSignatures signatures, boolean trailer) {
    return new ChunkedBody(framed, decodedLength, Optional.of(signatures), trailer);
  }

  /** A body whose chunks carry no signatures. */
  public static ChunkedBody unsigned(ByteSource framed, long decodedLength) {
    return new ChunkedBody(framed, decodedLength, Optional.empty(), true);
  }

  /** The trailer, once {@link #next} has said that the end is reached. */
  public Headers trailer() {
    if (at != At.END) {
      throw new IllegalStateException("the trailer is known at the end of the body");
    }
    return trailer.build();
  }

  @Override
  public ByteBuffer next() throws IOException {
    while (true) {
      switch (at) {
        case CHUNK_HEAD -> chunkHead(readLine());
        case PAYLOAD -> {
          return payload();
        }
        case CHUNK_END -> {
          if (!readLine().isEmpty()) {
            throw badFraming("a chunk is longer than it says");
          }
          at = At.CHUNK_HEAD;
        }
        case TRAILER -> trailerLine(readLine());
        case END -> {
          return ByteBuffer.allocate(0);
        }
      }
    }
  }

  private void chunkHead(String head) {
    int semicolon = head.indexOf(';');
    var size = semicolon < 0 ? head : head.substring(0, semicolon);
    if (size.isEmpty() || size.length() > 12 || !isHex(size)) {
      throw badFraming("a chunk's size is not a hexadecimal number");
    }
    left = HexFormat.fromHexDigitsToLong(size);
    if (signatures.isPresent()) {
      var extension = semicolon < 0 ? "" : head.substring(semicolon + 1);
      claimed = extension.startsWith(SIGNATURE) ? extension.substring(SIGNATURE.length()) : "";
      if (claimed.length() != 64 || !isHex(claimed)) {
        throw badFraming("a chunk has no chunk-signature of 64 hexadecimal digits");
      }
    } else if (semicolon >= 0) {
      throw badFraming("a chunk of an unsigned body carries an extension");
    }
    if (left > decodedLength - given) {
      throw badFraming("the chunks hold more than x-amz-decoded-content-length says");
    }
    if (left > 0) {
      at = At.PAYLOAD;
      return;
    }
    checkChunkSignature();
    if (given != decodedLength) {
      throw incomplete("the chunks hold less than x-amz-decoded-content-length says");
    }
    at = At.TRAILER;
  }

  private ByteBuffer payload() throws IOException {
    refill();
    int count = (int) Math.min(left, arrived.remaining());
    var piece = arrived.slice(arrived.position(), count);
    arrived.position(arrived.position() + count);
    if (signatures.isPresent()) {
      chunkHash.update(piece.duplicate());
    }
    left -= count;
    given += count;
    if (left == 0) {
      checkChunkSignature();
      at = At.CHUNK_END;
    }
    return piece;
  }

  private void checkChunkSignature() {
    if (signatures.isPresent()) {
      var hash = HexFormat.of().formatHex(chunkHash.digest());
      if (!SignatureVerifier.same(signatures.get().next(hash), claimed)) {
        throw S3Error.SIGNATURE_DOES_NOT_MATCH.because(
            "The signature we calculated for a chunk does not match the one you provided.");
      }
    }
  }

  private void trailerLine(String text) throws IOException {
    if (text.isEmpty()) {
      finish();
      return;
    }
    if (!trailerAllowed || trailerSigned || trailer.count() == MAX_TRAILERS) {
      throw badFraming("a trailer stands where none belongs");
    }
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw badFraming("a trailer has no colon");
    }
    var name = text.substring(0, colon).toLowerCase(Locale.ROOT);
    var value = text.substring(colon + 1).strip();
    if (name.equals("x-amz-trailer-signature")) {
      if (signatures.isEmpty()) {
        throw badFraming("an unsigned body carries a trailer signature");
      }
      if (!SignatureVerifier.same(signatures.get().trailer(signedTrailer.toString()), value)) {
        throw S3Error.SIGNATURE_DOES_NOT_MATCH.because(
            "The signature we calculated for the trailer does not match the one you provided.");
      }
      trailerSigned = true;
      return;
    }
    if (!isToken(name)) {
      throw badFraming("a trailer's name is not a header's");
    }
    signedTrailer.append(name).append(':').append(value).append('\n');
    trailer.add(name, value);
  }

  private void finish() throws IOException {
    if (signatures.isPresent() && trailerAllowed && !trailerSigned) {
      throw badFraming("the trailer has no signature");
    }
    // Whatever follows the end was never signed: a body that goes on is refused.
    if (!arrived.hasRemaining()) {
      arrived = framed.next();
    }
    if (arrived.hasRemaining()) {
      throw badFraming("the body goes on behind its last chunk");
    }
    at = At.END;
  }

  private void refill() throws IOException {
    if (!arrived.hasRemaining()) {
      arrived = framed.next();
      if (!arrived.hasRemaining()) {
        throw incomplete("the body ends before its last chunk");
      }
    }
  }

  /** A line up to its CRLF; in trailers a lone LF before it is what AWS's own examples send. */
  private String readLine() throws IOException {
    int count = 0;
    while (true) {
      refill();
      byte b = arrived.get();
      if (b == '\n') {
        if (count > 0 && line[count - 1] == '\r') {
          int end = count - 1;
          while (at == At.TRAILER && end > 0 && line[end - 1] == '\n') {
            end--;
          }
          for (int i = 0; i < end; i++) {
            if (line[i] < ' ' || line[i] == 127) {
              throw badFraming("a line holds a control character");
            }
          }
          return new String(line, 0, end, java.nio.charset.StandardCharsets.ISO_8859_1);
        }
        if (at != At.TRAILER) {
          throw badFraming("a line ends without a carriage return");
        }
      }
      if (count == MAX_LINE_BYTES) {
        throw badFraming("a line is too long");
      }
      line[count++] = b;
    }
  }

  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.digit(c, 16) < 0 || c > 'f') {
        return false;
      }
    }
    return true;
  }

  private static boolean isToken(String name) {
    return name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
  }

  private static S3Exception badFraming(String why) {
    return S3Error.INVALID_REQUEST.because("The aws-chunked body is malformed: " + why + ".");
  }

  private static S3Exception incomplete(String why) {
    return S3Error.INCOMPLETE_BODY.because("The aws-chunked body is incomplete: " + why + ".");
  }
}
