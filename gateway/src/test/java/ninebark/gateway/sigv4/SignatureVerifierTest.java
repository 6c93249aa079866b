package ninebark.gateway.sigv4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.message.QueryParameters.Parameter;
import ninebark.gateway.message.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignatureVerifierTest {
  private static final String KEY = "key-id";
  private static final String SECRET = "secret";
  private static final Instant NOW = Instant.parse("2026-02-28T12:34:56Z");
  private static final Signer SIGNER = new Signer(KEY, SECRET, "eu-test-1");
  private static final SignatureVerifier VERIFIER =
      new SignatureVerifier(
          id -> id.equals(KEY) ? Optional.of(SECRET) : Optional.empty(), Optional.empty());
  private static final Headers HOST = Headers.builder().add("host", "h:9000").build();

  private static Headers signed(String path, Headers headers) {
    return SIGNER
        .sign("GET", path, QueryParameters.NONE, headers, "UNSIGNED-PAYLOAD", NOW)
        .headers();
  }

  private static Optional<Verified> verify(String path, Headers headers, Instant now) {
    return VERIFIER.verify("GET", new Target(path, ""), QueryParameters.NONE, headers, now);
  }

  private static void refused(S3Error expected, Runnable attempt) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            S3Exception.class, failed -> assertThat(failed.error()).isEqualTo(expected));
  }

  @Property(tries = 300)
  void whatIsSignedHoldsForAnyKeyAndQuery(
      @ForAll String key, @ForAll String name, @ForAll String value) {
    // Lone surrogates have no UTF-8.
    var clean =
        new String(
            key.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            java.nio.charset.StandardCharsets.UTF_8);
    var path = "/b/" + PercentCoding.encodePath(clean);
    var parameters =
        new QueryParameters(
            java.util.List.of(new Parameter("p" + name, value), new Parameter("p" + name, "2")));
    var headers = SIGNER.sign("PUT", path, parameters, HOST, Sha256.EMPTY_HEX, NOW).headers();
    assertThat(VERIFIER.verify("PUT", new Target(path, ""), parameters, headers, NOW)).isPresent();
    assertThat(PercentCoding.decodePath(path)).contains("/b/" + clean);
  }

  @Test
  void nothingSignedMayChange() {
    var headers = signed("/b/k", HOST);
    refused(S3Error.SIGNATURE_DOES_NOT_MATCH, () -> verify("/b/k2", headers, NOW));
    refused(S3Error.SIGNATURE_DOES_NOT_MATCH, () -> verify("/b//k", headers, NOW));
    refused(
        S3Error.SIGNATURE_DOES_NOT_MATCH,
        () ->
            VERIFIER.verify("DELETE", new Target("/b/k", ""), QueryParameters.NONE, headers, NOW));
    refused(
        S3Error.SIGNATURE_DOES_NOT_MATCH,
        () ->
            VERIFIER.verify(
                "GET",
                new Target("/b/k", "acl"),
                QueryParameters.parse("acl", 9).orElseThrow(),
                headers,
                NOW));
    refused(
        S3Error.SIGNATURE_DOES_NOT_MATCH,
        () -> verify("/b/k", changed(headers, "host", value -> "other:9000"), NOW));
  }

  private static Headers changed(Headers headers, String name, UnaryOperator<String> change) {
    var builder = Headers.builder();
    for (int i = 0; i < headers.count(); i++) {
      var value = headers.value(i);
      builder.add(headers.name(i), headers.name(i).equals(name) ? change.apply(value) : value);
    }
    return builder.build();
  }

  @Test
  void unsignedAmzHeadersAreRefused() {
    for (var name : new String[] {"x-amz-acl", "x-amz-meta-a", "content-md5"}) {
      var headers = signed("/b/k", HOST).and(Headers.builder().add(name, "v").build());
      refused(S3Error.ACCESS_DENIED, () -> verify("/b/k", headers, NOW));
    }
  }

  @Test
  void aSecondValueOfASignedHeaderChangesTheSignature() {
    var headers =
        signed("/b/k", HOST.and(Headers.builder().add("x-amz-meta-a", "1").build()))
            .and(Headers.builder().add("x-amz-meta-a", "2").build());
    refused(S3Error.SIGNATURE_DOES_NOT_MATCH, () -> verify("/b/k", headers, NOW));
  }

  @Test
  void theClockMayBeOffByFifteenMinutes() {
    var headers = signed("/b/k", HOST);
    assertThat(verify("/b/k", headers, NOW.plusSeconds(900))).isPresent();
    assertThat(verify("/b/k", headers, NOW.minusSeconds(900))).isPresent();
    refused(S3Error.REQUEST_TIME_TOO_SKEWED, () -> verify("/b/k", headers, NOW.plusSeconds(901)));
    refused(S3Error.REQUEST_TIME_TOO_SKEWED, () -> verify("/b/k", headers, NOW.minusSeconds(901)));
  }

  @Test
  void theExpectedRegionIsNamed() {
    var strict = new SignatureVerifier(id -> Optional.of(SECRET), Optional.of("us-east-1"));
    var headers = signed("/b/k", HOST);
    assertThatThrownBy(
            () -> strict.verify("GET", new Target("/b/k", ""), QueryParameters.NONE, headers, NOW))
        .isInstanceOfSatisfying(
            S3Exception.class,
            failed -> {
              assertThat(failed.error()).isEqualTo(S3Error.AUTHORIZATION_HEADER_MALFORMED);
              assertThat(failed.elements()).contains(new S3Exception.Extra("Region", "us-east-1"));
            });
  }

  @ParameterizedTest
  @CsvSource({"1,0,true", "1,1,true", "1,2,false", "604800,604800,true", "604800,604801,false"})
  void presignedUrlsLiveAsLongAsTheySay(long expires, long age, boolean lives) {
    var raw =
        SIGNER.presign("GET", "/b/k", QueryParameters.NONE, HOST, Duration.ofSeconds(expires), NOW);
    var query = QueryParameters.parse(raw, 99).orElseThrow();
    Runnable use =
        () -> VERIFIER.verify("GET", new Target("/b/k", raw), query, HOST, NOW.plusSeconds(age));
    if (lives) {
      use.run();
    } else {
      refused(S3Error.ACCESS_DENIED, use);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "X-Amz-Expires,0",
    "X-Amz-Expires,-1",
    "X-Amz-Expires,604801",
    "X-Amz-Expires,99999999999999999999",
    "X-Amz-Expires,1e3",
    "X-Amz-Expires,''",
    "X-Amz-Algorithm,AWS4-HMAC-SHA1",
    "X-Amz-Algorithm,AWS4-ECDSA-P256-SHA256",
    "X-Amz-Date,20260228",
    "X-Amz-Date,20260231T000000Z",
    "X-Amz-Credential,key-id/20260228/eu-test-1/ec2/aws4_request",
    "X-Amz-Credential,key-id/20260227/eu-test-1/s3/aws4_request",
    "X-Amz-Credential,key-id/20260228/eu-test-1/s3/aws5_request",
    "X-Amz-Credential,key-id",
    "X-Amz-SignedHeaders,Host",
    "X-Amz-Signature,abc"
  })
  void spoiledPresignedUrlsAreRefused(String name, String value) {
    var raw =
        SIGNER.presign("GET", "/b/k", QueryParameters.NONE, HOST, Duration.ofSeconds(60), NOW);
    var spoiled = new ArrayList<Parameter>();
    for (var parameter : QueryParameters.parse(raw, 99).orElseThrow().all()) {
      spoiled.add(parameter.name().equals(name) ? new Parameter(name, value) : parameter);
    }
    refused(
        S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR,
        () ->
            VERIFIER.verify(
                "GET", new Target("/b/k", raw), new QueryParameters(spoiled), HOST, NOW));
  }

  @Test
  void everyPresignedParameterStandsOnce() {
    var raw =
        SIGNER.presign("GET", "/b/k", QueryParameters.NONE, HOST, Duration.ofSeconds(60), NOW);
    var query = QueryParameters.parse(raw, 99).orElseThrow();
    for (var parameter : query.all()) {
      var twice = new ArrayList<>(query.all());
      twice.add(parameter);
      refused(
          S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR,
          () ->
              VERIFIER.verify(
                  "GET", new Target("/b/k", raw), new QueryParameters(twice), HOST, NOW));
      var without = new ArrayList<>(query.all());
      without.remove(parameter);
      refused(
          S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR,
          () ->
              VERIFIER.verify(
                  "GET",
                  new Target("/b/k", raw),
                  new QueryParameters(
                      without.stream().noneMatch(each -> each.name().equals("X-Amz-Algorithm"))
                          ? plus(without, new Parameter("X-Amz-Signature", "x"))
                          : without),
                  HOST,
                  NOW));
    }
  }

  private static java.util.List<Parameter> plus(java.util.List<Parameter> list, Parameter more) {
    var result = new ArrayList<>(list);
    result.add(more);
    return result;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AWS key-id:signature|INVALID_REQUEST",
        "AWS4-ECDSA-P256-SHA256 Credential=a|INVALID_REQUEST",
        "Basic a2V5OnNlY3JldA==|ACCESS_DENIED",
        "Bearer token|ACCESS_DENIED",
        "AWS4-HMAC-SHA256|AUTHORIZATION_HEADER_MALFORMED",
        "AWS4-HMAC-SHA256 Credential=key-id|AUTHORIZATION_HEADER_MALFORMED",
        "AWS4-HMAC-SHA256 Nonsense=1, Credential=a, Signature=b|AUTHORIZATION_HEADER_MALFORMED"
      })
  void otherCredentialsAreRefused(String authorization, S3Error expected) {
    var headers = HOST.and(Headers.builder().add("authorization", authorization).build());
    refused(expected, () -> verify("/b/k", headers, NOW));
  }

  @Test
  void anUnknownKeyIsNamed() {
    var stranger = new Signer("stranger", SECRET, "eu-test-1");
    var headers =
        stranger.sign("GET", "/", QueryParameters.NONE, HOST, "UNSIGNED-PAYLOAD", NOW).headers();
    refused(S3Error.INVALID_ACCESS_KEY_ID, () -> verify("/", headers, NOW));
  }

  @Test
  void noCredentialsAreNoError() {
    assertThat(verify("/b/k", HOST, NOW)).isEmpty();
  }

  @Test
  void aPathSignedInItsCanonicalSpellingHoldsForALooserOneOnTheWire() {
    var headers = signed("/b/a%40b%21", HOST);
    assertThat(verify("/b/a@b!", headers, NOW)).isPresent();
    refused(S3Error.SIGNATURE_DOES_NOT_MATCH, () -> verify("/b/a@b", headers, NOW));
  }
}
