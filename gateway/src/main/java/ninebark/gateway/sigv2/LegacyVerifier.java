package ninebark.gateway.sigv2;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.message.QueryParameters.Parameter;
import ninebark.gateway.message.Target;
import ninebark.gateway.sigv4.AmzDate;
import ninebark.gateway.sigv4.PayloadMode;
import ninebark.gateway.sigv4.SignatureVerifier;
import ninebark.gateway.sigv4.Verified;

/**
 * Decides whether a request was signed with version 2, in the header or in the query. It covers the
 * method, the path with its bucket, all {@code x-amz-*} headers and the old sub-resources. It does
 * not cover newer ones, so the door lets no parameter outside of it choose what is done. Threads:
 * safe.
 */
public final class LegacyVerifier {
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");
  private static final String HEADER = "AWS ";

  private final SignatureVerifier.Secrets secrets;

  public LegacyVerifier(SignatureVerifier.Secrets secrets) {
    this.secrets = secrets;
  }

  /** Whether the request says that it is signed so. */
  public static boolean isClaimed(QueryParameters query, Headers headers) {
    return isPresigned(query)
        || headers.first("authorization").map(text -> text.startsWith(HEADER)).orElse(false);
  }

  private static boolean isPresigned(QueryParameters query) {
    return query.has("AWSAccessKeyId") || query.has("Signature");
  }

  /**
   * @param hostBucket the bucket that the Host header names
   * @throws S3Exception if the signature does not hold
   */
  public Verified verify(
      String method,
      Target target,
      Optional<String> hostBucket,
      QueryParameters query,
      Headers headers,
      Instant now) {
    boolean presigned = isPresigned(query);
    var claim = presigned ? inQuery(query, headers, now) : inHeader(headers, now);
    var secret = secret(claim.accessKeyId());
    var covered = presigned ? withHoisted(headers, query) : headers;
    if (covered.has("x-amz-security-token")) {
      throw S3Error.INVALID_TOKEN.exception();
    }
    var payload = payloadMode(covered);
    var toSign =
        LegacyString.of(method, target.path(), hostBucket, target.query(), covered, claim.date());
    check(claim.accessKeyId(), secret, toSign, claim.signature());
    return Verified.legacy(claim.accessKeyId(), payload, presigned);
  }

  /**
   * Judges the signature of an upload form, which covers its policy.
   *
   * @param policy as it stands in the form, in base64
   */
  public void verifyForm(String accessKeyId, String policy, String signature) {
    check(accessKeyId, secret(accessKeyId), policy, signature);
  }

  private String secret(String accessKeyId) {
    return secrets
        .secretOf(accessKeyId)
        .orElseThrow(
            () -> S3Error.INVALID_ACCESS_KEY_ID.exception().with("AWSAccessKeyId", accessKeyId));
  }

  private static void check(String accessKeyId, String secret, String toSign, String signature) {
    if (!same(sign(secret, toSign), signature)) {
      throw S3Error.SIGNATURE_DOES_NOT_MATCH
          .exception()
          .with("AWSAccessKeyId", accessKeyId)
          .with("StringToSign", toSign)
          .with("SignatureProvided", signature)
          .with(
              "StringToSignBytes",
              HexFormat.ofDelimiter(" ").formatHex(toSign.getBytes(StandardCharsets.ISO_8859_1)));
    }
  }

  /**
   * @param date as it stands in the string to sign
   */
  private record Claim(String accessKeyId, String signature, String date) {}

  private static Claim inHeader(Headers headers, Instant now) {
    var all = headers.all("authorization");
    var authorization = all.getFirst();
    int colon = authorization.lastIndexOf(':');
    if (all.size() > 1 || colon <= HEADER.length() || colon == authorization.length() - 1) {
      throw S3Error.invalidArgument(
          "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature",
          "Authorization",
          authorization);
    }
    var amzDate = headers.first("x-amz-date");
    var given = amzDate.or(() -> headers.first("date")).orElse("");
    var date =
        HttpDates.parse(given)
            .or(() -> AmzDate.parse(given))
            .orElseThrow(
                () ->
                    S3Error.ACCESS_DENIED.because(
                        "AWS authentication requires a valid Date or x-amz-date header"));
    if (Duration.between(date, now).abs().compareTo(SignatureVerifier.MAX_SKEW) > 0) {
      throw S3Error.REQUEST_TIME_TOO_SKEWED
          .exception()
          .with("RequestTime", given)
          .with("ServerTime", HttpDates.xml(now))
          .with("MaxAllowedSkewMilliseconds", Long.toString(SignatureVerifier.MAX_SKEW.toMillis()));
    }
    return new Claim(
        authorization.substring(HEADER.length(), colon).strip(),
        authorization.substring(colon + 1).strip(),
        amzDate.isPresent() ? "" : given.strip());
  }

  private static Claim inQuery(QueryParameters query, Headers headers, Instant now) {
    var authorization = headers.first("authorization");
    if (authorization.isPresent() && authorization.get().startsWith("AWS")) {
      throw S3Error.invalidArgument(
          "Only one auth mechanism allowed; only the Signature query parameter or the"
              + " Authorization header should be specified",
          "Authorization",
          authorization.get());
    }
    for (var name : new String[] {"AWSAccessKeyId", "Signature", "Expires"}) {
      if (query.count(name) != 1 || query.first(name).orElseThrow().isEmpty()) {
        throw S3Error.ACCESS_DENIED.because(
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId"
                + " parameters, each exactly once");
      }
    }
    var expires = query.first("Expires").orElseThrow();
    var seconds = seconds(expires);
    if (seconds.isEmpty()) {
      throw S3Error.ACCESS_DENIED
          .because("Invalid date (should be seconds since epoch): " + expires)
          .with("Expires", expires);
    }
    var end = Instant.ofEpochSecond(seconds.getAsLong());
    if (now.isAfter(end)) {
      throw S3Error.ACCESS_DENIED
          .because("Request has expired")
          .with("Expires", HttpDates.xml(end))
          .with("ServerTime", HttpDates.xml(now));
    }
    return new Claim(
        query.first("AWSAccessKeyId").orElseThrow(),
        query.first("Signature").orElseThrow(),
        expires);
  }

  private static OptionalLong seconds(String text) {
    return SECONDS.matcher(text).matches()
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  /**
   * Presigners move headers into the query. They are signed as the headers they stand for, so none
   * can be added to a URL without breaking its signature.
   */
  private static Headers withHoisted(Headers headers, QueryParameters query) {
    var hoisted = Headers.builder();
    for (Parameter parameter : query.all()) {
      var name = parameter.name().toLowerCase(Locale.ROOT);
      boolean header =
          name.startsWith("x-amz-") || name.equals("content-md5") || name.equals("content-type");
      if (header && !headers.has(name)) {
        hoisted.add(
            name,
            new String(
                parameter.value().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
      }
    }
    return hoisted.count() == 0 ? headers : headers.and(hoisted.build());
  }

  /** Version 2 signs no body, but a hash that comes along must be the body's. */
  private static PayloadMode payloadMode(Headers headers) {
    var value = headers.first("x-amz-content-sha256");
    if (value.isEmpty()) {
      return PayloadMode.UNSIGNED;
    }
    var mode = SignatureVerifier.payloadMode(value.get());
    if (mode instanceof PayloadMode.SignedChunks) {
      throw S3Error.INVALID_REQUEST.because(
          "Signed chunks continue a signature of AWS4-HMAC-SHA256, which this request has not.");
    }
    return mode;
  }

  /** HMAC-SHA1 in base64, over one byte for each char. */
  public static String sign(String secret, String toSign) {
    try {
      var mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(toSign.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java has HmacSHA1", missing);
    }
  }

  /** In a time that does not depend on where they differ. */
  private static boolean same(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.US_ASCII));
  }
}
