package ninebark.gateway.sigv4;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.message.Target;

/**
 * Decides whether a request was signed by someone who knows the secret of its access key, in the
 * header or in the query. Everything that could change the meaning of the request must be covered:
 * host, every {@code x-amz-*} header, content-md5. Threads: safe.
 */
public final class SignatureVerifier {
  /** How far a client's clock may be off. */
  public static final Duration MAX_SKEW = Duration.ofMinutes(15);

  /** How long a presigned URL may live: seven days. */
  public static final long MAX_EXPIRY_SECONDS = 604_800;

  private static final Pattern DIGITS = Pattern.compile("-?[0-9]{1,18}");
  private static final List<String> QUERY_PARAMETERS =
      List.of(
          "X-Amz-Algorithm",
          "X-Amz-Credential",
          "X-Amz-Date",
          "X-Amz-Expires",
          "X-Amz-SignedHeaders",
          "X-Amz-Signature");

  /** Finds the secret of an access key. */
  public interface Secrets {
    Optional<String> secretOf(String accessKeyId);
  }

  private final Secrets secrets;
  private final Optional<String> region;
  private final SigningKeys keys = new SigningKeys();

  /**
   * @param region the only region accepted; empty to accept whichever the client names
   */
  public SignatureVerifier(Secrets secrets, Optional<String> region) {
    this.secrets = secrets;
    this.region = region;
  }

  private record Claim(
      String accessKeyId,
      CredentialScope scope,
      String amzDate,
      List<String> signedHeaders,
      String signature,
      boolean presigned) {}

  /**
   * Empty when the request carries no credentials at all.
   *
   * @throws S3Exception if it carries some that do not hold
   */
  public Optional<Verified> verify(
      String method, Target target, QueryParameters query, Headers headers, Instant now) {
    var authorization = headers.first("authorization");
    boolean inQuery = query.has("X-Amz-Algorithm") || query.has("X-Amz-Signature");
    if (inQuery) {
      if (authorization.isPresent() && authorization.get().startsWith("AWS")) {
        throw S3Error.invalidArgument(
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter or the"
                + " Authorization header should be specified",
            "Authorization",
            authorization.get());
      }
      return Optional.of(verify(presigned(query, now), method, target, query, headers));
    }
    if (authorization.isPresent()) {
      if (headers.all("authorization").size() > 1) {
        throw S3Error.AUTHORIZATION_HEADER_MALFORMED.because(
            "The Authorization header stands more than once.");
      }
      return Optional.of(
          verify(inHeader(authorization.get(), headers, now), method, target, query, headers));
    }
    if (query.has("AWSAccessKeyId") && query.has("Signature")) {
      throw unsupported();
    }
    return Optional.empty();
  }

  private Verified verify(
      Claim claim, String method, Target target, QueryParameters query, Headers headers) {
    checkRegion(claim);
    var secret = secret(claim);
    if (headers.has("x-amz-security-token") || query.has("X-Amz-Security-Token")) {
      throw S3Error.INVALID_TOKEN.exception();
    }
    var payloadHash = payloadHash(claim, query, headers);
    var payload = payloadMode(payloadHash);
    refuseUnsigned(claim, headers);

    var key = keys.of(secret, claim.scope());
    var canonical =
        CanonicalRequest.of(
            method, target.path(), query, headers, claim.signedHeaders(), payloadHash);
    var toSign = CanonicalRequest.stringToSign(claim.amzDate(), claim.scope(), canonical);
    if (!same(key.sign(toSign), claim.signature())
        && !holdsReencoded(claim, method, target, query, headers, payloadHash, key)) {
      throw S3Error.SIGNATURE_DOES_NOT_MATCH
          .exception()
          .with("AWSAccessKeyId", claim.accessKeyId())
          .with("StringToSign", toSign)
          .with("SignatureProvided", claim.signature())
          .with("StringToSignBytes", spacedHex(toSign))
          .with("CanonicalRequest", canonical)
          .with("CanonicalRequestBytes", spacedHex(canonical));
    }
    return new Verified(
        claim.accessKeyId(),
        payload,
        claim.presigned(),
        payload instanceof PayloadMode.SignedChunks
            ? Optional.of(
                new ChunkSignatures(key, claim.scope(), claim.amzDate(), claim.signature()))
            : Optional.empty(),
        false);
  }

  /**
   * Judges the signature of an upload form, which covers its policy; how long it holds is the
   * policy's affair.
   *
   * @param policy as it stands in the form, in base64
   * @return the access key id
   */
  public String verifyForm(
      String algorithm,
      String credential,
      String amzDate,
      String policy,
      String signature,
      Instant now) {
    if (!algorithm.equals(CanonicalRequest.ALGORITHM)) {
      throw S3Error.invalidArgument(
          "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"", "X-Amz-Algorithm", algorithm);
    }
    var date =
        AmzDate.parse(amzDate)
            .orElseThrow(
                () ->
                    S3Error.invalidArgument(
                        "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
                        "X-Amz-Date",
                        amzDate));
    if (date.minus(MAX_SKEW).isAfter(now)) {
      throw S3Error.ACCESS_DENIED
          .because("Request is not valid yet")
          .with("X-Amz-Date", amzDate)
          .with("ServerTime", HttpDates.xml(now));
    }
    var claim = claim(credential, amzDate, "host", signature, true);
    checkRegion(claim);
    var secret = secret(claim);
    if (!same(keys.of(secret, claim.scope()).sign(policy), signature)) {
      throw S3Error.SIGNATURE_DOES_NOT_MATCH
          .exception()
          .with("AWSAccessKeyId", claim.accessKeyId())
          .with("StringToSign", policy)
          .with("SignatureProvided", signature)
          .with("StringToSignBytes", spacedHex(policy));
    }
    return claim.accessKeyId();
  }

  private void checkRegion(Claim claim) {
    region.ifPresent(
        expected -> {
          if (!expected.equals(claim.scope().region())) {
            throw malformed(
                    claim.presigned(),
                    "the region '"
                        + claim.scope().region()
                        + "' is wrong; expecting '"
                        + expected
                        + "'")
                .with("Region", expected);
          }
        });
  }

  private String secret(Claim claim) {
    return secrets
        .secretOf(claim.accessKeyId())
        .orElseThrow(
            () ->
                S3Error.INVALID_ACCESS_KEY_ID
                    .exception()
                    .with("AWSAccessKeyId", claim.accessKeyId()));
  }

  /**
   * Some clients escape less, or in lower case, on the wire than in what they sign. Both spellings
   * name the same key, so either may be the signed one.
   */
  private static boolean holdsReencoded(
      Claim claim,
      String method,
      Target target,
      QueryParameters query,
      Headers headers,
      String payloadHash,
      SigningKey key) {
    var reencoded = PercentCoding.decodePath(target.path()).map(PercentCoding::encodePath);
    if (reencoded.isEmpty() || reencoded.get().equals(target.path())) {
      return false;
    }
    var canonical =
        CanonicalRequest.of(
            method, reencoded.get(), query, headers, claim.signedHeaders(), payloadHash);
    return same(
        key.sign(CanonicalRequest.stringToSign(claim.amzDate(), claim.scope(), canonical)),
        claim.signature());
  }

  private static Claim inHeader(String authorization, Headers headers, Instant now) {
    int space = authorization.indexOf(' ');
    var algorithm = space < 0 ? authorization : authorization.substring(0, space);
    if (!algorithm.equals(CanonicalRequest.ALGORITHM)) {
      throw algorithm.startsWith("AWS")
          ? unsupported()
          : S3Error.ACCESS_DENIED.because("Unsupported Authorization Type");
    }
    String credential = "";
    String signed = "";
    String signature = "";
    for (var piece : authorization.substring(space + 1).split(",", -1)) {
      var text = piece.strip();
      int equals = text.indexOf('=');
      var name = equals < 0 ? text : text.substring(0, equals);
      var value = equals < 0 ? "" : text.substring(equals + 1);
      switch (name) {
        case "Credential" -> credential = once(credential, value);
        case "SignedHeaders" -> signed = once(signed, value);
        case "Signature" -> signature = once(signature, value);
        default -> throw malformed(false, "it has an unknown component");
      }
    }
    if (credential.isEmpty() || signed.isEmpty() || !isHash(signature, false)) {
      throw malformed(
          false, "it requires exactly three components: Credential, SignedHeaders, and Signature");
    }
    var amzDate =
        headers
            .first("x-amz-date")
            .or(() -> headers.first("date").flatMap(HttpDates::parse).map(AmzDate::format))
            .orElse("");
    var date =
        AmzDate.parse(amzDate)
            .orElseThrow(
                () ->
                    S3Error.ACCESS_DENIED.because(
                        "AWS authentication requires a valid Date or x-amz-date header"));
    if (Duration.between(date, now).abs().compareTo(MAX_SKEW) > 0) {
      throw S3Error.REQUEST_TIME_TOO_SKEWED
          .exception()
          .with("RequestTime", amzDate)
          .with("ServerTime", HttpDates.xml(now))
          .with("MaxAllowedSkewMilliseconds", Long.toString(MAX_SKEW.toMillis()));
    }
    return claim(credential, amzDate, signed, signature, false);
  }

  private static String once(String before, String value) {
    if (!before.isEmpty()) {
      throw malformed(false, "a component stands more than once");
    }
    return value;
  }

  private static Claim presigned(QueryParameters query, Instant now) {
    for (var name : QUERY_PARAMETERS) {
      if (query.count(name) != 1) {
        throw S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR.because(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential,"
                + " X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires"
                + " parameters, each exactly once.");
      }
    }
    var algorithm = query.first("X-Amz-Algorithm").orElseThrow();
    if (!algorithm.equals(CanonicalRequest.ALGORITHM)) {
      throw S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR.because(
          "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
    }
    var amzDate = query.first("X-Amz-Date").orElseThrow();
    var date =
        AmzDate.parse(amzDate)
            .orElseThrow(
                () ->
                    S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR.because(
                        "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""));
    var expiresText = query.first("X-Amz-Expires").orElseThrow();
    if (!DIGITS.matcher(expiresText).matches()) {
      throw S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR.because(
          "X-Amz-Expires should be a number");
    }
    long expires = Long.parseLong(expiresText);
    if (expires < 1) {
      throw S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR.because(
          "X-Amz-Expires must be at least 1 second");
    }
    if (expires > MAX_EXPIRY_SECONDS) {
      throw S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR.because(
          "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires"
              + " must be less than 604800 seconds");
    }
    if (date.minus(MAX_SKEW).isAfter(now)) {
      throw S3Error.ACCESS_DENIED
          .because("Request is not valid yet")
          .with("X-Amz-Date", amzDate)
          .with("ServerTime", HttpDates.xml(now));
    }
    var end = date.plusSeconds(expires);
    if (now.isAfter(end)) {
      throw S3Error.ACCESS_DENIED
          .because("Request has expired")
          .with("X-Amz-Expires", expiresText)
          .with("Expires", HttpDates.xml(end))
          .with("ServerTime", HttpDates.xml(now));
    }
    var signature = query.first("X-Amz-Signature").orElseThrow();
    if (!isHash(signature, false)) {
      throw S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR.because(
          "X-Amz-Signature must be 64 hexadecimal digits");
    }
    return claim(
        query.first("X-Amz-Credential").orElseThrow(),
        amzDate,
        query.first("X-Amz-SignedHeaders").orElseThrow(),
        signature,
        true);
  }

  private static Claim claim(
      String credential, String amzDate, String signed, String signature, boolean presigned) {
    var pieces = credential.split("/", -1);
    if (pieces.length < 5) {
      throw malformed(
          presigned,
          "the Credential is mal-formed; expecting"
              + " \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"");
    }
    // An access key may hold slashes; what follows it may not.
    int last = pieces.length - 1;
    var accessKeyId = String.join("/", List.of(pieces).subList(0, last - 3));
    var scope = new CredentialScope(pieces[last - 3], pieces[last - 2], pieces[last - 1]);
    if (!pieces[last].equals("aws4_request")) {
      throw malformed(presigned, "incorrect terminal; this endpoint uses \"aws4_request\"");
    }
    if (!scope.service().equals("s3")) {
      throw malformed(presigned, "incorrect service; this endpoint belongs to \"s3\"");
    }
    if (!amzDate.startsWith(scope.date()) || scope.date().length() != 8) {
      throw malformed(presigned, "the date of the Credential is not that of the request");
    }
    if (scope.region().isEmpty()) {
      throw malformed(presigned, "the region must not be empty");
    }
    var names = List.of(signed.split(";", -1));
    for (var name : names) {
      if (name.isEmpty()
          || !name.chars().allMatch(c -> c > ' ' && c < 127 && !(c >= 'A' && c <= 'Z'))) {
        throw malformed(presigned, "SignedHeaders holds a name that is not a lower-case header");
      }
    }
    return new Claim(accessKeyId, scope, amzDate, names, signature, presigned);
  }

  private static void refuseUnsigned(Claim claim, Headers headers) {
    var signed = claim.signedHeaders();
    var missing = new ArrayList<String>(0);
    if (!signed.contains("host")) {
      missing.add("host");
    }
    for (int i = 0; i < headers.count(); i++) {
      var name = headers.name(i);
      if ((name.startsWith("x-amz-") || name.equals("content-md5")) && !signed.contains(name)) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      throw S3Error.ACCESS_DENIED
          .because("There were headers present in the request which were not signed")
          .with("HeadersNotSigned", String.join(", ", missing));
    }
  }

  private static String payloadHash(Claim claim, QueryParameters query, Headers headers) {
    var header = headers.first("x-amz-content-sha256");
    if (claim.presigned()) {
      return header.or(() -> query.first("X-Amz-Content-Sha256")).orElse("UNSIGNED-PAYLOAD");
    }
    return header.orElseThrow(
        () ->
            S3Error.INVALID_REQUEST.because(
                "Missing required header for this request: x-amz-content-sha256"));
  }

  /** What a value of {@code x-amz-content-sha256} means. */
  public static PayloadMode payloadMode(String value) {
    return switch (value) {
      case "UNSIGNED-PAYLOAD" -> PayloadMode.UNSIGNED;
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" -> new PayloadMode.SignedChunks(false);
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" -> new PayloadMode.SignedChunks(true);
      case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> new PayloadMode.UnsignedChunks();
      case "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
          "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER" ->
          throw S3Error.headerNotImplemented("x-amz-content-sha256: " + value);
      default -> {
        if (!isHash(value, true)) {
          throw S3Error.invalidArgument(
              "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, one of the STREAMING- values, or a"
                  + " valid sha256 value.",
              "x-amz-content-sha256",
              value);
        }
        yield new PayloadMode.Hashed(value.toLowerCase(java.util.Locale.ROOT));
      }
    };
  }

  /** Whether this is a SHA-256 in hexadecimal. Asked twice per request: a pattern shows. */
  private static boolean isHash(String text, boolean anyCase) {
    if (text.length() != 64) {
      return false;
    }
    for (int i = 0; i < 64; i++) {
      char c = text.charAt(i);
      boolean digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (!digit && !(anyCase && c >= 'A' && c <= 'F')) {
        return false;
      }
    }
    return true;
  }

  /** The refusal of whatever else a request may be signed with. */
  public static S3Exception unsupported() {
    return S3Error.INVALID_REQUEST.because(
        "The authorization mechanism you have provided is not supported. Please use"
            + " AWS4-HMAC-SHA256.");
  }

  private static S3Exception malformed(boolean presigned, String why) {
    return presigned
        ? S3Error.AUTHORIZATION_QUERY_PARAMETERS_ERROR.because(
            "Error parsing the X-Amz-Credential parameter; " + why)
        : S3Error.AUTHORIZATION_HEADER_MALFORMED.because(
            "The authorization header is malformed; " + why);
  }

  /** In a time that does not depend on where they differ. */
  static boolean same(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.US_ASCII));
  }

  private static String spacedHex(String text) {
    return HexFormat.ofDelimiter(" ").formatHex(text.getBytes(StandardCharsets.UTF_8));
  }
}
