package ninebark.gateway.sigv2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.sigv4.PayloadMode;
import ninebark.gateway.sigv4.SignedVectors;
import ninebark.gateway.sigv4.Verified;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LegacyVerifierTest {
  private static final LegacyVerifier VERIFIER =
      new LegacyVerifier(
          id ->
              id.equals(SignedVectors.ACCESS_KEY)
                  ? Optional.of(SignedVectors.SECRET)
                  : Optional.empty());
  private static final Instant NOW = SignedVectors.SIGNED_AT;
  private static final Headers HOST = Headers.builder().add("host", "h").build();

  static List<SignedVectors> vectors() {
    return SignedVectors.of("v2.jsonl");
  }

  private static Verified verify(SignedVectors vector, Instant now) {
    return verify(vector, Optional.empty(), now);
  }

  private static Verified verify(SignedVectors vector, Optional<String> hostBucket, Instant now) {
    return VERIFIER.verify(
        vector.method(), vector.target(), hostBucket, vector.query(), vector.headers(), now);
  }

  private static void refused(S3Error expected, SignedVectors vector, Instant now) {
    assertThatThrownBy(() -> verify(vector, now))
        .as(vector + "\n" + vector.headers())
        .isInstanceOfSatisfying(
            S3Exception.class, failed -> assertThat(failed.error()).isEqualTo(expected));
  }

  private static void mismatches(SignedVectors vector) {
    refused(S3Error.SIGNATURE_DOES_NOT_MATCH, vector, NOW);
  }

  // --- what others signed -----------------------------------------------------------------------

  /** The examples of AWS's documentation, with the bucket in the Host header. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/photos/puppy.jpg|johnsmith|2007-03-27T19:36:42Z|||bWq2s1WEIj+Ydj0vQ697zp+IXMU=",
        "PUT|/photos/puppy.jpg|johnsmith|2007-03-27T21:15:45Z|content-type: image/jpeg||MyyxeRY7whkBe+bq8fHCL/2kKUg=",
        "GET|/?prefix=photos&max-keys=50&marker=puppy|johnsmith|2007-03-27T19:42:41Z|||htDYFYduRNen8P9ZfE/s9SuKy0U=",
        "GET|/?acl|johnsmith|2007-03-27T19:44:46Z|||c2WLPFtWHVgbEmeEG93a4cG37dM=",
        "GET|/|''|2007-03-28T01:29:59Z|||qGdzdERIC03wnaRNKh6OqZehG9s=",
        "GET|/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re|''|2007-03-28T01:49:49Z|||DNEZGsoieTZ92F3bUfSPQcbGmlM="
      })
  void thePublishedExamplesHold(
      String method,
      String target,
      String bucket,
      Instant at,
      String header,
      String none,
      String signature) {
    var headers = Headers.builder().add("date", rfc822(at));
    if (header != null) {
      headers.add(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(' ')));
    }
    headers.add("authorization", "AWS " + SignedVectors.ACCESS_KEY + ":" + signature);
    var vector = new SignedVectors(method, target, headers.build());
    var hostBucket = bucket.isEmpty() ? Optional.<String>empty() : Optional.of(bucket);
    assertThat(verify(vector, hostBucket, at).legacy()).isTrue();
    assertThat(none).isNull();
  }

  /** As the documentation writes it, with an offset for a zone. */
  private static String rfc822(Instant at) {
    return HttpDates.http(at).replace("GMT", "+0000");
  }

  @Test
  void thePublishedPresignedExampleHolds() {
    var vector =
        new SignedVectors(
            "GET",
            "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1175139620"
                + "&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D",
            HOST);
    var verified = verify(vector, Optional.of("johnsmith"), Instant.ofEpochSecond(1175139620));
    assertThat(verified.presigned()).isTrue();
  }

  @Test
  void thePublishedUploadWithManyHeadersHolds() {
    var headers =
        Headers.builder()
            .add("date", "Tue, 27 Mar 2007 21:06:08 +0000")
            .add("x-amz-acl", "public-read")
            .add("content-type", "application/x-download")
            .add("content-md5", "4gJE4saaMU4BqNR0kLY+lw==")
            .add("x-amz-meta-reviewedby", "joe@johnsmith.net")
            .add("x-amz-meta-reviewedby", "jane@johnsmith.net")
            .add("x-amz-meta-filechecksum", "0x02661779")
            .add("x-amz-meta-checksumalgorithm", "crc32")
            .add("authorization", "AWS AKIAIOSFODNN7EXAMPLE:ilyl83RwaSoYIEdixDQcA4OnAnc=")
            .build();
    var vector = new SignedVectors("PUT", "/db-backup.dat.gz", headers);
    var at = Instant.parse("2007-03-27T21:06:08Z");
    assertThat(verify(vector, Optional.of("static.johnsmith.net"), at).accessKeyId())
        .isEqualTo(SignedVectors.ACCESS_KEY);
    refused(S3Error.SIGNATURE_DOES_NOT_MATCH, vector, at);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void whatBotocoreSignedHolds(SignedVectors vector) {
    assertThat(verify(vector, NOW).accessKeyId()).isEqualTo(SignedVectors.ACCESS_KEY);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void andNothingThatIsSignedMayChange(SignedVectors vector) {
    mismatches(vector.withMethod(vector.method().equals("GET") ? "PUT" : "GET"));
    int question = vector.rawTarget().indexOf('?');
    var path = question < 0 ? vector.rawTarget() : vector.rawTarget().substring(0, question);
    var query = vector.rawTarget().substring(path.length());
    mismatches(vector.withTarget(path + "x" + query));
    mismatches(vector.withTarget("/other" + path + query));
    mismatches(vector.withTarget(path + query + (question < 0 ? "?" : "&") + "tagging"));
    mismatches(vector.withTarget(path + query + (question < 0 ? "?" : "&") + "versionId=x"));
    mismatches(vector.withTarget(path + query + (question < 0 ? "?" : "&") + "website="));
    mismatches(vector.and("x-amz-acl", "public-read"));
    mismatches(vector.and("x-amz-copy-source", "/other/key"));
    if (!vector.headers().has("content-md5")) {
      mismatches(vector.and("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="));
    }
    for (int i = 0; i < vector.headers().count(); i++) {
      if (vector.headers().name(i).startsWith("x-amz-")) {
        mismatches(vector.with(i, vector.headers().value(i) + "x"));
      }
    }
  }

  @Test
  void headersCannotBeSlippedIntoAPresignedQuery() {
    for (var vector : vectors()) {
      if (vector.rawTarget().contains("Signature=")) {
        mismatches(vector.withTarget(vector.rawTarget() + "&x-amz-acl=public-read"));
        mismatches(vector.withTarget(vector.rawTarget() + "&X-Amz-Object-Ownership=x"));
      }
    }
  }

  // --- times ------------------------------------------------------------------------------------

  private static SignedVectors signed(String name, String date) {
    return signed(Headers.builder().add(name, date).build(), name.equals("date") ? date : "");
  }

  private static SignedVectors signed(Headers headers, String date) {
    var toSign = LegacyString.of("GET", "/b/k", Optional.empty(), "", headers, date);
    return new SignedVectors(
        "GET",
        "/b/k",
        headers.and(
            Headers.builder()
                .add(
                    "authorization",
                    "AWS "
                        + SignedVectors.ACCESS_KEY
                        + ":"
                        + LegacyVerifier.sign(SignedVectors.SECRET, toSign))
                .build()));
  }

  @Test
  void theClockMayBeOffByFifteenMinutes() {
    for (var name : new String[] {"date", "x-amz-date"}) {
      var vector = signed(name, HttpDates.http(NOW));
      assertThat(verify(vector, NOW.plusSeconds(900))).isNotNull();
      assertThat(verify(vector, NOW.minusSeconds(900))).isNotNull();
      refused(S3Error.REQUEST_TIME_TOO_SKEWED, vector, NOW.plusSeconds(901));
      refused(S3Error.REQUEST_TIME_TOO_SKEWED, vector, NOW.minusSeconds(901));
    }
  }

  @Test
  void aRequestWithoutATimeIsRefused() {
    refused(S3Error.ACCESS_DENIED, signed(Headers.EMPTY, ""), NOW);
    refused(S3Error.ACCESS_DENIED, signed("date", "yesterday"), NOW);
  }

  private static SignedVectors presigned(String expires) {
    var toSign = LegacyString.of("GET", "/b/k", Optional.empty(), "", HOST, expires);
    return new SignedVectors(
        "GET",
        "/b/k?AWSAccessKeyId="
            + SignedVectors.ACCESS_KEY
            + "&Expires="
            + expires
            + "&Signature="
            + PercentCoding.encode(LegacyVerifier.sign(SignedVectors.SECRET, toSign)),
        HOST);
  }

  @Test
  void aPresignedUrlHoldsUntilItExpires() {
    var vector = presigned(Long.toString(NOW.getEpochSecond()));
    assertThat(verify(vector, NOW).presigned()).isTrue();
    refused(S3Error.ACCESS_DENIED, vector, NOW.plusMillis(1));
    refused(S3Error.ACCESS_DENIED, vector, NOW.plusSeconds(86400));
  }

  @ParameterizedTest
  @CsvSource({"''", "-1", "1e9", "99999999999999", "2026-03-01T12:00:00Z", "0x10"})
  void anExpiryThatIsNoneIsRefused(String expires) {
    refused(S3Error.ACCESS_DENIED, presigned(expires), NOW);
  }

  // --- spoiled credentials ----------------------------------------------------------------------

  @Test
  void everyParameterOfAPresignedUrlStandsOnce() {
    var good = presigned(Long.toString(NOW.getEpochSecond())).rawTarget();
    for (var name : new String[] {"AWSAccessKeyId", "Expires", "Signature"}) {
      refused(S3Error.ACCESS_DENIED, new SignedVectors("GET", good + "&" + name + "=1", HOST), NOW);
      var without = good.replaceAll("[?&]" + name + "=[^&]*", "").replace("/b/k&", "/b/k?");
      refused(S3Error.ACCESS_DENIED, new SignedVectors("GET", without + "&Signature", HOST), NOW);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AWS |INVALID_ARGUMENT",
        "AWS key|INVALID_ARGUMENT",
        "AWS :signature|INVALID_ARGUMENT",
        "AWS key:|INVALID_ARGUMENT",
        "AWS stranger:AAAA|INVALID_ACCESS_KEY_ID",
        "AWS AKIAIOSFODNN7EXAMPLE:AAAA|SIGNATURE_DOES_NOT_MATCH"
      })
  void spoiledHeadersAreRefused(String authorization, S3Error expected) {
    var text = authorization.endsWith("AWS") ? "AWS " : authorization;
    var headers =
        Headers.builder().add("date", HttpDates.http(NOW)).add("authorization", text).build();
    refused(expected, new SignedVectors("GET", "/b/k", headers), NOW);
  }

  @Test
  void twoWaysToSignAreOneTooMany() {
    var good = presigned(Long.toString(NOW.getEpochSecond()));
    refused(S3Error.INVALID_ARGUMENT, good.and("authorization", "AWS key:signature"), NOW);
    // A proxy's own credentials are none of ours.
    assertThat(verify(good.and("authorization", "Basic abc"), NOW)).isNotNull();
  }

  @Test
  void sessionTokensAreNotKnown() {
    var headers =
        Headers.builder().add("date", HttpDates.http(NOW)).add("x-amz-security-token", "t").build();
    refused(S3Error.INVALID_TOKEN, signed(headers, HttpDates.http(NOW)), NOW);
  }

  @Test
  void aHashThatComesAlongIsTheBodys() {
    var date = HttpDates.http(NOW);
    var hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    var headers = Headers.builder().add("date", date).add("x-amz-content-sha256", hash).build();
    assertThat(verify(signed(headers, date), NOW).payload())
        .isEqualTo(new PayloadMode.Hashed(hash));
    var chunks =
        Headers.builder()
            .add("date", date)
            .add("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
            .build();
    refused(S3Error.INVALID_REQUEST, signed(chunks, date), NOW);
  }

  @Test
  void onlyOldSubResourcesAreCovered() {
    var query = QueryParameters.parse("acl&retention&uploadId=1&prefix=x", 9).orElseThrow();
    assertThat(LegacyString.covered(query).all())
        .extracting(QueryParameters.Parameter::name)
        .containsExactly("acl", "uploadId");
    assertThat(LegacyVerifier.isClaimed(query, HOST)).isFalse();
  }
}
