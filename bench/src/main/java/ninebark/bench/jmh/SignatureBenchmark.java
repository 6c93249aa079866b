package ninebark.bench.jmh;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.message.Target;
import ninebark.gateway.sigv4.SignatureVerifier;
import ninebark.gateway.sigv4.Signer;
import ninebark.gateway.sigv4.Verified;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Signature Version 4 of a PUT with the headers that an SDK sends: both sides of it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SignatureBenchmark {
  private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  private static final String HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final Target TARGET =
      new Target("/examplebucket/photos/2026/some%20picture.jpg", "");

  private final Instant now = Instant.ofEpochSecond(1_790_000_000);
  private final Signer signer = new Signer(KEY, SECRET, "us-east-1");
  private final SignatureVerifier verifier =
      new SignatureVerifier(
          key -> key.equals(KEY) ? Optional.of(SECRET) : Optional.empty(), Optional.empty());
  private Headers plain = Headers.EMPTY;
  private Headers signed = Headers.EMPTY;

  /** Signs once what is verified again and again. */
  @Setup
  public void sign() {
    plain =
        Headers.builder()
            .add("host", "127.0.0.1:9000")
            .add("content-type", "image/jpeg")
            .add("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")
            .add("x-amz-storage-class", "STANDARD")
            .add("x-amz-meta-origin", "camera")
            .build();
    signed = signRequest().headers();
  }

  /** What a client does. */
  @Benchmark
  public Signer.Signed signRequest() {
    return signer.sign("PUT", TARGET.path(), QueryParameters.NONE, plain, HASH, now);
  }

  /** What the door does. */
  @Benchmark
  public Verified verifyRequest() {
    return verifier.verify("PUT", TARGET, QueryParameters.NONE, signed, now).orElseThrow();
  }
}
