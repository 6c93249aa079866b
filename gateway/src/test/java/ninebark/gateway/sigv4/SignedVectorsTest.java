package ninebark.gateway.sigv4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.message.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Canonicalisation against two signers that share no code with ours: botocore's and the SDK's. */
class SignedVectorsTest {
  private static final SignatureVerifier VERIFIER =
      new SignatureVerifier(
          id ->
              id.equals(SignedVectors.ACCESS_KEY)
                  ? Optional.of(SignedVectors.SECRET)
                  : Optional.empty(),
          Optional.empty());

  static List<SignedVectors> vectors() {
    return SignedVectors.of("v4.jsonl");
  }

  private static Optional<Verified> verify(SignedVectors vector, Instant now) {
    return VERIFIER.verify(vector.method(), vector.target(), vector.query(), vector.headers(), now);
  }

  private static Optional<Verified> verify(SignedVectors vector) {
    return verify(vector, SignedVectors.SIGNED_AT);
  }

  @Test
  void thereAreMoreThanThreeHundred() {
    assertThat(vectors()).hasSizeGreaterThan(300).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void whatBotocoreSignedHolds(SignedVectors vector) {
    assertThat(verify(vector)).get().returns(SignedVectors.ACCESS_KEY, Verified::accessKeyId);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void andNothingOfItMayChange(SignedVectors vector) {
    refused(vector.withMethod(vector.method().equals("GET") ? "PUT" : "GET"));
    int question = vector.rawTarget().indexOf('?');
    var path = question < 0 ? vector.rawTarget() : vector.rawTarget().substring(0, question);
    var query = vector.rawTarget().substring(path.length());
    refused(vector.withTarget(path + "x" + query));
    refused(vector.withTarget(path + "/" + query));
    refused(vector.withTarget("/" + path + query));
    refused(vector.withTarget(path + query + (question < 0 ? "?" : "&") + "acl"));
    refused(vector.withTarget(path + query + (question < 0 ? "?" : "&") + "versionId=x"));
    refused(vector.and("x-amz-acl", "public-read"));
    refused(vector.and("x-amz-copy-source", "/other/key"));
    refused(vector.and("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="));
    for (int i = 0; i < vector.headers().count(); i++) {
      var name = vector.headers().name(i);
      boolean signed =
          name.startsWith("x-amz-") || name.equals("host") || name.equals("authorization");
      if (signed) {
        refused(vector.with(i, vector.headers().value(i) + "x"));
        if (!vector.headers().value(i).isEmpty()) {
          refused(vector.with(i, ""));
        }
      }
    }
  }

  private static void refused(SignedVectors vector) {
    assertThatThrownBy(() -> verify(vector))
        .as(vector + "\n" + vector.headers())
        .isInstanceOf(S3Exception.class);
  }

  @Test
  void theSdkAndWeAgreeOnAnyRequest() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      var path = "/bucket/" + PercentCoding.encodePath(text(random));
      var request =
          SdkHttpRequest.builder()
              .method(SdkHttpMethod.fromValue(random.nextBoolean() ? "GET" : "PUT"))
              .uri(URI.create("http://host.example:9000"))
              .encodedPath(path);
      var raw = new StringBuilder();
      for (int parameter = 0; parameter < random.nextInt(4); parameter++) {
        var name = text(random) + parameter;
        var value = text(random);
        request.putRawQueryParameter(name, value);
        raw.append(raw.isEmpty() ? "" : "&")
            .append(PercentCoding.encode(name))
            .append('=')
            .append(PercentCoding.encode(value));
      }
      request.putHeader("x-amz-meta-a", " v" + random.nextInt(100) + "   w ");
      request.putHeader("Content-Type", "text/plain");
      var signed =
          AwsV4HttpSigner.create()
              .sign(
                  sign ->
                      sign.identity(
                              AwsCredentialsIdentity.create(
                                  SignedVectors.ACCESS_KEY, SignedVectors.SECRET))
                          .request(request.build())
                          .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                          .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                          .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                          .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                          .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                          .putProperty(
                              HttpSigner.SIGNING_CLOCK,
                              Clock.fixed(SignedVectors.SIGNED_AT, ZoneOffset.UTC)))
              .request();
      var headers = Headers.builder();
      signed.forEachHeader((name, values) -> values.forEach(value -> headers.add(name, value)));
      assertThat(
              VERIFIER.verify(
                  signed.method().name(),
                  new Target(path, raw.toString()),
                  QueryParameters.parse(raw.toString(), 10).orElseThrow(),
                  headers.build(),
                  SignedVectors.SIGNED_AT))
          .as("request %d of seed %d: %s?%s", i, seed, path, raw)
          .isPresent();
    }
  }

  private static String text(Random random) {
    var text = new StringBuilder("k");
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(
          switch (random.nextInt(4)) {
            case 0 -> ' ' + random.nextInt(95);
            case 1 -> 0xA1 + random.nextInt(0x400);
            case 2 -> 0x1F600 + random.nextInt(64);
            default -> "/+%~.*-_&=?#".charAt(random.nextInt(12));
          });
    }
    return text.toString();
  }
}
