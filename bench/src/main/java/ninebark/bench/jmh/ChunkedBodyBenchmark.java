package ninebark.bench.jmh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import ninebark.gateway.message.ByteSource;
import ninebark.gateway.sigv4.AmzDate;
import ninebark.gateway.sigv4.ChunkSignatures;
import ninebark.gateway.sigv4.ChunkedBody;
import ninebark.gateway.sigv4.CredentialScope;
import ninebark.gateway.sigv4.Sha256;
import ninebark.gateway.sigv4.SigningKey;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Taking the framing off 1 MiB in chunks of 64 KiB, arriving in pieces of 16 KiB. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ChunkedBodyBenchmark {
  private static final int LENGTH = 1 << 20;
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int PIECE_BYTES = 16 * 1024;
  private static final String SEED = "0".repeat(64);

  private final CredentialScope scope = new CredentialScope("20260921", "us-east-1", "s3");
  private final SigningKey key = SigningKey.derive("wJalrXUtnFEMI/K7MDENG", scope);
  private final String date = AmzDate.format(Instant.ofEpochSecond(1_790_000_000));
  private byte[] unsigned = new byte[0];
  private byte[] signed = new byte[0];

  /** Frames the same bytes both ways. */
  @Setup
  public void frame() {
    unsigned = framed(false);
    signed = framed(true);
  }

  private byte[] framed(boolean sign) {
    var payload = new byte[LENGTH];
    new SplittableRandom(1).nextBytes(payload);
    var signatures = new ChunkSignatures(key, scope, date, SEED);
    var out = new ByteArrayOutputStream();
    for (int at = 0; at <= LENGTH; at += CHUNK_BYTES) {
      int count = Math.min(CHUNK_BYTES, LENGTH - at);
      var digest = Sha256.start();
      digest.update(payload, at, count);
      var extension =
          sign
              ? ";chunk-signature=" + signatures.next(HexFormat.of().formatHex(digest.digest()))
              : "";
      text(Integer.toHexString(count) + extension + "\r\n", out);
      out.write(payload, at, count);
      if (count > 0) {
        text("\r\n", out);
      }
    }
    text("\r\n", out);
    return out.toByteArray();
  }

  private static void text(String text, ByteArrayOutputStream out) {
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static ByteSource pieces(byte[] bytes) {
    return new ByteSource() {
      private int at;

      @Override
      public ByteBuffer next() {
        int count = Math.min(PIECE_BYTES, bytes.length - at);
        var piece = ByteBuffer.wrap(bytes, at, count);
        at += count;
        return piece;
      }
    };
  }

  private static long drain(ChunkedBody body) throws IOException {
    long length = 0;
    for (var piece = body.next(); piece.hasRemaining(); piece = body.next()) {
      length += piece.remaining();
    }
    if (length != LENGTH) {
      throw new IllegalStateException("the framing lost bytes");
    }
    return length;
  }

  /** {@code STREAMING-UNSIGNED-PAYLOAD-TRAILER}. */
  @Benchmark
  public long decodeUnsigned() throws IOException {
    return drain(ChunkedBody.unsigned(pieces(unsigned), LENGTH));
  }

  /** {@code STREAMING-AWS4-HMAC-SHA256-PAYLOAD}: its cost is the SHA-256 of all bytes. */
  @Benchmark
  public long decodeSigned() throws IOException {
    var signatures = new ChunkSignatures(key, scope, date, SEED);
    return drain(ChunkedBody.signed(pieces(signed), LENGTH, signatures, false));
  }
}
