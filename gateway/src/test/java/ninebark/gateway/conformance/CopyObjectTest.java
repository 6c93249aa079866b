package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import ninebark.gateway.TestStore;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.operation.Limits;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CopyObject: what comes along, what stays behind, and under which conditions. */
@Covers(S3Operation.COPY_OBJECT)
class CopyObjectTest {
  private static final int PART = 5 << 20;
  private static final int LARGEST_COPY = PART + (1 << 20);
  private static final String SOURCE = "x-amz-copy-source: ";

  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store =
        TestStore.start(
            config -> {
              var limits = config.limits();
              return config.withLimits(
                  new Limits(
                      limits.inlineBytes(),
                      LARGEST_COPY,
                      limits.maxDocumentBytes(),
                      limits.maxMetadataBytes(),
                      limits.maxDeleteKeys(),
                      limits.maxPageEntries(),
                      limits.region(),
                      limits.anyRegion()));
            });
    http = SignedHttp.root(store);
    TestBuckets.make(http, "copies");
    TestBuckets.make(http, "elsewhere");
    TestBuckets.makeVersioned(store, http, "versions");
    TestBuckets.make(SignedHttp.other(store), "foreign");
  }

  @AfterAll
  static void close() {
    store.close();
    assertThat(store.stripes.openReaders).hasValue(0);
    assertThat(store.stripes.openWriters).hasValue(0);
    assertThat(store.stripes.lentPieces).hasValue(0);
  }

  private static String put(String target, String body, String... headers) {
    var answer = http.put(target, body, headers);
    assertThat(answer.status()).isEqualTo(200);
    return answer.header("etag");
  }

  private static void putBytes(String target, byte[] body) {
    assertThat(http.send("PUT", target, body).status()).isEqualTo(200);
  }

  private static SignedHttp.Answer copy(String source, String target, String... headers) {
    var all = new ArrayList<String>(List.of(headers));
    all.add(SOURCE + source);
    return http.put(target, "", all.toArray(String[]::new));
  }

  private static SignedHttp.Answer copied(String source, String target, String... headers) {
    var answer = copy(source, target, headers);
    assertThat(answer.verdict()).isEqualTo("200");
    return answer;
  }

  /** An object of two parts, the first of 5 MiB. */
  private static void putParts(String target, int secondBytes) {
    var upload = http.post(target + "?uploads", "").element("UploadId");
    var parts = new StringBuilder("<CompleteMultipartUpload>");
    for (int number = 1; number <= 2; number++) {
      var part =
          http.send(
              "PUT",
              target + "?partNumber=" + number + "&uploadId=" + upload,
              TestBuckets.random(number == 1 ? PART : secondBytes, number));
      parts.append(
          "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>"
              .formatted(number, part.header("etag")));
    }
    var done = http.post(target + "?uploadId=" + upload, parts + "</CompleteMultipartUpload>");
    assertThat(done.verdict()).isEqualTo("200");
  }

  // --- what comes along -------------------------------------------------------------------------

  @Test
  void bytesHeadersAndMetadataComeAlong() {
    var etag =
        put(
            "/copies/all",
            "the bytes",
            "content-type: text/plain",
            "cache-control: no-cache",
            "content-disposition: inline",
            "content-encoding: gzip",
            "content-language: de",
            "expires: soon",
            "x-amz-meta-colour: blue");
    var answer = copied("copies/all", "/copies/all-2");
    assertThat(answer.element("ETag")).isEqualTo(etag);
    assertThat(answer.element("LastModified")).matches("20\\d\\d-.*T.*\\.\\d{3}Z");
    var got = http.get("/copies/all-2");
    assertThat(got.text()).isEqualTo("the bytes");
    assertThat(got.header("etag")).isEqualTo(etag);
    assertThat(got.header("content-type")).isEqualTo("text/plain");
    assertThat(got.header("cache-control")).isEqualTo("no-cache");
    assertThat(got.header("content-disposition")).isEqualTo("inline");
    assertThat(got.header("content-encoding")).isEqualTo("gzip");
    assertThat(got.header("content-language")).isEqualTo("de");
    assertThat(got.header("expires")).isEqualTo("soon");
    assertThat(got.header("x-amz-meta-colour")).isEqualTo("blue");
  }

  @Test
  void headersOfTheRequestAreNotTakenUnlessItSaysReplace() {
    put("/copies/kept", "x", "content-type: text/plain", "x-amz-meta-a: 1");
    copied("copies/kept", "/copies/kept-2", "content-type: text/html", "x-amz-meta-b: 2");
    var head = http.head("/copies/kept-2");
    assertThat(head.header("content-type")).isEqualTo("text/plain");
    assertThat(head.header("x-amz-meta-a")).isEqualTo("1");
    assertThat(head.headers().has("x-amz-meta-b")).isFalse();
  }

  @Test
  void replaceTakesTheHeadersOfTheRequestAndNoneOfTheSource() {
    put("/copies/replaced", "x", "content-type: text/plain", "x-amz-meta-a: 1");
    copied(
        "copies/replaced",
        "/copies/replaced-2",
        "x-amz-metadata-directive: REPLACE",
        "cache-control: max-age=1",
        "x-amz-meta-b: 2");
    var head = http.head("/copies/replaced-2");
    assertThat(head.header("content-type")).isEqualTo("binary/octet-stream");
    assertThat(head.header("cache-control")).isEqualTo("max-age=1");
    assertThat(head.header("x-amz-meta-b")).isEqualTo("2");
    assertThat(head.headers().has("x-amz-meta-a")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "x-amz-metadata-directive",
    "x-amz-tagging-directive",
    "x-amz-object-annotation-directive"
  })
  void anUnknownDirectiveIsRefused(String directive) {
    put("/copies/directed", "x");
    var answer = copy("copies/directed", "/copies/directed-2", directive + ": SOMETIMES");
    assertThat(answer.verdict()).isEqualTo("400 InvalidArgument");
    assertThat(answer.element("ArgumentName")).isEqualTo(directive);
    assertThat(answer.element("ArgumentValue")).isEqualTo("SOMETIMES");
    assertThat(http.head("/copies/directed-2").status()).isEqualTo(404);
  }

  @Test
  void tooMuchMetadataIsRefusedOnReplace() {
    put("/copies/fat", "x");
    var answer =
        copy(
            "copies/fat",
            "/copies/fat-2",
            "x-amz-metadata-directive: REPLACE",
            "x-amz-meta-a: " + "v".repeat(2048));
    assertThat(answer.verdict()).isEqualTo("400 MetadataTooLarge");
  }

  @Test
  void tagsComeAlong() {
    put("/copies/tagged", "x", "x-amz-tagging: a=1&b=2");
    copied("copies/tagged", "/copies/tagged-2");
    assertThat(http.get("/copies/tagged-2?tagging").text())
        .contains("<Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value>2</Value></Tag>");
  }

  @Test
  void tagsAreReplacedOnlyIfTheRequestSaysSo() {
    put("/copies/retagged", "x", "x-amz-tagging: a=1");
    copied("copies/retagged", "/copies/retagged-2", "x-amz-tagging: c=3");
    assertThat(http.get("/copies/retagged-2?tagging").text()).contains("<Key>a</Key>");
    copied(
        "copies/retagged",
        "/copies/retagged-2",
        "x-amz-tagging: c=3",
        "x-amz-tagging-directive: REPLACE");
    assertThat(http.get("/copies/retagged-2?tagging").text())
        .contains("<TagSet><Tag><Key>c</Key><Value>3</Value></Tag></TagSet>");
    copied("copies/retagged", "/copies/retagged-2", "x-amz-tagging-directive: REPLACE");
    assertThat(http.head("/copies/retagged-2").headers().has("x-amz-tagging-count")).isFalse();
  }

  @Test
  void replacingTagsLeavesTheMetadata() {
    put("/copies/both", "x", "x-amz-meta-a: 1");
    copied(
        "copies/both", "/copies/both-2", "x-amz-tagging: c=3", "x-amz-tagging-directive: REPLACE");
    assertThat(http.head("/copies/both-2").header("x-amz-meta-a")).isEqualTo("1");
    assertThat(http.head("/copies/both-2").header("x-amz-tagging-count")).isEqualTo("1");
  }

  @Test
  void theRedirectOfAWebsiteStaysBehind() {
    put("/copies/moved", "x", "x-amz-website-redirect-location: /there");
    assertThat(http.head("/copies/moved").header("x-amz-website-redirect-location"))
        .isEqualTo("/there");
    copied("copies/moved", "/copies/moved-2");
    assertThat(http.head("/copies/moved-2").headers().has("x-amz-website-redirect-location"))
        .isFalse();
    copied(
        "copies/moved", "/copies/moved-2", "x-amz-website-redirect-location: https://example.com/");
    assertThat(http.head("/copies/moved-2").header("x-amz-website-redirect-location"))
        .isEqualTo("https://example.com/");
  }

  @Test
  void theClassIsStandardUnlessAnotherIsAsked() {
    put("/copies/class", "x", "x-amz-storage-class: STANDARD_IA");
    copied("copies/class", "/copies/class-2");
    assertThat(http.head("/copies/class-2").headers().has("x-amz-storage-class")).isFalse();
    copied("copies/class", "/copies/class-2", "x-amz-storage-class: STANDARD_IA");
    assertThat(http.head("/copies/class-2").header("x-amz-storage-class")).isEqualTo("STANDARD_IA");
    assertThat(copy("copies/class", "/copies/class-2", "x-amz-storage-class: PAPER").verdict())
        .isEqualTo("400 InvalidStorageClass");
  }

  @Test
  void annotationsComeAlongUnlessExcluded() {
    put("/copies/notes", "x");
    assertThat(http.put("/copies/notes?annotation&annotationName=n", "note").status())
        .isEqualTo(200);
    copied("copies/notes", "/copies/notes-2");
    assertThat(http.get("/copies/notes-2?annotation&annotationName=n").text()).isEqualTo("note");
    copied("copies/notes", "/copies/notes-2", "x-amz-object-annotation-directive: EXCLUDE");
    assertThat(http.get("/copies/notes-2?annotation&annotationName=n").verdict())
        .isEqualTo("404 NoSuchAnnotation");
  }

  // --- a copy onto itself -----------------------------------------------------------------------

  @Test
  void aCopyOntoItselfMustChangeSomething() {
    put("/copies/self", "x");
    assertThat(copy("copies/self", "/copies/self").verdict()).isEqualTo("400 InvalidRequest");
    assertThat(
            copy(
                    "copies/self",
                    "/copies/self",
                    "x-amz-tagging: a=1",
                    "x-amz-tagging-directive: REPLACE")
                .verdict())
        .isEqualTo("400 InvalidRequest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-amz-metadata-directive: REPLACE",
        "x-amz-storage-class: STANDARD",
        "x-amz-website-redirect-location: /x"
      })
  void aCopyOntoItselfThatChangesSomethingKeepsTheBytes(String change) {
    var bytes = TestBuckets.random(100_000, 1);
    putBytes("/copies/self-changed", bytes);
    copied("copies/self-changed", "/copies/self-changed", change);
    assertThat(http.get("/copies/self-changed").bytes()).isEqualTo(bytes);
  }

  // --- conditions -------------------------------------------------------------------------------

  /** The source's ETag is E, another is X; it was written after P(ast) and before F(uture). */
  @ParameterizedTest
  @CsvSource({
    "E,,,,200",
    "X,,,,412",
    ",E,,,412",
    ",X,,,200",
    ",,P,,200",
    ",,F,,412",
    ",,,P,412",
    ",,,F,200",
    "E,,,P,200",
    "X,,,F,412",
    ",E,P,,412",
    ",X,F,,200",
    "E,X,,,200",
    "E,E,,,412",
    "*,,,,200",
    ",*,,,412"
  })
  void conditionsOnTheSourceAreJudgedInPairs(
      String match, String noneMatch, String modifiedSince, String unmodifiedSince, int status) {
    var etag = put("/copies/conditional", "x");
    var headers = new ArrayList<String>();
    condition(headers, "match", match, etag);
    condition(headers, "none-match", noneMatch, etag);
    condition(headers, "modified-since", modifiedSince, etag);
    condition(headers, "unmodified-since", unmodifiedSince, etag);
    var answer =
        copy("copies/conditional", "/copies/conditional-2", headers.toArray(String[]::new));
    assertThat(answer.status()).isEqualTo(status);
    if (status == 412) {
      assertThat(answer.code()).isEqualTo("PreconditionFailed");
      assertThat(answer.element("Condition")).startsWith("x-amz-copy-source-If-");
    }
  }

  private static void condition(List<String> headers, String name, String sign, String etag) {
    if (sign == null) {
      return;
    }
    var value =
        switch (sign) {
          case "E" -> etag;
          case "X" -> "\"0123456789abcdef0123456789abcdef\"";
          case "P" -> HttpDates.http(Instant.now().minus(Duration.ofDays(1)));
          case "F" -> HttpDates.http(Instant.now().plus(Duration.ofDays(1)));
          default -> sign;
        };
    headers.add("x-amz-copy-source-if-" + name + ": " + value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-amz-copy-source-if-range: \"x\"",
        "x-amz-copy-source-range: bytes=0-0",
        "if-modified-since: Thu, 01 Dec 1994 16:00:00 GMT",
        "if-none-match: \"x\""
      })
  void whatIsNoConditionOfACopyIsRefusedAndNotPassedOver(String header) {
    put("/copies/refusing", "x");
    var answer = copy("copies/refusing", "/copies/refusing-2", header);
    assertThat(answer.verdict()).isEqualTo("501 NotImplemented");
    assertThat(answer.element("Header"))
        .isEqualToIgnoringCase(header.substring(0, header.indexOf(':')));
    assertThat(http.head("/copies/refusing-2").status()).isEqualTo(404);
  }

  @Test
  void conditionsOnTheTargetAreJudged() {
    put("/copies/from", "new");
    var etag = put("/copies/to", "old");
    assertThat(copy("copies/from", "/copies/to", "if-none-match: *").verdict())
        .isEqualTo("412 PreconditionFailed");
    assertThat(copy("copies/from", "/copies/to", "if-match: \"00\"").verdict())
        .isEqualTo("412 PreconditionFailed");
    assertThat(copy("copies/from", "/copies/absent", "if-match: " + etag).verdict())
        .isEqualTo("404 NoSuchKey");
    assertThat(http.get("/copies/to").text()).isEqualTo("old");
    copied("copies/from", "/copies/to", "if-match: " + etag);
    assertThat(http.get("/copies/to").text()).isEqualTo("new");
    copied("copies/from", "/copies/to-none", "if-none-match: *");
  }

  // --- naming the source ------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "copies/none,404 NoSuchKey",
    "nowhere/key,404 NoSuchBucket",
    "copies,400 InvalidArgument",
    "copies/,400 InvalidArgument",
    "/,400 InvalidArgument",
    "%ZZ/key,400 InvalidArgument",
    "copies/%C0%AF,400 InvalidArgument",
    "Upper_Case/key,400 InvalidBucketName",
    "copies/present?versionId=,400 InvalidArgument",
    "copies/present?versionId=gibberish,400 InvalidArgument",
    "copies/present?versionId=00000000000000010000000000000001,404 NoSuchVersion",
    "foreign/key,403 AccessDenied",
    "arn:aws:s3:us-east-1:1:accesspoint/p/object/k,501 NotImplemented"
  })
  void aSourceThatLeadsNowhereIsAnError(String source, String verdict) {
    put("/copies/present", "x");
    assertThat(copy(source, "/copies/never").verdict()).isEqualTo(verdict);
    assertThat(http.head("/copies/never").status()).isEqualTo(404);
  }

  @Test
  void theKeyOfASourceThatIsMissingIsNamed() {
    assertThat(copy("copies/none%20such", "/copies/x").element("Key")).isEqualTo("none such");
  }

  @Test
  void theTargetNeedsPermissionToo() {
    put("/copies/mine", "x");
    assertThat(copy("copies/mine", "/foreign/yours").verdict()).isEqualTo("403 AccessDenied");
  }

  @Test
  void bothExpectedOwnersAreChecked() {
    put("/copies/owned", "x");
    var other = TestStore.OTHER.value();
    var root = TestStore.ROOT.value();
    assertThat(
            copy("copies/owned", "/elsewhere/owned", "x-amz-source-expected-bucket-owner: " + other)
                .verdict())
        .isEqualTo("403 AccessDenied");
    assertThat(
            copy("copies/owned", "/elsewhere/owned", "x-amz-expected-bucket-owner: " + other)
                .verdict())
        .isEqualTo("403 AccessDenied");
    copied(
        "copies/owned",
        "/elsewhere/owned",
        "x-amz-source-expected-bucket-owner: " + root,
        "x-amz-expected-bucket-owner: " + root);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/copies/slash", "copies/slash", "copies%2Fslash", "/copies/sl%61sh"})
  void theSourceMayBeWrittenInSeveralWays(String source) {
    put("/copies/slash", "slashed");
    copied(source, "/elsewhere/slash");
    assertThat(http.get("/elsewhere/slash").text()).isEqualTo("slashed");
  }

  @Test
  void aVersionOfASourceIsSplitOffBeforeItsKeyIsDecoded() {
    put("/copies/q%3FversionId=null", "asked");
    copied("copies/q%3FversionId=null", "/copies/asked");
    assertThat(http.get("/copies/asked").text()).isEqualTo("asked");
    copied("copies/q%3FversionId=null?versionId=null", "/copies/asked");
    assertThat(copy("copies/q?versionId=null", "/copies/asked").verdict())
        .isEqualTo("404 NoSuchVersion");
  }

  // --- versions ---------------------------------------------------------------------------------

  @Test
  void anOlderVersionCanBeCopiedEvenOntoItsOwnKey() {
    var old = http.put("/versions/k", "old").header("x-amz-version-id");
    put("/versions/k", "new");
    var answer = copied("versions/k?versionId=" + old, "/versions/k");
    assertThat(answer.header("x-amz-copy-source-version-id")).isEqualTo(old);
    assertThat(answer.header("x-amz-version-id")).isNotEmpty().isNotEqualTo(old);
    assertThat(http.get("/versions/k").text()).isEqualTo("old");
    assertThat(http.get("/versions/k?versionId=" + old).text()).isEqualTo("old");
  }

  @Test
  void aCopyOutOfVersionsTellsWhichAndHasNoneItself() {
    var id = http.put("/versions/out", "x").header("x-amz-version-id");
    var answer = copied("versions/out", "/copies/out");
    assertThat(answer.header("x-amz-copy-source-version-id")).isEqualTo(id);
    assertThat(answer.headers().has("x-amz-version-id")).isFalse();
  }

  @Test
  void aCopyIntoVersionsIsANewOne() {
    put("/copies/into", "x");
    var answer = copied("copies/into", "/versions/into");
    assertThat(answer.headers().has("x-amz-copy-source-version-id")).isFalse();
    assertThat(http.head("/versions/into").header("x-amz-version-id"))
        .isEqualTo(answer.header("x-amz-version-id"));
  }

  @Test
  void aDeleteMarkerIsNoSource() {
    put("/versions/marked", "x");
    var marker = http.delete("/versions/marked").header("x-amz-version-id");
    assertThat(copy("versions/marked", "/copies/x").verdict()).isEqualTo("404 NoSuchKey");
    assertThat(copy("versions/marked?versionId=" + marker, "/copies/x").verdict())
        .isEqualTo("400 InvalidRequest");
  }

  // --- bytes ------------------------------------------------------------------------------------

  @Test
  void bytesAreSharedAndOutliveTheirSource() {
    var bytes = TestBuckets.random(300_000, 2);
    putBytes("/copies/shared", bytes);
    int before = store.stripes.count();
    copied("copies/shared", "/elsewhere/shared");
    copied("elsewhere/shared", "/versions/shared");
    copied("copies/shared", "/copies/shared-ia", "x-amz-storage-class: STANDARD_IA");
    assertThat(store.stripes.count()).isEqualTo(before);
    http.delete("/copies/shared");
    http.delete("/elsewhere/shared");
    assertThat(http.get("/versions/shared").bytes()).isEqualTo(bytes);
    assertThat(http.get("/copies/shared-ia").bytes()).isEqualTo(bytes);
  }

  @Test
  void aCopyOfPartsSharesThemToo() {
    putParts("/copies/parts", 1000);
    int before = store.stripes.count();
    var etag = http.head("/copies/parts").header("etag");
    assertThat(copied("copies/parts", "/copies/parts-2").element("ETag")).isEqualTo(etag);
    assertThat(store.stripes.count()).isEqualTo(before);
    http.delete("/copies/parts");
    var got = http.get("/copies/parts-2?partNumber=2");
    assertThat(got.bytes()).isEqualTo(TestBuckets.random(1000, 2));
    assertThat(got.header("x-amz-mp-parts-count")).isEqualTo("2");
  }

  @Test
  void anotherSchemeMeansOtherBytes() {
    var bytes = TestBuckets.random(300_000, 3);
    putBytes("/copies/scheme", bytes);
    http.put("/copies/scheme?annotation&annotationName=n", "note");
    int before = store.stripes.count();
    var etag = http.head("/copies/scheme").header("etag");
    var answer =
        copied("copies/scheme", "/copies/scheme-2", "x-amz-storage-class: REDUCED_REDUNDANCY");
    assertThat(answer.element("ETag")).isEqualTo(etag);
    assertThat(store.stripes.count()).isGreaterThan(before);
    assertThat(http.get("/copies/scheme-2").bytes()).isEqualTo(bytes);
    assertThat(http.get("/copies/scheme-2?annotation&annotationName=n").text()).isEqualTo("note");
  }

  @Test
  void theChecksumOfTheSourceIsKept() {
    put("/copies/sum", "x", "x-amz-checksum-sha1: EfatjsUqKYSrqv18O1FlA3hcIHI=");
    var answer = copied("copies/sum", "/copies/sum-2");
    var head = http.head("/copies/sum-2", "x-amz-checksum-mode: ENABLED");
    assertThat(answer.element("ChecksumSHA1")).isEqualTo(head.header("x-amz-checksum-sha1"));
    assertThat(answer.element("ChecksumType")).isEqualTo("FULL_OBJECT");
  }

  @Test
  void anotherChecksumIsComputedWhenAskedFor() {
    put("/copies/resum", "abc");
    var answer = copied("copies/resum", "/copies/resum-2", "x-amz-checksum-algorithm: SHA256");
    assertThat(answer.element("ChecksumSHA256"))
        .isEqualTo("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    assertThat(
            http.head("/copies/resum-2", "x-amz-checksum-mode: ENABLED")
                .header("x-amz-checksum-sha256"))
        .isEqualTo("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    assertThat(copy("copies/resum", "/copies/resum-2", "x-amz-checksum-algorithm: ROT13").verdict())
        .isEqualTo("400 InvalidRequest");
  }

  @Test
  void aSourceBeyondTheLimitIsRefused() {
    putParts("/copies/large", (1 << 20) + 1);
    var answer = copy("copies/large", "/copies/large-2");
    assertThat(answer.verdict()).isEqualTo("400 InvalidRequest");
    assertThat(answer.element("Message"))
        .isEqualTo(
            "The specified copy source is larger than the maximum allowable size for a copy source:"
                + " "
                + LARGEST_COPY);
  }

  @Test
  void anEmptyObjectIsCopied() {
    put("/copies/empty", "");
    copied("copies/empty", "/copies/empty-2");
    assertThat(http.get("/copies/empty-2").bytes()).isEmpty();
  }

  @Test
  void aCopyOfASourceThatIsBeingOverwrittenIsOneOfItsStates() throws InterruptedException {
    put("/copies/busy", "a".repeat(20_000), "x-amz-meta-letter: a");
    var stop = new AtomicBoolean();
    var writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; !stop.get(); i++) {
                    var letter = i % 2 == 0 ? "b" : "a";
                    put("/copies/busy", letter.repeat(20_000), "x-amz-meta-letter: " + letter);
                  }
                });
    for (int i = 0; i < 30; i++) {
      copied("copies/busy", "/copies/busy-2");
      var got = http.get("/copies/busy-2");
      assertThat(got.text()).isEqualTo(got.header("x-amz-meta-letter").repeat(20_000));
    }
    stop.set(true);
    writer.join();
  }
}
