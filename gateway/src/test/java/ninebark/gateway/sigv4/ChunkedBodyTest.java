package ninebark.gateway.sigv4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.ByteSource;
import ninebark.gateway.message.Headers;
import org.junit.jupiter.api.Test;

class ChunkedBodyTest {
  private static final CredentialScope SCOPE = new CredentialScope("20260101", "r", "s3");
  private static final SigningKey KEY = SigningKey.derive("secret", SCOPE);
  private static final String DATE = "20260101T000000Z";
  private static final String SEED = "0".repeat(64);
  private static final byte[] PAYLOAD = payload();

  private static byte[] payload() {
    var bytes = new byte[300];
    new Random(5).nextBytes(bytes);
    return bytes;
  }

  private static ChunkSignatures chain() {
    return new ChunkSignatures(KEY, SCOPE, DATE, SEED);
  }

  /** The payload in chunks of 100, signed, with a trailer if it has a name. */
  private static byte[] framed(boolean signed, String trailer) {
    var out = new ByteArrayOutputStream();
    var chain = chain();
    for (int at = 0; at <= PAYLOAD.length; at += 100) {
      var chunk = java.util.Arrays.copyOfRange(PAYLOAD, at, Math.min(at + 100, PAYLOAD.length));
      text(out, Integer.toHexString(chunk.length));
      if (signed) {
        text(out, ";chunk-signature=" + chain.next(Sha256.hex(chunk)));
      }
      text(out, "\r\n");
      if (chunk.length > 0) {
        out.writeBytes(chunk);
        text(out, "\r\n");
      }
    }
    if (!trailer.isEmpty()) {
      text(out, trailer + "\r\n");
      if (signed) {
        text(out, "x-amz-trailer-signature:" + chain.trailer(trailer + "\n") + "\r\n");
      }
    }
    text(out, "\r\n");
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Arrives in pieces of that many bytes. */
  private static ByteSource inPieces(byte[] bytes, int size) {
    return new ByteSource() {
      private int at;

      @Override
      public ByteBuffer next() {
        int count = Math.min(size, bytes.length - at);
        at += count;
        return ByteBuffer.wrap(bytes, at - count, count).slice();
      }
    };
  }

  private static byte[] all(ChunkedBody body) throws IOException {
    var out = new ByteArrayOutputStream();
    for (var piece = body.next(); piece.hasRemaining(); piece = body.next()) {
      var copy = new byte[piece.remaining()];
      piece.get(copy);
      out.writeBytes(copy);
    }
    return out.toByteArray();
  }

  private static ChunkedBody signed(byte[] bytes, int pieces, boolean trailer) {
    return ChunkedBody.signed(inPieces(bytes, pieces), PAYLOAD.length, chain(), trailer);
  }

  private static ChunkedBody unsigned(byte[] bytes, int pieces) {
    return ChunkedBody.unsigned(inPieces(bytes, pieces), PAYLOAD.length);
  }

  @Test
  void thePayloadComesOutHoweverTheBytesArrive() throws IOException {
    for (int pieces : new int[] {1, 2, 3, 7, 64, 100, 1000}) {
      assertThat(all(signed(framed(true, ""), pieces, false))).isEqualTo(PAYLOAD);
      var withTrailer = signed(framed(true, "x-amz-checksum-crc32:AAAAAA=="), pieces, true);
      assertThat(all(withTrailer)).isEqualTo(PAYLOAD);
      assertThat(withTrailer.trailer().first("x-amz-checksum-crc32")).contains("AAAAAA==");
      assertThat(all(unsigned(framed(false, "x-amz-checksum-sha1:abc"), pieces)))
          .isEqualTo(PAYLOAD);
      assertThat(all(unsigned(framed(false, ""), pieces))).isEqualTo(PAYLOAD);
    }
  }

  @Test
  void noByteOfASignedBodyCanBeFlipped() throws IOException {
    for (boolean trailer : new boolean[] {false, true}) {
      var good = framed(true, trailer ? "x-amz-checksum-crc32:AAAAAA==" : "");
      for (int i = 0; i < good.length; i++) {
        for (int bit : new int[] {0x01, 0x20, 0x80}) {
          var bad = good.clone();
          bad[i] ^= (byte) bit;
          // A letter's case in a chunk size or a trailer's name carries no meaning.
          boolean caseOnly =
              bit == 0x20 && Character.isLetter(good[i] & 0x7F) && isCaseless(good, i);
          var body = signed(bad, 50, trailer);
          if (caseOnly) {
            continue;
          }
          assertThatThrownBy(() -> all(body))
              .as("byte %d xor %x of %s", i, bit, trailer)
              .isInstanceOf(S3Exception.class);
        }
      }
    }
  }

  private static boolean isCaseless(byte[] bytes, int at) {
    var line = new StringBuilder();
    for (int i = at; i > 0 && bytes[i - 1] != '\n'; i--) {
      line.insert(0, (char) bytes[i - 1]);
    }
    // Before any of '=', ':' on its line: a size or a name, not a value.
    return line.indexOf("=") < 0 && line.indexOf(":") < 0 && line.indexOf(";") < 0;
  }

  @Test
  void chunksCannotBeDroppedRepeatedOrSwapped() {
    var good = framed(true, "");
    int head = new String(good, StandardCharsets.ISO_8859_1).indexOf("\r\n") + 2;
    int chunk = head + 100 + 2;
    var dropped = java.util.Arrays.copyOfRange(good, chunk, good.length);
    assertThatThrownBy(() -> all(signed(dropped, 50, false))).isInstanceOf(S3Exception.class);
    var repeated = new byte[good.length + chunk];
    System.arraycopy(good, 0, repeated, 0, chunk);
    System.arraycopy(good, 0, repeated, chunk, good.length);
    assertThatThrownBy(() -> all(signed(repeated, 50, false))).isInstanceOf(S3Exception.class);
    var swapped = good.clone();
    System.arraycopy(good, chunk, swapped, 0, chunk);
    System.arraycopy(good, 0, swapped, chunk, chunk);
    assertThatThrownBy(() -> all(signed(swapped, 50, false))).isInstanceOf(S3Exception.class);
  }

  @Test
  void everyTruncationIsSeen() {
    for (var good : new byte[][] {framed(true, ""), framed(false, "")}) {
      boolean signed = good.length == framed(true, "").length;
      for (int length = 0; length < good.length; length++) {
        var cut = java.util.Arrays.copyOf(good, length);
        var body = signed ? signed(cut, 64, false) : unsigned(cut, 64);
        assertThatThrownBy(() -> all(body)).isInstanceOf(S3Exception.class);
      }
    }
  }

  @Test
  void framingIsBounded() {
    for (var bad :
        new String[] {
          "12c;" + "x".repeat(2000) + "\r\n",
          "0".repeat(13) + "\r\n",
          "fffffffffff\r\n",
          "-1\r\n",
          "+1\r\n",
          "0x1\r\n",
          " 1\r\n",
          "1 \r\n",
          "\r\n",
          "1\nx\r\n",
          "12d\r\n"
        }) {
      assertThatThrownBy(() -> all(unsigned(bad.getBytes(StandardCharsets.US_ASCII), 9)))
          .as(bad)
          .isInstanceOf(S3Exception.class);
    }
  }

  @Test
  void nothingMayFollowTheEnd() {
    var good = framed(false, "");
    var longer = java.util.Arrays.copyOf(good, good.length + 1);
    assertThatThrownBy(() -> all(unsigned(longer, 50))).isInstanceOf(S3Exception.class);
  }

  @Test
  void anUnannouncedLengthIsNotBelieved() {
    var body = ChunkedBody.unsigned(inPieces(framed(false, ""), 50), PAYLOAD.length + 1);
    assertThatThrownBy(() -> all(body)).isInstanceOf(S3Exception.class);
  }

  @Test
  void aSignedTrailerNeedsItsSignature() {
    var text =
        new String(framed(true, "x-amz-checksum-crc32:AAAAAA=="), StandardCharsets.ISO_8859_1);
    int at = text.indexOf("x-amz-trailer-signature");
    var without = (text.substring(0, at) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> all(signed(without, 50, true))).isInstanceOf(S3Exception.class);
    assertThat(Headers.EMPTY.count()).isZero();
  }
}
