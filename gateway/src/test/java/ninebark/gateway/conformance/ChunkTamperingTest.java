package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import ninebark.gateway.TestStore;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.sigv4.ChunkSignatures;
import ninebark.gateway.sigv4.Sha256;
import ninebark.gateway.sigv4.Signer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Suite S3: bodies in signed chunks, spoiled in every way. A body that is not what was signed is
 * refused, and nothing of it is seen or kept.
 */
class ChunkTamperingTest {
  private static final Signer SIGNER =
      new Signer(TestStore.ACCESS_KEY, TestStore.SECRET_KEY, "us-east-1");
  private static TestStore store;
  private static SignedHttp plain;
  private static int stripes;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    plain = SignedHttp.anonymous(store);
    assertThat(SignedHttp.root(store).put("/chunks", "").status()).isEqualTo(200);
    stripes = store.stripes.count();
  }

  @AfterAll
  static void close() {
    store.close();
  }

  /** Whatever a test did: nothing can be seen, nothing is kept, nothing is left open. */
  @AfterEach
  void nothingIsStored() {
    var listed = SignedHttp.root(store).get("/chunks?list-type=2&prefix=spoiled").text();
    assertThat(listed).contains("<KeyCount>0</KeyCount>");
    assertThat(store.stripes.count()).isEqualTo(stripes);
    assertThat(store.stripes.openWriters.get()).isZero();
  }

  /** How a body comes. */
  enum Kind {
    SIGNED("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", true, false),
    SIGNED_WITH_TRAILER("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", true, true),
    UNSIGNED_WITH_TRAILER("STREAMING-UNSIGNED-PAYLOAD-TRAILER", false, true);

    final String word;
    final boolean signed;
    final boolean trailer;

    Kind(String word, boolean signed, boolean trailer) {
      this.word = word;
      this.signed = signed;
      this.trailer = trailer;
    }
  }

  /** One piece of a body: a chunk, the last chunk, a trailer line, the end. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Piece(byte[] bytes) {}

  /** A request whose head is signed and whose body is still to be put together. */
  private static final class Upload {
    final Kind kind;
    final Signer.Signed signed;
    final ChunkSignatures chain;
    final byte[] payload;
    final int chunkBytes;
    final List<Piece> pieces = new ArrayList<>();

    Upload(Kind kind, String key, byte[] payload, long decodedLength, int chunkBytes) {
      this.kind = kind;
      this.payload = payload;
      this.chunkBytes = chunkBytes;
      var headers =
          Headers.builder()
              .add("host", "localhost")
              .add("content-encoding", "aws-chunked")
              .add("x-amz-decoded-content-length", Long.toString(decodedLength));
      if (kind.trailer) {
        headers.add("x-amz-trailer", "x-amz-checksum-crc32");
      }
      this.signed =
          SIGNER.sign(
              "PUT",
              "/chunks/" + key,
              QueryParameters.NONE,
              headers.build(),
              kind.word,
              Instant.now());
      this.chain = SIGNER.chunks(signed);
      for (int at = 0; at < payload.length; at += chunkBytes) {
        chunk(Arrays.copyOfRange(payload, at, Math.min(payload.length, at + chunkBytes)));
      }
      chunk(new byte[0]);
      if (kind.trailer) {
        var line = "x-amz-checksum-crc32:" + crc32(payload);
        text(line + "\r\n");
        if (kind.signed) {
          text("x-amz-trailer-signature:" + chain.trailer(line + "\n") + "\r\n");
        }
      }
      text("\r\n");
    }

    /** A chain anew, as far as the last chunk. */
    ChunkSignatures chainBehindPayload() {
      var again = SIGNER.chunks(signed);
      for (int at = 0; at < payload.length; at += chunkBytes) {
        again.next(Sha256.hex(Arrays.copyOfRange(payload, at, at + chunkBytes)));
      }
      again.next(Sha256.EMPTY_HEX);
      return again;
    }

    private void chunk(byte[] bytes) {
      var out = new ByteArrayOutputStream();
      out.writeBytes(
          (Integer.toHexString(bytes.length)
                  + (kind.signed ? ";chunk-signature=" + chain.next(Sha256.hex(bytes)) : "")
                  + "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      if (bytes.length > 0) {
        out.writeBytes(bytes);
        out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      pieces.add(new Piece(out.toByteArray()));
    }

    private void text(String text) {
      pieces.add(new Piece(text.getBytes(StandardCharsets.US_ASCII)));
    }

    byte[] body() {
      var out = new ByteArrayOutputStream();
      pieces.forEach(piece -> out.writeBytes(piece.bytes()));
      return out.toByteArray();
    }

    SignedHttp.Answer send(String key, byte[] body) {
      var head = signed.headers();
      var lines = new ArrayList<String>();
      for (int i = 0; i < head.count(); i++) {
        lines.add(head.name(i) + ": " + head.value(i));
      }
      return plain.send("PUT", "/chunks/" + key, body, lines.toArray(String[]::new));
    }
  }

  private static String crc32(byte[] bytes) {
    var crc = new CRC32();
    crc.update(bytes);
    long value = crc.getValue();
    return Base64.getEncoder()
        .encodeToString(
            new byte[] {
              (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
            });
  }

  private static byte[] payload(int length) {
    var bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ('a' + i % 23);
    }
    return bytes;
  }

  private static Upload small(Kind kind) {
    return new Upload(kind, "spoiled", payload(24), 24, 8);
  }

  private static void refused(Upload upload, byte[] body, String why) {
    assertRefused(upload.send("spoiled", body), why);
  }

  private static void assertRefused(SignedHttp.Answer answer, String why) {
    assertThat(answer.status()).as(why).isBetween(400, 403);
    assertThat(answer.code())
        .as(why)
        .isIn("SignatureDoesNotMatch", "InvalidRequest", "IncompleteBody", "BadDigest");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotSpoiledIsStored(Kind kind) {
    for (int chunkBytes : new int[] {1, 7, 8, 24, 100}) {
      var upload = new Upload(kind, "good", payload(24), 24, chunkBytes);
      assertThat(upload.send("good", upload.body()).status()).isEqualTo(200);
      assertThat(SignedHttp.root(store).get("/chunks/good").bytes()).isEqualTo(payload(24));
    }
  }

  @ParameterizedTest
  @EnumSource
  void noByteCanBeFlipped(Kind kind) {
    var upload = small(kind);
    var good = upload.body();
    for (int i = 0; i < good.length; i++) {
      var bad = good.clone();
      // The lowest bit never only changes the case of a letter.
      bad[i] ^= 1;
      refused(upload, bad, "byte " + i + " of " + kind);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noByteCanBeLeftOutOrDoubled(Kind kind) {
    var upload = small(kind);
    var good = upload.body();
    for (int i = 0; i < good.length; i++) {
      var shorter = new byte[good.length - 1];
      System.arraycopy(good, 0, shorter, 0, i);
      System.arraycopy(good, i + 1, shorter, i, shorter.length - i);
      refused(upload, shorter, "without byte " + i + " of " + kind);
      if (i % 3 == 0) {
        var longer = new byte[good.length + 1];
        System.arraycopy(good, 0, longer, 0, i + 1);
        System.arraycopy(good, i, longer, i + 1, good.length - i);
        if (isTolerated(good, i)) {
          continue;
        }
        refused(upload, longer, "with byte " + i + " of " + kind + " twice");
      }
    }
  }

  /**
   * What says the same: a leading zero of a chunk's size, and a line feed more between the lines of
   * a trailer, as AWS's own examples have it.
   */
  private static boolean isTolerated(byte[] good, int at) {
    boolean startsLine = at == 0 || (good[at - 1] == '\n' && (at < 2 || good[at - 2] == '\r'));
    boolean inTrailer =
        new String(good, 0, at + 1, StandardCharsets.US_ASCII).contains("x-amz-checksum-");
    return (startsLine && good[at] == '0') || (inTrailer && good[at] == '\n');
  }

  @ParameterizedTest
  @EnumSource
  void everyTruncationIsRefused(Kind kind) {
    var upload = small(kind);
    var good = upload.body();
    for (int length = 0; length < good.length; length += length < 60 ? 1 : 5) {
      refused(upload, Arrays.copyOf(good, length), length + " bytes of " + kind);
    }
  }

  @ParameterizedTest
  @EnumSource
  void piecesCannotBeDroppedRepeatedOrSwapped(Kind kind) {
    // Large enough to be on its way to the disks when the trouble shows.
    for (int chunkBytes : new int[] {8, 20_000}) {
      var upload =
          new Upload(kind, "spoiled", payload(3 * chunkBytes), 3L * chunkBytes, chunkBytes);
      var good = List.copyOf(upload.pieces);
      for (int i = 0; i < good.size(); i++) {
        int piece = i;
        changed(upload, good, list -> without(list, piece), "dropped " + i);
        changed(
            upload,
            good,
            list -> {
              var more = new ArrayList<>(list);
              more.add(piece, list.get(piece));
              return more;
            },
            "repeated " + i);
        // All pieces are of the same letters: unsigned ones can be swapped for their equals.
        if (i > 0 && !Arrays.equals(good.get(i).bytes(), good.get(i - 1).bytes())) {
          changed(
              upload,
              good,
              list -> {
                var other = new ArrayList<>(list);
                Collections.swap(other, piece, piece - 1);
                return other;
              },
              "swapped " + i);
        }
      }
    }
  }

  private static List<Piece> without(List<Piece> list, int index) {
    var fewer = new ArrayList<>(list);
    fewer.remove(index);
    return fewer;
  }

  private static void changed(
      Upload upload, List<Piece> good, UnaryOperator<List<Piece>> change, String why) {
    upload.pieces.clear();
    upload.pieces.addAll(change.apply(good));
    refused(upload, upload.body(), why + " of " + upload.kind);
    upload.pieces.clear();
    upload.pieces.addAll(good);
  }

  @Test
  void chunksOfAnotherRequestAreRefused() {
    var one = small(Kind.SIGNED);
    var other = new Upload(Kind.SIGNED, "spoiled-too", payload(24), 24, 8);
    refused(one, other.body(), "the body of another key");
    for (int i = 0; i < one.pieces.size(); i++) {
      var mixed = new ArrayList<>(one.pieces);
      mixed.set(i, other.pieces.get(i));
      var out = new ByteArrayOutputStream();
      mixed.forEach(piece -> out.writeBytes(piece.bytes()));
      if (!Arrays.equals(out.toByteArray(), one.body())) {
        refused(one, out.toByteArray(), "piece " + i + " of another key");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theDecodedLengthIsExact(Kind kind) {
    for (long claimed : new long[] {0, 23, 25, 1_000_000}) {
      var upload = new Upload(kind, "spoiled", payload(24), claimed, 8);
      refused(upload, upload.body(), "claimed " + claimed + " of " + kind);
    }
  }

  @Test
  void theTrailerIsExactlyWhatWasAnnounced() {
    for (var kind : List.of(Kind.SIGNED_WITH_TRAILER, Kind.UNSIGNED_WITH_TRAILER)) {
      for (var trailer :
          List.of(
              "x-amz-checksum-crc32c:AAAAAA==",
              "x-amz-checksum-crc32:AAAAAA==",
              "x-amz-checksum-crc32:not base64",
              "x-amz-checksum-crc32:",
              "x-amz-checksum-crc32",
              "x-amz-meta-a:1",
              "x-amz-acl:public-read",
              ": ",
              "x-amz-checksum-crc32:" + crc32(payload(24)) + "\r\nx-amz-meta-a:1",
              "x-amz-checksum-crc32:" + crc32(payload(24)) + "\r\nx-amz-checksum-crc32:AAAAAA==")) {
        var upload = small(kind);
        var out = new ByteArrayOutputStream();
        upload.pieces.subList(0, 4).forEach(piece -> out.writeBytes(piece.bytes()));
        var lines = trailer + "\r\n";
        if (kind.signed) {
          // Signed as it should be: it is the content that is refused.
          var signed = upload.chainBehindPayload().trailer(trailer.replace("\r", "") + "\n");
          lines += "x-amz-trailer-signature:" + signed + "\r\n";
        }
        out.writeBytes((lines + "\r\n").getBytes(StandardCharsets.US_ASCII));
        assertRefused(upload.send("spoiled", out.toByteArray()), trailer + " of " + kind);
      }
    }
  }

  @Test
  void headersOfChunksAreBounded() {
    for (var head :
        List.of(
            "8;" + "x".repeat(2000),
            "0".repeat(2000) + "8",
            "ffffffffffffffff",
            "fffffffffff",
            "-8",
            "+8",
            "0x8",
            " 8",
            "8 ",
            "8;chunk-signature=",
            "8;chunk-signature=" + "g".repeat(64),
            "8;chunk-signature=" + "0".repeat(63),
            "8;chunk-signature=" + "0".repeat(65),
            "8;chunk-extension=" + "0".repeat(64),
            "8",
            "")) {
      var body = (head + "\r\nabcdefgh\r\n").getBytes(StandardCharsets.US_ASCII);
      refused(small(Kind.SIGNED), body, head);
      if (!head.equals("8")) {
        refused(small(Kind.UNSIGNED_WITH_TRAILER), body, head);
      }
    }
  }

  @Test
  void nothingMayFollowTheEnd() {
    for (var kind : Kind.values()) {
      var upload = small(kind);
      var good = upload.body();
      for (var more : List.of("x", "\r\n", "0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n")) {
        var longer = Arrays.copyOf(good, good.length + more.length());
        System.arraycopy(
            more.getBytes(StandardCharsets.US_ASCII), 0, longer, good.length, more.length());
        refused(upload, longer, "followed by " + more);
      }
    }
  }

  @Test
  void signedChunksNeedASignatureToContinue() {
    var upload = small(Kind.SIGNED);
    var answer =
        plain.send(
            "PUT",
            "/chunks/spoiled",
            upload.body(),
            "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "x-amz-decoded-content-length: 24");
    assertThat(answer.verdict()).isEqualTo("403 AccessDenied");
  }
}
