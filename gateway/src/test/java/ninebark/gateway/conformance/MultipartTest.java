package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;
import ninebark.gateway.TestStore;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.xml.XmlElement;
import ninebark.metadata.Versioning;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads in parts, from their creation to their end. */
@Covers({
  S3Operation.CREATE_MULTIPART_UPLOAD,
  S3Operation.UPLOAD_PART,
  S3Operation.UPLOAD_PART_COPY,
  S3Operation.COMPLETE_MULTIPART_UPLOAD,
  S3Operation.ABORT_MULTIPART_UPLOAD,
  S3Operation.LIST_PARTS,
  S3Operation.LIST_MULTIPART_UPLOADS
})
class MultipartTest {
  private static final int PART = 5 << 20;
  private static final byte[] FULL = TestBuckets.random(PART, 1);
  private static final byte[] REST = TestBuckets.random(1000, 2);
  private static final String NOBODY = "0".repeat(32);

  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
    TestBuckets.make(http, "parts");
    TestBuckets.make(http, "uploads");
    TestBuckets.makeVersioned(store, http, "versions");
    assertThat(http.put("/parts/source", "0123456789").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
    assertThat(store.stripes.openReaders).hasValue(0);
    assertThat(store.stripes.openWriters).hasValue(0);
    assertThat(store.stripes.lentPieces).hasValue(0);
  }

  private static String create(String target, String... headers) {
    var answer = http.post(target + "?uploads", "", headers);
    assertThat(answer.verdict()).isEqualTo("200");
    return answer.element("UploadId");
  }

  private static SignedHttp.Answer part(
      String target, String upload, Object number, byte[] body, String... headers) {
    return http.send(
        "PUT", target + "?partNumber=" + number + "&uploadId=" + upload, body, headers);
  }

  private static String etag(String target, String upload, int number, byte[] body) {
    var answer = part(target, upload, number, body);
    assertThat(answer.verdict()).isEqualTo("200");
    return answer.header("etag");
  }

  private static String line(int number, String etag, String... more) {
    return "<Part><PartNumber>"
        + number
        + "</PartNumber><ETag>"
        + etag
        + "</ETag>"
        + String.join("", more)
        + "</Part>";
  }

  private static SignedHttp.Answer complete(
      String target, String upload, List<String> lines, String... headers) {
    return http.post(
        target + "?uploadId=" + upload,
        "<CompleteMultipartUpload>" + String.join("", lines) + "</CompleteMultipartUpload>",
        headers);
  }

  private static String crc32(byte[] bytes) {
    var crc = new CRC32();
    crc.update(bytes);
    return base64(crc.getValue());
  }

  private static String base64(long crc) {
    var value = (int) crc;
    return Base64.getEncoder()
        .encodeToString(
            new byte[] {
              (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
            });
  }

  // --- creation ---------------------------------------------------------------------------------

  @Test
  void tagsAndHeadersOfTheCreationReachTheObject() {
    var upload =
        create(
            "/parts/dressed",
            "content-type: text/plain",
            "x-amz-meta-a: 1",
            "x-amz-tagging: t=1&u=2",
            "x-amz-website-redirect-location: /there");
    var etag = etag("/parts/dressed", upload, 1, REST);
    assertThat(complete("/parts/dressed", upload, List.of(line(1, etag))).verdict())
        .isEqualTo("200");
    var head = http.head("/parts/dressed");
    assertThat(head.header("content-type")).isEqualTo("text/plain");
    assertThat(head.header("x-amz-meta-a")).isEqualTo("1");
    assertThat(head.header("x-amz-tagging-count")).isEqualTo("2");
    assertThat(head.header("x-amz-website-redirect-location")).isEqualTo("/there");
    assertThat(http.get("/parts/dressed?tagging").text()).contains("<Key>u</Key>");
  }

  @ParameterizedTest
  @CsvSource({
    "x-amz-tagging: a=1&a=2,400 InvalidArgument",
    "x-amz-storage-class: PAPER,400 InvalidStorageClass",
    "x-amz-checksum-algorithm: ROT13,400 InvalidRequest",
    "x-amz-checksum-type: COMPOSITE,400 InvalidRequest",
    "x-amz-website-redirect-location: there,400 InvalidRedirectLocation"
  })
  void aBadCreationMakesNoUpload(String header, String verdict) {
    assertThat(http.post("/uploads/bad?uploads", "", header).verdict()).isEqualTo(verdict);
    assertThat(http.get("/uploads?uploads&prefix=bad").text()).doesNotContain("<Upload>");
  }

  @ParameterizedTest
  @CsvSource({
    "CRC32,,COMPOSITE",
    "CRC32,COMPOSITE,COMPOSITE",
    "CRC32,FULL_OBJECT,FULL_OBJECT",
    "CRC32C,FULL_OBJECT,FULL_OBJECT",
    "CRC64NVME,,FULL_OBJECT",
    "CRC64NVME,FULL_OBJECT,FULL_OBJECT",
    "CRC64NVME,COMPOSITE,refused",
    "SHA1,,COMPOSITE",
    "SHA256,COMPOSITE,COMPOSITE",
    "SHA256,FULL_OBJECT,refused",
    "SHA1,FULL_OBJECT,refused",
    "CRC32,SOMETIMES,refused"
  })
  void algorithmAndTypeOfTheChecksumAreFixedAtTheCreation(
      String algorithm, String type, String expected) {
    var headers = new ArrayList<String>(List.of("x-amz-checksum-algorithm: " + algorithm));
    if (type != null) {
      headers.add("x-amz-checksum-type: " + type);
    }
    var answer = http.post("/uploads/fixed?uploads", "", headers.toArray(String[]::new));
    if (expected.equals("refused")) {
      assertThat(answer.verdict()).isEqualTo("400 InvalidRequest");
    } else {
      assertThat(answer.header("x-amz-checksum-algorithm")).isEqualTo(algorithm);
      assertThat(answer.header("x-amz-checksum-type")).isEqualTo(expected);
      var upload = answer.element("UploadId");
      var listed = http.get("/uploads/fixed?uploadId=" + upload);
      assertThat(listed.element("ChecksumAlgorithm")).isEqualTo(algorithm);
      assertThat(listed.element("ChecksumType")).isEqualTo(expected);
      assertThat(http.delete("/uploads/fixed?uploadId=" + upload).status()).isEqualTo(204);
    }
  }

  // --- parts ------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"0", "10001", "-1", "x", "", "1.5", "99999999999"})
  void partsAreNumberedFromOneToTenThousand(String number) {
    var upload = create("/parts/numbered");
    assertThat(part("/parts/numbered", upload, number, REST).verdict())
        .isEqualTo("400 InvalidArgument");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10_000})
  void theFirstAndTheLastNumberAreTaken(int number) {
    var upload = create("/parts/numbered");
    var etag = etag("/parts/numbered", upload, number, REST);
    assertThat(complete("/parts/numbered", upload, List.of(line(number, etag))).verdict())
        .isEqualTo("200");
    assertThat(http.get("/parts/numbered").bytes()).isEqualTo(REST);
  }

  @Test
  void aPartSentAgainTakesTheFirstsPlace() {
    var upload = create("/parts/again");
    var first = etag("/parts/again", upload, 1, FULL);
    var second = etag("/parts/again", upload, 1, REST);
    assertThat(complete("/parts/again", upload, List.of(line(1, first))).verdict())
        .isEqualTo("400 InvalidPart");
    assertThat(complete("/parts/again", upload, List.of(line(1, second))).verdict())
        .isEqualTo("200");
    assertThat(http.get("/parts/again").bytes()).isEqualTo(REST);
  }

  @Test
  void aPartIsComparedWithItsChecksum() {
    var upload = create("/parts/sum", "x-amz-checksum-algorithm: CRC32");
    var good = part("/parts/sum", upload, 1, REST, "x-amz-checksum-crc32: " + crc32(REST));
    assertThat(good.header("x-amz-checksum-crc32")).isEqualTo(crc32(REST));
    assertThat(part("/parts/sum", upload, 1, REST, "x-amz-checksum-crc32: AAAAAA==").verdict())
        .isEqualTo("400 BadDigest");
    assertThat(part("/parts/sum", upload, 1, REST, "x-amz-checksum-crc32: AA==").verdict())
        .isEqualTo("400 InvalidRequest");
    assertThat(
            part("/parts/sum", upload, 1, REST, "x-amz-checksum-sha1: " + "A".repeat(27) + "=")
                .verdict())
        .isEqualTo("400 InvalidRequest");
    assertThat(part("/parts/sum", upload, 2, REST).header("x-amz-checksum-crc32"))
        .isEqualTo(crc32(REST));
  }

  @ParameterizedTest
  @CsvSource({
    "PUT,&partNumber=1,",
    "GET,'',",
    "DELETE,'',",
    "POST,'',<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>"
  })
  void anUploadThatIsUnknownIsAnError(String method, String more, String body) {
    var bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
    for (var id : List.of(NOBODY, "x", "..", "")) {
      var answer = http.send(method, "/parts/none?uploadId=" + id + more, bytes);
      assertThat(answer.verdict()).isEqualTo("404 NoSuchUpload");
      assertThat(answer.element("UploadId")).isEqualTo(id);
    }
    var upload = create("/parts/mine");
    assertThat(http.send(method, "/parts/other?uploadId=" + upload + more, bytes).verdict())
        .isEqualTo("404 NoSuchUpload");
    assertThat(
            SignedHttp.other(store)
                .send(method, "/parts/mine?uploadId=" + upload + more, bytes)
                .verdict())
        .isEqualTo("403 AccessDenied");
  }

  // --- copied parts -----------------------------------------------------------------------------

  private static SignedHttp.Answer copyPart(
      String target, String upload, int number, String source, String... headers) {
    var all = new ArrayList<String>(List.of(headers));
    all.add("x-amz-copy-source: " + source);
    return part(target, upload, number, new byte[0], all.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({"bytes=0-9,0123456789", "bytes=0-0,0", "bytes=3-5,345", "bytes=9-9,9"})
  void aRangeOfASourceIsInclusive(String range, String expected) {
    var upload = create("/parts/range");
    var answer =
        copyPart("/parts/range", upload, 1, "parts/source", "x-amz-copy-source-range: " + range);
    assertThat(answer.verdict()).isEqualTo("200");
    assertThat(complete("/parts/range", upload, List.of(line(1, answer.element("ETag")))).status())
        .isEqualTo(200);
    assertThat(http.get("/parts/range").text()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=0-10",
        "bytes=10-10",
        "bytes=5-4",
        "bytes=5-",
        "bytes=-5",
        "bytes=0-1,3-4",
        "0-1",
        "bytes=a-b",
        "bytes=0-99999999999999999999"
      })
  void aRangeLiesWithinTheSource(String range) {
    var upload = create("/parts/range");
    var answer =
        copyPart("/parts/range", upload, 1, "parts/source", "x-amz-copy-source-range: " + range);
    assertThat(answer.verdict()).isEqualTo("400 InvalidArgument");
    assertThat(answer.element("ArgumentName")).isEqualTo("x-amz-copy-source-range");
  }

  @ParameterizedTest
  @CsvSource({
    "parts/none,404 NoSuchKey",
    "nowhere/k,404 NoSuchBucket",
    "parts,400 InvalidArgument",
    "parts/source?versionId=x,400 InvalidArgument"
  })
  void aCopiedPartNeedsASource(String source, String verdict) {
    var upload = create("/parts/sourced");
    assertThat(copyPart("/parts/sourced", upload, 1, source).verdict()).isEqualTo(verdict);
  }

  @Test
  void conditionsHoldForCopiedPartsToo() {
    var upload = create("/parts/judged");
    assertThat(
            copyPart(
                    "/parts/judged",
                    upload,
                    1,
                    "parts/source",
                    "x-amz-copy-source-if-match: \"00\"")
                .verdict())
        .isEqualTo("412 PreconditionFailed");
  }

  @Test
  void aPartMayBeAnOlderVersionAcrossAllItsBytes() {
    var old =
        http.send("PUT", "/versions/big", TestBuckets.random(PART + 77, 5))
            .header("x-amz-version-id");
    http.put("/versions/big", "new");
    var upload = create("/parts/from-version");
    var source = "versions/big?versionId=" + old;
    var first =
        copyPart(
            "/parts/from-version",
            upload,
            1,
            source,
            "x-amz-copy-source-range: bytes=0-" + (PART - 1));
    assertThat(first.header("x-amz-copy-source-version-id")).isEqualTo(old);
    var second =
        copyPart(
            "/parts/from-version",
            upload,
            2,
            source,
            "x-amz-copy-source-range: bytes=" + PART + "-" + (PART + 76));
    assertThat(
            complete(
                    "/parts/from-version",
                    upload,
                    List.of(line(1, first.element("ETag")), line(2, second.element("ETag"))))
                .verdict())
        .isEqualTo("200");
    assertThat(http.get("/parts/from-version").bytes()).isEqualTo(TestBuckets.random(PART + 77, 5));
  }

  // --- completion -------------------------------------------------------------------------------

  @Test
  void partsMustRise() {
    var upload = create("/parts/order");
    var first = etag("/parts/order", upload, 1, FULL);
    var second = etag("/parts/order", upload, 2, REST);
    assertThat(complete("/parts/order", upload, List.of(line(2, second), line(1, first))).verdict())
        .isEqualTo("400 InvalidPartOrder");
    assertThat(complete("/parts/order", upload, List.of(line(1, first), line(1, first))).verdict())
        .isEqualTo("400 InvalidPartOrder");
    assertThat(complete("/parts/order", upload, List.of(line(1, first), line(2, second))).verdict())
        .isEqualTo("200");
  }

  @Test
  void aPartThatIsUnknownIsNamed() {
    var upload = create("/parts/unknown");
    var etag = etag("/parts/unknown", upload, 1, REST);
    var answer = complete("/parts/unknown", upload, List.of(line(1, etag), line(2, "\"aa\"")));
    assertThat(answer.verdict()).isEqualTo("400 InvalidPart");
    assertThat(answer.element("PartNumber")).isEqualTo("2");
    assertThat(answer.element("ETag")).isEqualTo("aa");
    assertThat(answer.element("UploadId")).isEqualTo(upload);
    assertThat(complete("/parts/unknown", upload, List.of(line(1, etag))).verdict())
        .isEqualTo("200");
  }

  @Test
  void onlyTheLastPartMayBeSmall() {
    var upload = create("/parts/small");
    var first = etag("/parts/small", upload, 1, REST);
    var second = etag("/parts/small", upload, 2, REST);
    var answer = complete("/parts/small", upload, List.of(line(1, first), line(2, second)));
    assertThat(answer.verdict()).isEqualTo("400 EntityTooSmall");
    assertThat(answer.element("ProposedSize")).isEqualTo("1000");
    assertThat(answer.element("MinSizeAllowed")).isEqualTo("5242880");
    assertThat(answer.element("PartNumber")).isEqualTo("1");
    assertThat(answer.element("ETag")).isEqualTo(first.replace("\"", ""));
  }

  @Test
  void partsMayBeLeftOutAndTheirBytesGo() {
    var upload = create("/parts/gaps");
    etag("/parts/gaps", upload, 2, FULL);
    var fifth = etag("/parts/gaps", upload, 5, FULL);
    var last = etag("/parts/gaps", upload, 7, REST);
    assertThat(complete("/parts/gaps", upload, List.of(line(5, fifth), line(7, last))).verdict())
        .isEqualTo("200");
    var head = http.head("/parts/gaps");
    assertThat(head.header("content-length")).isEqualTo(Integer.toString(PART + 1000));
    assertThat(head.header("etag")).endsWith("-2\"");
    var bytes = http.get("/parts/gaps").bytes();
    assertThat(Arrays.copyOfRange(bytes, PART, PART + 1000)).isEqualTo(REST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|400 InvalidRequest",
        "<CompleteMultipartUpload/>|400 MalformedXML",
        "<Other/>|400 MalformedXML",
        "<CompleteMultipartUpload><Part/></CompleteMultipartUpload>|400 MalformedXML",
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>|400 MalformedXML",
        "<CompleteMultipartUpload><Part><PartNumber>x</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>|400 MalformedXML",
        "<CompleteMultipartUpload><Part><PartNumber>0</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>|400 InvalidArgument",
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>a</ETag><Odd/></Part></CompleteMultipartUpload>|400 MalformedXML",
        "<CompleteMultipartUpload>|400 MalformedXML"
      })
  void theDocumentOfACompletionIsChecked(String xml, String verdict) {
    var upload = create("/parts/document");
    assertThat(http.post("/parts/document?uploadId=" + upload, xml == null ? "" : xml).verdict())
        .isEqualTo(verdict);
  }

  @Test
  void aListLongerThanTenThousandIsRefused() {
    var upload = create("/parts/many");
    var lines = new ArrayList<String>();
    for (int number = 1; number <= 10_001; number++) {
      lines.add(line(Math.min(number, 10_000), "a"));
    }
    assertThat(complete("/parts/many", upload, lines).verdict()).isEqualTo("400 MalformedXML");
  }

  @Test
  void etagsMayComeWithoutQuotes() {
    var upload = create("/parts/bare");
    var etag = etag("/parts/bare", upload, 1, REST).replace("\"", "");
    assertThat(complete("/parts/bare", upload, List.of(line(1, etag))).verdict()).isEqualTo("200");
  }

  @Test
  void askingAgainAfterTheCompletionGivesTheFirstAnswer() {
    var upload = create("/parts/repeat", "x-amz-checksum-algorithm: CRC32");
    var etag = etag("/parts/repeat", upload, 1, REST);
    var lines = List.of(line(1, etag, "<ChecksumCRC32>" + crc32(REST) + "</ChecksumCRC32>"));
    var first = complete("/parts/repeat", upload, lines);
    var second = complete("/parts/repeat", upload, lines);
    assertThat(first.verdict()).isEqualTo("200");
    assertThat(second.verdict()).isEqualTo("200");
    assertThat(second.text()).isEqualTo(first.text());
    assertThat(first.element("ChecksumType")).isEqualTo("COMPOSITE");
    assertThat(http.delete("/parts/repeat?uploadId=" + upload).verdict())
        .isEqualTo("404 NoSuchUpload");
    assertThat(part("/parts/repeat", upload, 2, REST).verdict()).isEqualTo("404 NoSuchUpload");
  }

  @Test
  void aCompletionMakesAVersion() {
    var upload = create("/versions/made");
    var etag = etag("/versions/made", upload, 1, REST);
    var answer = complete("/versions/made", upload, List.of(line(1, etag)));
    assertThat(answer.header("x-amz-version-id"))
        .isNotEmpty()
        .isEqualTo(http.head("/versions/made").header("x-amz-version-id"));
    assertThat(
            complete("/versions/made", upload, List.of(line(1, etag))).header("x-amz-version-id"))
        .isEqualTo(answer.header("x-amz-version-id"));
  }

  @Test
  void aSizeThatIsClaimedIsCompared() {
    var upload = create("/parts/sized");
    var lines = List.of(line(1, etag("/parts/sized", upload, 1, REST)));
    for (var size : List.of("999", "1001", "-1", "x", "")) {
      assertThat(complete("/parts/sized", upload, lines, "x-amz-mp-object-size: " + size).verdict())
          .isEqualTo("400 InvalidRequest");
    }
    assertThat(complete("/parts/sized", upload, lines, "x-amz-mp-object-size: 1000").verdict())
        .isEqualTo("200");
  }

  // --- checksums at completion ------------------------------------------------------------------

  @Test
  void aCompositeChecksumNeedsThoseOfItsParts() {
    var upload = create("/parts/composite", "x-amz-checksum-algorithm: CRC32");
    var etag = etag("/parts/composite", upload, 1, REST);
    var missing = complete("/parts/composite", upload, List.of(line(1, etag)));
    assertThat(missing.verdict()).isEqualTo("400 InvalidRequest");
    assertThat(missing.element("Message")).contains("It was missing for part 1");
    var wrong = line(1, etag, "<ChecksumCRC32>AAAAAA==</ChecksumCRC32>");
    assertThat(complete("/parts/composite", upload, List.of(wrong)).verdict())
        .isEqualTo("400 InvalidPart");
    var right = line(1, etag, "<ChecksumCRC32>" + crc32(REST) + "</ChecksumCRC32>");
    var done = complete("/parts/composite", upload, List.of(right));
    var expected = crc32(Base64.getDecoder().decode(crc32(REST))) + "-1";
    assertThat(done.element("ChecksumCRC32")).isEqualTo(expected);
    assertThat(done.element("ChecksumType")).isEqualTo("COMPOSITE");
    var head = http.head("/parts/composite", "x-amz-checksum-mode: ENABLED");
    assertThat(head.header("x-amz-checksum-crc32")).isEqualTo(expected);
    assertThat(head.header("x-amz-checksum-type")).isEqualTo("COMPOSITE");
  }

  @Test
  void aFullObjectChecksumIsThatOfAllBytes() {
    var upload =
        create(
            "/parts/full", "x-amz-checksum-algorithm: CRC32", "x-amz-checksum-type: FULL_OBJECT");
    var lines =
        List.of(
            line(1, etag("/parts/full", upload, 1, FULL)),
            line(2, etag("/parts/full", upload, 2, REST)));
    var crc = new CRC32();
    crc.update(FULL);
    crc.update(REST);
    var whole = base64(crc.getValue());
    var wrong = complete("/parts/full", upload, lines, "x-amz-checksum-crc32: AAAAAA==");
    assertThat(wrong.verdict()).isEqualTo("400 BadDigest");
    var type =
        complete(
            "/parts/full",
            upload,
            lines,
            "x-amz-checksum-crc32: " + whole,
            "x-amz-checksum-type: COMPOSITE");
    assertThat(type.verdict()).isEqualTo("400 BadDigest");
    assertThat(http.head("/parts/full").status()).isEqualTo(404);
    var done =
        complete(
            "/parts/full",
            upload,
            lines,
            "x-amz-checksum-crc32: " + whole,
            "x-amz-checksum-type: FULL_OBJECT");
    assertThat(done.verdict()).isEqualTo("200");
    assertThat(done.element("ChecksumCRC32")).isEqualTo(whole);
    assertThat(done.element("ChecksumType")).isEqualTo("FULL_OBJECT");
    var head = http.head("/parts/full", "x-amz-checksum-mode: ENABLED");
    assertThat(head.header("x-amz-checksum-crc32")).isEqualTo(whole);
    assertThat(
            http.head("/parts/full", "x-amz-checksum-mode: ENABLED", "range: bytes=0-1")
                .headers()
                .has("x-amz-checksum-crc32"))
        .isFalse();
    assertThat(
            http.head("/parts/full?partNumber=2", "x-amz-checksum-mode: ENABLED")
                .header("x-amz-checksum-crc32"))
        .isEqualTo(crc32(REST));
  }

  @Test
  void withoutAWordAboutChecksumsTheObjectGetsCrc64() {
    var upload = create("/parts/default");
    var lines =
        List.of(
            line(1, etag("/parts/default", upload, 1, FULL)),
            line(2, etag("/parts/default", upload, 2, REST)));
    var done = complete("/parts/default", upload, lines);
    assertThat(done.element("ChecksumType")).isEqualTo("FULL_OBJECT");
    var together = new byte[FULL.length + REST.length];
    System.arraycopy(FULL, 0, together, 0, FULL.length);
    System.arraycopy(REST, 0, together, FULL.length, REST.length);
    assertThat(done.element("ChecksumCRC64NVME"))
        .isEqualTo(http.send("PUT", "/parts/at-once", together).header("x-amz-checksum-crc64nvme"));
  }

  @Test
  void theObjectGetsCrc64AlsoWhenPartsCameWithAnotherChecksum() {
    var upload = create("/parts/mixed");
    var first =
        part("/parts/mixed", upload, 1, FULL, "x-amz-checksum-crc32: " + crc32(FULL))
            .header("etag");
    var lines = List.of(line(1, first), line(2, etag("/parts/mixed", upload, 2, REST)));
    var done = complete("/parts/mixed", upload, lines);
    assertThat(done.element("ChecksumCRC64NVME")).hasSize(12);
    assertThat(
            http.head("/parts/mixed", "x-amz-checksum-mode: ENABLED")
                .header("x-amz-checksum-crc64nvme"))
        .isEqualTo(done.element("ChecksumCRC64NVME"));
  }

  // --- lists ------------------------------------------------------------------------------------

  @Test
  void partsAreListedInPages() {
    var upload = create("/parts/listed");
    for (int number : new int[] {3, 1, 20, 10}) {
      etag("/parts/listed", upload, number, REST);
    }
    var numbers = new ArrayList<String>();
    var marker = "";
    while (true) {
      var page =
          http.get(
              "/parts/listed?uploadId="
                  + upload
                  + "&max-parts=3"
                  + (marker.isEmpty() ? "" : "&part-number-marker=" + marker));
      for (var part : page.xml().all("Part")) {
        numbers.add(part.required("PartNumber"));
        assertThat(part.required("Size")).isEqualTo("1000");
        assertThat(part.required("ETag")).matches("\"[0-9a-f]{32}\"");
        assertThat(part.required("LastModified")).endsWith("Z");
      }
      assertThat(page.element("MaxParts")).isEqualTo("3");
      marker = page.element("NextPartNumberMarker");
      if (page.element("IsTruncated").equals("false")) {
        break;
      }
    }
    assertThat(numbers).containsExactly("1", "3", "10", "20");
  }

  @ParameterizedTest
  @CsvSource({
    "max-parts=0,200,0",
    "max-parts=1001,200,1000",
    "max-parts=-1,400,",
    "max-parts=x,400,",
    "part-number-marker=-1,400,",
    "part-number-marker=x,400,",
    "part-number-marker=20000,200,1000"
  })
  void theEdgesOfAPageOfParts(String parameter, int status, String maxParts) {
    var upload = create("/parts/edges");
    etag("/parts/edges", upload, 1, REST);
    var answer = http.get("/parts/edges?uploadId=" + upload + "&" + parameter);
    assertThat(answer.status()).isEqualTo(status);
    if (status == 200) {
      assertThat(answer.element("MaxParts")).isEqualTo(maxParts);
      assertThat(answer.element("IsTruncated")).isEqualTo("false");
      assertThat(answer.element("StorageClass")).isEqualTo("STANDARD");
      assertThat(answer.xml().all("Owner").getFirst().required("ID"))
          .isEqualTo(TestStore.ROOT.value());
    } else {
      assertThat(answer.code()).isEqualTo("InvalidArgument");
    }
  }

  @Test
  void uploadsAreListedInPagesByKeyAndThenById() {
    TestBuckets.make(http, "upload-pages");
    var expected = new ArrayList<String>();
    for (var key : List.of("a", "b/1", "b/2", "c%20+")) {
      for (int i = 0; i < 2; i++) {
        expected.add(
            PercentCoding.decodePath(key).orElseThrow() + " " + create("/upload-pages/" + key));
      }
    }
    var found = new ArrayList<String>();
    var markers = "";
    while (true) {
      var page = http.get("/upload-pages?uploads&max-uploads=3&encoding-type=url" + markers);
      for (var upload : page.xml().all("Upload")) {
        found.add(
            PercentCoding.decodePath(upload.required("Key")).orElseThrow()
                + " "
                + upload.required("UploadId"));
      }
      if (page.element("IsTruncated").equals("false")) {
        break;
      }
      markers =
          "&key-marker="
              + page.element("NextKeyMarker")
              + "&upload-id-marker="
              + page.element("NextUploadIdMarker");
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected).isSorted();

    var prefix = http.get("/upload-pages?uploads&prefix=b/");
    assertThat(prefix.xml().all("Upload")).hasSize(4);
    var rolled = http.get("/upload-pages?uploads&delimiter=/");
    assertThat(rolled.xml().all("Upload")).hasSize(4);
    assertThat(rolled.xml().all("CommonPrefixes"))
        .extracting((XmlElement each) -> each.required("Prefix"))
        .containsExactly("b/");
    var behind = http.get("/upload-pages?uploads&key-marker=a");
    assertThat(behind.xml().all("Upload")).hasSize(6);
    var ignored = http.get("/upload-pages?uploads&upload-id-marker=" + NOBODY);
    assertThat(ignored.xml().all("Upload")).hasSize(8);
  }

  @ParameterizedTest
  @CsvSource({
    "max-uploads=x,400 InvalidArgument",
    "max-uploads=-1,400 InvalidArgument",
    "encoding-type=morse,400 InvalidArgument",
    "key-marker=a&upload-id-marker=nonsense,400 InvalidArgument",
    "max-uploads=0,200",
    "max-uploads=5000,200"
  })
  void theEdgesOfAPageOfUploads(String parameters, String verdict) {
    var answer = http.get("/uploads?uploads&" + parameters);
    assertThat(answer.verdict()).isEqualTo(verdict);
    if (verdict.equals("200")) {
      assertThat(answer.element("IsTruncated")).isEqualTo("false");
    }
  }

  // --- abortion ---------------------------------------------------------------------------------

  @Test
  void anAbortedUploadIsGone() {
    var upload = create("/uploads/aborted");
    etag("/uploads/aborted", upload, 1, REST);
    assertThat(http.delete("/uploads/aborted?uploadId=" + upload).status()).isEqualTo(204);
    var again = http.delete("/uploads/aborted?uploadId=" + upload);
    assertThat(again.verdict()).isEqualTo("404 NoSuchUpload");
    assertThat(again.element("UploadId")).isEqualTo(upload);
    assertThat(http.get("/uploads?uploads&prefix=aborted").xml().all("Upload")).isEmpty();
    assertThat(http.head("/uploads/aborted").status()).isEqualTo(404);
  }

  @Test
  void uploadsOfOneKeyDoNotTouchEachOther() {
    var one = create("/parts/both");
    var other = create("/parts/both");
    var etag = etag("/parts/both", one, 1, REST);
    etag("/parts/both", other, 1, FULL);
    assertThat(http.delete("/parts/both?uploadId=" + other).status()).isEqualTo(204);
    assertThat(complete("/parts/both", one, List.of(line(1, etag))).verdict()).isEqualTo("200");
    assertThat(http.get("/parts/both").bytes()).isEqualTo(REST);
  }

  @Test
  void anUploadBegunBeforeVersionsWereKeptBecomesOne() {
    TestBuckets.make(http, "begun-before");
    var upload = create("/begun-before/k");
    var etag = etag("/begun-before/k", upload, 1, REST);
    TestBuckets.setVersioning(store, "begun-before", Versioning.ENABLED);
    assertThat(
            complete("/begun-before/k", upload, List.of(line(1, etag))).header("x-amz-version-id"))
        .isNotEmpty();
  }
}
