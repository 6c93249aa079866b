package ninebark.gateway.operation;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import ninebark.gateway.digest.BodyDigests;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.Payload;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.Checksum;
import ninebark.metadata.Checksum.Algorithm;

/**
 * What a client says its body hashes to, in headers or in the trailer.
 *
 * @param inHeader base64, present if the checksum came ahead of the body
 * @param algorithm of the checksum ahead or behind
 */
record ClientDigests(
    Optional<byte[]> md5, Optional<Algorithm> algorithm, Optional<String> inHeader) {
  private static final Set<String> NOT_CHECKSUMS =
      Set.of("x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type");

  /** Refuses a request whose body could have changed on its way. */
  static void require(S3Request request) {
    if (!of(request.headers(), request.payload()).isPresent()) {
      throw S3Error.INVALID_REQUEST.because(
          "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
    }
  }

  static ClientDigests of(Headers headers, Payload payload) {
    var md5 = headers.first("content-md5").map(ClientDigests::decodeMd5);
    Optional<Algorithm> algorithm = Optional.empty();
    Optional<String> inHeader = Optional.empty();
    for (int i = 0; i < headers.count(); i++) {
      var name = headers.name(i);
      if (!name.startsWith("x-amz-checksum-") || NOT_CHECKSUMS.contains(name)) {
        continue;
      }
      if (inHeader.isPresent()) {
        throw S3Error.INVALID_REQUEST.because(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
      }
      algorithm = Checksums.ofHeader(name);
      if (algorithm.isEmpty()) {
        throw S3Error.INVALID_REQUEST.because(
            "The algorithm type you specified in x-amz-checksum- header is invalid.");
      }
      var _ = Checksums.decode(algorithm.get(), headers.value(i));
      inHeader = Optional.of(headers.value(i));
    }
    var trailer = headers.first("x-amz-trailer");
    if (trailer.isPresent()) {
      if (inHeader.isPresent()) {
        throw S3Error.INVALID_REQUEST.because(
            "Expecting a single x-amz-checksum- header: one ahead of the body or one in its"
                + " trailer, not both.");
      }
      algorithm = Checksums.ofHeader(trailer.get().strip().toLowerCase(Locale.ROOT));
      if (algorithm.isEmpty()) {
        throw S3Error.INVALID_REQUEST.because(
            "The value specified in the x-amz-trailer header is not supported");
      }
      if (!payload.hasTrailer()) {
        throw S3Error.INVALID_REQUEST.because(
            "x-amz-trailer announces a trailer, but x-amz-content-sha256 says that there is none");
      }
    }
    var named = headers.first("x-amz-sdk-checksum-algorithm");
    if (named.isPresent()) {
      var expected = Checksums.named(named.get());
      if (expected.isEmpty()) {
        throw S3Error.INVALID_REQUEST.because(
            "Value for x-amz-sdk-checksum-algorithm header is invalid.");
      }
      if (algorithm.isEmpty()) {
        throw S3Error.INVALID_REQUEST.because(
            "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or"
                + " x-amz-trailer headers were found.");
      }
      if (!algorithm.equals(expected)) {
        throw S3Error.INVALID_REQUEST.because(
            "Value for x-amz-sdk-checksum-algorithm header is invalid.");
      }
    }
    return new ClientDigests(md5, algorithm, inHeader);
  }

  private static byte[] decodeMd5(String base64) {
    try {
      var bytes = Base64.getDecoder().decode(base64);
      if (bytes.length == 16) {
        return bytes;
      }
    } catch (IllegalArgumentException notBase64) {
      // falls through: both are the same mistake to the client
    }
    throw S3Error.INVALID_DIGEST.exception().with("Content-MD5", base64);
  }

  /** Whether the body is protected by more than its transport. */
  boolean isPresent() {
    return md5.isPresent() || algorithm.isPresent();
  }

  /** What must be computed: the one S3 takes by default, and the client's checksum. */
  Set<Algorithm> toCompute() {
    var computed = EnumSet.of(Algorithm.CRC64NVME);
    algorithm.ifPresent(computed::add);
    return computed;
  }

  /**
   * Compares everything claimed with what was computed; called once the body has ended.
   *
   * @return the checksum to keep
   */
  Checksum verify(Payload payload, BodyDigests.Result computed) {
    if (payload.signedSha256().isPresent()
        && !same(payload.signedSha256().get(), computed.sha256Hex().orElseThrow())) {
      throw S3Error.CONTENT_SHA256_MISMATCH
          .exception()
          .with("ClientComputedContentSHA256", payload.signedSha256().get())
          .with("S3ComputedContentSHA256", computed.sha256Hex().get());
    }
    if (md5.isPresent()
        && !MessageDigest.isEqual(md5.get(), HexFormat.of().parseHex(computed.md5Hex()))) {
      throw S3Error.BAD_DIGEST
          .because("The Content-MD5 you specified did not match what we received.")
          .with("ExpectedDigest", Base64.getEncoder().encodeToString(md5.get()))
          .with("CalculatedDigest", computed.md5Hex());
    }
    var claimed = inHeader;
    if (payload.hasTrailer()) {
      claimed = inTrailer(payload.trailer().get()).or(() -> inHeader);
    }
    var kept = computed.checksum(algorithm.orElse(Algorithm.CRC64NVME)).orElseThrow();
    if (claimed.isPresent() && !same(claimed.get(), kept.value())) {
      throw badChecksum(kept.algorithm());
    }
    return kept;
  }

  /** The trailer must be what was announced, no less and no more. */
  private Optional<String> inTrailer(Headers trailer) {
    boolean announced = algorithm.isPresent() && inHeader.isEmpty();
    Optional<String> found = Optional.empty();
    for (int i = 0; i < trailer.count(); i++) {
      boolean wanted = announced && trailer.name(i).equals(Checksums.header(algorithm.get()));
      if (!wanted || found.isPresent()) {
        throw S3Error.INVALID_REQUEST.because(
            "The trailer holds what x-amz-trailer does not announce.");
      }
      var _ = Checksums.decodeTrailing(algorithm.get(), trailer.value(i));
      found = Optional.of(trailer.value(i));
    }
    if (announced && found.isEmpty()) {
      throw S3Error.INVALID_REQUEST.because(
          "The trailer that x-amz-trailer announces did not come.");
    }
    return found;
  }

  static S3Exception badChecksum(Algorithm algorithm) {
    return S3Error.BAD_DIGEST.because(
        "The " + algorithm + " you specified did not match the calculated checksum.");
  }

  private static boolean same(String first, String second) {
    return MessageDigest.isEqual(
        first.getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        second.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }
}
