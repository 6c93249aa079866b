package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import ninebark.gateway.TestStore;
import ninebark.gateway.digest.ChecksumStream;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.request.S3Operation;
import ninebark.metadata.Checksum.Algorithm;
import ninebark.metadata.Checksum.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checksums that clients send ahead of a body or behind it, and get back. */
@Covers({
  S3Operation.PUT_OBJECT,
  S3Operation.GET_OBJECT,
  S3Operation.HEAD_OBJECT,
  S3Operation.UPLOAD_PART,
  S3Operation.COMPLETE_MULTIPART_UPLOAD
})
class ChecksumsTest {
  private static final String HELLO = "hello, checksums";
  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
    assertThat(http.put("/sums", "").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static String of(Algorithm algorithm, String body) {
    return of(algorithm, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String of(Algorithm algorithm, byte[] body) {
    var stream = ChecksumStream.start(algorithm);
    stream.update(ByteBuffer.wrap(body));
    return stream.finishBase64();
  }

  private static String header(Algorithm algorithm) {
    return "x-amz-checksum-" + algorithm.name().toLowerCase(Locale.ROOT);
  }

  private static SignedHttp.Answer trailing(
      String target, String body, String announced, String trailer, String... more) {
    var framed =
        Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n" + trailer + "\r\n";
    if (body.isEmpty()) {
      framed = "0\r\n" + trailer + "\r\n";
    }
    var headers =
        new ArrayList<>(
            List.of(
                "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                "content-encoding: aws-chunked",
                "x-amz-decoded-content-length: " + body.length()));
    if (!announced.isEmpty()) {
      headers.add("x-amz-trailer: " + announced);
    }
    headers.addAll(Arrays.asList(more));
    return http.send(
        "PUT", target, framed.getBytes(StandardCharsets.UTF_8), headers.toArray(String[]::new));
  }

  private static void refused(SignedHttp.Answer answer, String verdict, String message) {
    assertThat(answer.verdict()).isEqualTo(verdict);
    assertThat(answer.element("Message")).isEqualTo(message);
  }

  private static void nothingAt(String target) {
    assertThat(http.head(target).status()).isEqualTo(404);
  }

  // --- one body ---------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  void aRightChecksumAheadIsKeptAndReturned(Algorithm algorithm) {
    var target = "/sums/ahead-" + algorithm;
    var value = of(algorithm, HELLO);
    var put = http.put(target, HELLO, header(algorithm) + ": " + value);
    assertThat(put.verdict()).isEqualTo("200");
    assertThat(put.header(header(algorithm))).isEqualTo(value);
    assertThat(put.header("x-amz-checksum-type")).isEqualTo("FULL_OBJECT");
    for (var answer :
        List.of(
            http.head(target, "x-amz-checksum-mode: ENABLED"),
            http.get(target, "x-amz-checksum-mode: ENABLED"))) {
      assertThat(answer.header(header(algorithm))).isEqualTo(value);
      assertThat(answer.header("x-amz-checksum-type")).isEqualTo("FULL_OBJECT");
    }
    assertThat(http.head(target).headers().has(header(algorithm))).isFalse();
    assertThat(
            http.get(target, "x-amz-checksum-mode: ENABLED", "range: bytes=1-3")
                .headers()
                .has(header(algorithm)))
        .as("of a range")
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aWrongChecksumAheadStoresNothing(Algorithm algorithm) {
    var target = "/sums/wrong-" + algorithm;
    refused(
        http.put(target, HELLO, header(algorithm) + ": " + of(algorithm, "something else")),
        "400 BadDigest",
        "The " + algorithm + " you specified did not match the calculated checksum.");
    nothingAt(target);
  }

  @ParameterizedTest
  @EnumSource
  void aWrongChecksumOfALargeBodyLeavesNoStripes(Algorithm algorithm) {
    int before = store.stripes.openWriters.get();
    var body = new byte[200_000];
    var answer =
        http.send("PUT", "/sums/large", body, header(algorithm) + ": " + of(algorithm, HELLO));
    assertThat(answer.verdict()).isEqualTo("400 BadDigest");
    assertThat(store.stripes.openWriters).hasValue(before);
    var right =
        http.send(
            "PUT",
            "/sums/large-" + algorithm,
            body,
            header(algorithm) + ": " + of(algorithm, body));
    assertThat(right.verdict()).isEqualTo("200");
  }

  @ParameterizedTest
  @EnumSource
  void aMalformedChecksumAheadIsRefused(Algorithm algorithm) {
    var right = of(algorithm, HELLO);
    for (var wrong : List.of("", "x", "!!!!", right.replace("=", "") + "A", right + "AAAA")) {
      refused(
          http.put("/sums/malformed", HELLO, header(algorithm) + ": " + wrong),
          "400 InvalidRequest",
          "Value for " + header(algorithm) + " header is invalid.");
    }
    nothingAt("/sums/malformed");
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyBodyHasAChecksumToo(Algorithm algorithm) {
    var target = "/sums/empty-" + algorithm;
    assertThat(http.put(target, "", header(algorithm) + ": " + of(algorithm, "")).verdict())
        .isEqualTo("200");
    assertThat(http.head(target, "x-amz-checksum-mode: ENABLED").header(header(algorithm)))
        .isEqualTo(of(algorithm, ""));
  }

  @ParameterizedTest
  @EnumSource
  void aRightChecksumBehindIsKeptAndReturned(Algorithm algorithm) {
    var target = "/sums/behind-" + algorithm;
    var value = of(algorithm, HELLO);
    var put =
        trailing(
            target,
            HELLO,
            header(algorithm),
            header(algorithm) + ":" + value + "\r\n",
            "x-amz-sdk-checksum-algorithm: " + algorithm);
    assertThat(put.verdict()).isEqualTo("200");
    assertThat(put.header(header(algorithm))).isEqualTo(value);
    var get = http.get(target, "x-amz-checksum-mode: ENABLED");
    assertThat(get.header(header(algorithm))).isEqualTo(value);
    assertThat(get.text()).isEqualTo(HELLO);
    assertThat(get.headers().has("content-encoding")).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aWrongChecksumBehindStoresNothing(Algorithm algorithm) {
    var target = "/sums/wrong-behind-" + algorithm;
    refused(
        trailing(
            target,
            HELLO,
            header(algorithm),
            header(algorithm) + ":" + of(algorithm, "something else") + "\r\n"),
        "400 BadDigest",
        "The " + algorithm + " you specified did not match the calculated checksum.");
    nothingAt(target);
  }

  @ParameterizedTest
  @EnumSource
  void aMalformedOrMissingChecksumBehindStoresNothing(Algorithm algorithm) {
    var target = "/sums/odd-behind";
    var name = header(algorithm);
    refused(
        trailing(target, HELLO, name, name + ":AAA\r\n"),
        "400 InvalidRequest",
        "Value for " + name + " trailing header is invalid.");
    assertThat(trailing(target, HELLO, name, "").verdict()).isEqualTo("400 InvalidRequest");
    var other = algorithm == Algorithm.CRC32 ? Algorithm.CRC32C : Algorithm.CRC32;
    assertThat(
            trailing(target, HELLO, name, header(other) + ":" + of(other, HELLO) + "\r\n")
                .verdict())
        .isEqualTo("400 InvalidRequest");
    nothingAt(target);
  }

  @ParameterizedTest
  @EnumSource
  void theNamedAlgorithmMustBeTheOneThatComes(Algorithm algorithm) {
    var value = header(algorithm) + ": " + of(algorithm, HELLO);
    var named = "x-amz-sdk-checksum-algorithm: ";
    assertThat(http.put("/sums/named", HELLO, value, named + algorithm).verdict()).isEqualTo("200");
    assertThat(
            http.put("/sums/named", HELLO, value, named + algorithm.name().toLowerCase(Locale.ROOT))
                .verdict())
        .isEqualTo("200");
    var other = algorithm == Algorithm.SHA1 ? Algorithm.SHA256 : Algorithm.SHA1;
    refused(
        http.put("/sums/misnamed", HELLO, value, named + other),
        "400 InvalidRequest",
        "Value for x-amz-sdk-checksum-algorithm header is invalid.");
    refused(
        http.put("/sums/misnamed", HELLO, named + algorithm),
        "400 InvalidRequest",
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or"
            + " x-amz-trailer headers were found.");
    nothingAt("/sums/misnamed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CRC16", "", "xxh3", "SHA-256"})
  void anUnknownAlgorithmCannotBeNamed(String name) {
    refused(
        http.put(
            "/sums/unknown",
            HELLO,
            "x-amz-checksum-crc32: " + of(Algorithm.CRC32, HELLO),
            "x-amz-sdk-checksum-algorithm: " + name),
        "400 InvalidRequest",
        "Value for x-amz-sdk-checksum-algorithm header is invalid.");
    nothingAt("/sums/unknown");
  }

  @ParameterizedTest
  @ValueSource(strings = {"crc16", "xxh3", "sha-256", "adler32"})
  void anUnknownChecksumHeaderIsRefusedAndNotIgnored(String name) {
    refused(
        http.put("/sums/unknown", HELLO, "x-amz-checksum-" + name + ": AAAAAA=="),
        "400 InvalidRequest",
        "The algorithm type you specified in x-amz-checksum- header is invalid.");
    refused(
        trailing(
            "/sums/unknown",
            HELLO,
            "x-amz-checksum-" + name,
            "x-amz-checksum-" + name + ":AAAAAA==\r\n"),
        "400 InvalidRequest",
        "The value specified in the x-amz-trailer header is not supported");
    nothingAt("/sums/unknown");
  }

  @Test
  void onlyOneChecksumIsTaken() {
    refused(
        http.put(
            "/sums/two",
            HELLO,
            "x-amz-checksum-crc32: " + of(Algorithm.CRC32, HELLO),
            "x-amz-checksum-xxhash3: " + of(Algorithm.XXHASH3, HELLO)),
        "400 InvalidRequest",
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    nothingAt("/sums/two");
  }

  @Test
  void aChecksumAheadAndOneBehindAreOneTooMany() {
    var value = of(Algorithm.CRC32, HELLO);
    assertThat(
            trailing(
                    "/sums/both",
                    HELLO,
                    "x-amz-checksum-crc32",
                    "x-amz-checksum-crc32:" + value + "\r\n",
                    "x-amz-checksum-crc32: " + value)
                .verdict())
        .isEqualTo("400 InvalidRequest");
    nothingAt("/sums/both");
  }

  @Test
  void aTrailerIsNotAnnouncedForABodyWithoutOne() {
    assertThat(http.put("/sums/none", HELLO, "x-amz-trailer: x-amz-checksum-crc32").verdict())
        .isEqualTo("400 InvalidRequest");
    nothingAt("/sums/none");
  }

  @Test
  void aTrailerThatWasNotAnnouncedIsRefused() {
    assertThat(
            trailing(
                    "/sums/unannounced",
                    HELLO,
                    "",
                    "x-amz-checksum-crc32:" + of(Algorithm.CRC32, HELLO) + "\r\n")
                .verdict())
        .isEqualTo("400 InvalidRequest");
    nothingAt("/sums/unannounced");
  }

  @Test
  void withoutAnyChecksumTheStoreTakesCrc64Nvme() {
    assertThat(trailing("/sums/bare-behind", HELLO, "", "").verdict()).isEqualTo("200");
    assertThat(http.put("/sums/bare", HELLO).verdict()).isEqualTo("200");
    for (var target : List.of("/sums/bare", "/sums/bare-behind")) {
      var head = http.head(target, "x-amz-checksum-mode: ENABLED");
      assertThat(head.header("x-amz-checksum-crc64nvme")).isEqualTo(of(Algorithm.CRC64NVME, HELLO));
      assertThat(head.header("x-amz-checksum-type")).isEqualTo("FULL_OBJECT");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AAAA,400 InvalidDigest",
    "not base64,400 InvalidDigest",
    "1B2M2Y8AsgTpgAmY7PhCfg==,400 BadDigest",
  })
  void contentMd5IsJudgedBesideTheChecksum(String md5, String verdict) {
    var right = header(Algorithm.XXHASH128) + ": " + of(Algorithm.XXHASH128, HELLO);
    assertThat(http.put("/sums/md5", HELLO, right, "content-md5: " + md5).verdict())
        .isEqualTo(verdict);
    nothingAt("/sums/md5");
    var both = of(Algorithm.MD5, HELLO);
    assertThat(
            http.put(
                    "/sums/md5-right", HELLO, "content-md5: " + both, "x-amz-checksum-md5: " + both)
                .header("x-amz-checksum-md5"))
        .isEqualTo(both);
  }

  @Test
  void documentsAreCheckedLikeObjects() {
    var document = "<Delete><Object><Key>absent</Key></Object></Delete>";
    for (var algorithm : Algorithm.values()) {
      var name = header(algorithm);
      assertThat(
              http.post("/sums?delete", document, name + ": " + of(algorithm, document)).verdict())
          .as("%s", algorithm)
          .isEqualTo("200");
      assertThat(http.post("/sums?delete", document, name + ": " + of(algorithm, "")).verdict())
          .as("%s", algorithm)
          .isEqualTo("400 BadDigest");
    }
  }

  // --- parts ------------------------------------------------------------------------------------

  private static Stream<Arguments> choices() {
    return Arrays.stream(Algorithm.values())
        .flatMap(
            algorithm ->
                Arrays.stream(Kind.values())
                    .filter(kind -> Checksums.allows(algorithm, kind))
                    .map(kind -> Arguments.of(algorithm, kind)));
  }

  @ParameterizedTest
  @MethodSource("choices")
  void anObjectOfPartsHasTheChecksumThatWasChosen(Algorithm algorithm, Kind kind) {
    var target = "/sums/parts-" + algorithm + "-" + kind;
    var created =
        http.post(
            target + "?uploads",
            "",
            "x-amz-checksum-algorithm: " + algorithm,
            "x-amz-checksum-type: " + kind);
    assertThat(created.verdict()).isEqualTo("200");
    var id = created.element("UploadId");
    var first = new byte[5 << 20];
    Arrays.fill(first, (byte) 'a');
    var last = HELLO.getBytes(StandardCharsets.UTF_8);
    var document = new StringBuilder("<CompleteMultipartUpload>");
    int number = 1;
    for (var part : List.of(first, last)) {
      var value = of(algorithm, part);
      var uploaded =
          http.send(
              "PUT",
              target + "?partNumber=" + number + "&uploadId=" + id,
              part,
              header(algorithm) + ": " + value);
      assertThat(uploaded.header(header(algorithm))).isEqualTo(value);
      document.append(
          "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag><%s>%s</%s></Part>"
              .formatted(
                  number,
                  uploaded.header("etag"),
                  Checksums.element(algorithm),
                  value,
                  Checksums.element(algorithm)));
      number++;
    }
    var whole = ByteBuffer.allocate(first.length + last.length).put(first).put(last).array();
    var sums =
        ByteBuffer.allocate(2 * Checksums.byteCount(algorithm))
            .put(Base64.getDecoder().decode(of(algorithm, first)))
            .put(Base64.getDecoder().decode(of(algorithm, last)))
            .array();
    var expected =
        switch (kind) {
          case FULL_OBJECT -> of(algorithm, whole);
          case COMPOSITE -> of(algorithm, sums) + "-2";
        };
    var completed =
        http.post(
            target + "?uploadId=" + id,
            document.append("</CompleteMultipartUpload>").toString(),
            "x-amz-checksum-type: " + kind);
    assertThat(completed.verdict()).isEqualTo("200");
    assertThat(completed.element(Checksums.element(algorithm))).isEqualTo(expected);
    var head = http.head(target, "x-amz-checksum-mode: ENABLED");
    assertThat(head.header(header(algorithm))).isEqualTo(expected);
    assertThat(head.header("x-amz-checksum-type")).isEqualTo(kind.name());
  }

  @ParameterizedTest
  @EnumSource
  void aPartWithAWrongChecksumIsNotTaken(Algorithm algorithm) {
    var target = "/sums/part-" + algorithm;
    var id =
        http.post(target + "?uploads", "", "x-amz-checksum-algorithm: " + algorithm)
            .element("UploadId");
    var part = target + "?partNumber=1&uploadId=" + id;
    assertThat(http.put(part, HELLO, header(algorithm) + ": " + of(algorithm, "")).verdict())
        .isEqualTo("400 BadDigest");
    assertThat(http.get(target + "?uploadId=" + id).text()).doesNotContain("<Part>");
    // Without a checksum the store computes the one that was chosen.
    assertThat(http.put(part, HELLO).header(header(algorithm))).isEqualTo(of(algorithm, HELLO));
  }

  @ParameterizedTest
  @EnumSource
  void aKindTheAlgorithmDoesNotAllowIsRefusedAtTheBeginning(Algorithm algorithm) {
    for (var kind : Kind.values()) {
      var created =
          http.post(
              "/sums/kinds?uploads",
              "",
              "x-amz-checksum-algorithm: " + algorithm,
              "x-amz-checksum-type: " + kind);
      assertThat(created.verdict())
          .isEqualTo(Checksums.allows(algorithm, kind) ? "200" : "400 InvalidRequest");
    }
  }
}
