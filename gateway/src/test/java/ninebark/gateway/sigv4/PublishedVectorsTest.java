package ninebark.gateway.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.message.Target;
import org.junit.jupiter.api.Test;

/** The worked examples of AWS's own documentation, signed and verified. */
class PublishedVectorsTest {
  private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  private static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");
  private static final Signer SIGNER = new Signer(KEY, SECRET, "us-east-1");
  private static final SignatureVerifier VERIFIER =
      new SignatureVerifier(
          id -> id.equals(KEY) ? Optional.of(SECRET) : Optional.empty(), Optional.of("us-east-1"));

  private static Headers.Builder host() {
    return Headers.builder().add("host", "examplebucket.s3.amazonaws.com");
  }

  private static void signs(
      String method, String target, Headers headers, String payloadHash, String expected) {
    var parsed = Target.parse(target).orElseThrow();
    var query = QueryParameters.parse(parsed.query(), 100).orElseThrow();
    var signed = SIGNER.sign(method, parsed.path(), query, headers, payloadHash, NOW);
    assertThat(signed.signature()).isEqualTo(expected);
    assertThat(VERIFIER.verify(method, parsed, query, signed.headers(), NOW)).isPresent();
  }

  @Test
  void getWithRange() {
    signs(
        "GET",
        "/test.txt",
        host().add("range", "bytes=0-9").build(),
        Sha256.EMPTY_HEX,
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  }

  @Test
  void put() {
    signs(
        "PUT",
        "/test%24file.text",
        host()
            .add("date", "Fri, 24 May 2013 00:00:00 GMT")
            .add("x-amz-storage-class", "REDUCED_REDUNDANCY")
            .build(),
        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  }

  @Test
  void subResource() {
    signs(
        "GET",
        "/?lifecycle",
        host().build(),
        Sha256.EMPTY_HEX,
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  }

  @Test
  void listing() {
    signs(
        "GET",
        "/?max-keys=2&prefix=J",
        host().build(),
        Sha256.EMPTY_HEX,
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  }

  @Test
  void presignedUrl() {
    var raw =
        SIGNER.presign(
            "GET", "/test.txt", QueryParameters.NONE, host().build(), Duration.ofDays(1), NOW);
    assertThat(raw)
        .endsWith(
            "X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    var query = QueryParameters.parse(raw, 100).orElseThrow();
    assertThat(
            VERIFIER.verify(
                "GET", new Target("/test.txt", raw), query, host().build(), NOW.plusSeconds(86400)))
        .isPresent();
  }

  private static Headers streaming() {
    return Headers.builder()
        .add("host", "s3.amazonaws.com")
        .add("x-amz-storage-class", "REDUCED_REDUNDANCY")
        .add("content-encoding", "aws-chunked")
        .add("x-amz-decoded-content-length", "66560")
        .add("content-length", "66824")
        .build();
  }

  private static byte[] letters(int count) {
    var bytes = new byte[count];
    Arrays.fill(bytes, (byte) 'a');
    return bytes;
  }

  @Test
  void signedChunks() throws Exception {
    var signed =
        SIGNER.sign(
            "PUT",
            "/examplebucket/chunkObject.txt",
            QueryParameters.NONE,
            streaming(),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            NOW);
    assertThat(signed.signature())
        .isEqualTo("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
    var chunks = SIGNER.chunks(signed);
    assertThat(chunks.next(Sha256.hex(letters(65536))))
        .isEqualTo("ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648");
    assertThat(chunks.next(Sha256.hex(letters(1024))))
        .isEqualTo("0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497");
    assertThat(chunks.next(Sha256.EMPTY_HEX))
        .isEqualTo("b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
  }

  @Test
  void signedTrailer() {
    var key = SigningKey.derive(SECRET, new CredentialScope("20130524", "us-east-1", "s3"));
    var chunks =
        new ChunkSignatures(
            key,
            new CredentialScope("20130524", "us-east-1", "s3"),
            "20130524T000000Z",
            "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
    assertThat(chunks.next(Sha256.hex(letters(65536))))
        .isEqualTo("b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2");
    assertThat(chunks.next(Sha256.hex(letters(1024))))
        .isEqualTo("1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7");
    assertThat(chunks.next(Sha256.EMPTY_HEX))
        .isEqualTo("2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992");
    assertThat(chunks.trailer("x-amz-checksum-crc32c:sOO8/Q==\n"))
        .isEqualTo("d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435");
  }

  @Test
  void hashesNothingAsKnown() {
    assertThat(Sha256.hex("".getBytes(StandardCharsets.UTF_8))).isEqualTo(Sha256.EMPTY_HEX);
  }
}
