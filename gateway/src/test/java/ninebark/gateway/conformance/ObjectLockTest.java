package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;

/** Retention, legal holds and default retention: what is locked stays. */
@Covers({
  S3Operation.GET_OBJECT_LOCK_CONFIGURATION,
  S3Operation.PUT_OBJECT_LOCK_CONFIGURATION,
  S3Operation.GET_OBJECT_RETENTION,
  S3Operation.PUT_OBJECT_RETENTION,
  S3Operation.GET_OBJECT_LEGAL_HOLD,
  S3Operation.PUT_OBJECT_LEGAL_HOLD
})
class ObjectLockTest {
  /** Far enough for every test, and further. */
  private static final Instant SOON = Instant.parse("2120-01-01T00:00:00Z");

  private static final Instant LATER = SOON.plus(1, ChronoUnit.DAYS);
  private static final String BYPASS = "x-amz-bypass-governance-retention: true";
  private static final String ON = "<LegalHold><Status>ON</Status></LegalHold>";
  private static final String OFF = "<LegalHold><Status>OFF</Status></LegalHold>";

  private static TestStore store;
  private static SignedHttp http;
  private static int buckets;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static String plain() {
    var name = "bucket-" + ++buckets;
    TestBuckets.make(http, name);
    return "/" + name;
  }

  private static String locking() {
    var name = "bucket-" + ++buckets;
    var answer = http.put("/" + name, "", "x-amz-bucket-object-lock-enabled: true");
    assertThat(answer.status()).isEqualTo(200);
    return "/" + name;
  }

  private static String put(String target, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.add("content-md5: " + md5("x"));
    var answer = http.put(target, "x", all.toArray(String[]::new));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.header("x-amz-version-id");
  }

  private static String md5(String body) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("MD5").digest(body.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private static SignedHttp.Answer set(String target, String document, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.add("content-md5: " + md5(document));
    return http.put(target, document, all.toArray(String[]::new));
  }

  private static String retention(String mode, Instant until) {
    return "<Retention><Mode>"
        + mode
        + "</Mode><RetainUntilDate>"
        + until
        + "</RetainUntilDate></Retention>";
  }

  @Test
  void aBucketBornWithLocksKeepsVersionsAndSaysSo() {
    var bucket = locking();
    assertThat(http.get(bucket + "?object-lock").element("ObjectLockEnabled")).isEqualTo("Enabled");
    assertThat(http.get(bucket + "?versioning").element("Status")).isEqualTo("Enabled");
  }

  @Test
  void anOrdinaryBucketHasNoLockConfiguration() {
    assertThat(http.get(plain() + "?object-lock").verdict())
        .isEqualTo("404 ObjectLockConfigurationNotFoundError");
  }

  @Test
  void lockingIsTurnedOnForABucketThatKeepsVersions() {
    var bucket = plain();
    var document =
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>";
    assertThat(set(bucket + "?object-lock", document).verdict())
        .isEqualTo("409 InvalidBucketState");
    http.put(
        bucket + "?versioning",
        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    assertThat(set(bucket + "?object-lock", document).status()).isEqualTo(200);
    assertThat(
            http.put(
                    bucket + "?versioning",
                    "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>")
                .verdict())
        .isEqualTo("409 InvalidBucketState");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<Mode>GOVERNANCE</Mode><Days>1</Days>|200",
        "<Mode>COMPLIANCE</Mode><Years>2</Years>|200",
        "<Mode>COMPLIANCE</Mode><Years>100</Years>|200",
        "<Mode>COMPLIANCE</Mode><Years>101</Years>|400 InvalidRetentionPeriod",
        "<Mode>GOVERNANCE</Mode><Days>0</Days>|400 InvalidRetentionPeriod",
        "<Mode>GOVERNANCE</Mode><Days>-1</Days>|400 InvalidRetentionPeriod",
        "<Mode>GOVERNANCE</Mode><Days>36501</Days>|400 InvalidRetentionPeriod",
        "<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>|400 MalformedXML",
        "<Mode>GOVERNANCE</Mode>|400 MalformedXML",
        "<Days>1</Days>|400 MalformedXML",
        "<Mode>governance</Mode><Days>1</Days>|400 MalformedXML",
        "<Mode>GOVERNANCE</Mode><Days>x</Days>|400 MalformedXML",
      })
  void aDefaultRetentionIsChecked(String retention, String verdict) {
    var bucket = locking();
    var answer =
        set(
            bucket + "?object-lock",
            "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>"
                + "<DefaultRetention>"
                + retention
                + "</DefaultRetention></Rule></ObjectLockConfiguration>");
    assertThat(answer.status() == 200 ? "200" : answer.verdict()).isEqualTo(verdict);
    boolean kept = http.get(bucket + "?object-lock").text().contains("<DefaultRetention>");
    assertThat(kept).isEqualTo(answer.status() == 200);
  }

  @Test
  void newVersionsGetTheDefaultRetentionUnlessTheyAskForAnother() {
    var bucket = locking();
    set(
        bucket + "?object-lock",
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>"
            + "<DefaultRetention><Mode>GOVERNANCE</Mode><Days>3</Days></DefaultRetention></Rule>"
            + "</ObjectLockConfiguration>");
    put(bucket + "/k");
    var head = http.head(bucket + "/k");
    assertThat(head.header("x-amz-object-lock-mode")).isEqualTo("GOVERNANCE");
    assertThat(Instant.parse(head.header("x-amz-object-lock-retain-until-date")))
        .isBetween(
            Instant.now().plus(71, ChronoUnit.HOURS), Instant.now().plus(73, ChronoUnit.HOURS));
    put(
        bucket + "/own",
        "x-amz-object-lock-mode: COMPLIANCE",
        "x-amz-object-lock-retain-until-date: " + SOON);
    assertThat(http.head(bucket + "/own").header("x-amz-object-lock-mode")).isEqualTo("COMPLIANCE");
  }

  @Test
  void aLockIsSetWithTheObjectAndShownOnReads() {
    var bucket = locking();
    put(
        bucket + "/k",
        "x-amz-object-lock-mode: GOVERNANCE",
        "x-amz-object-lock-retain-until-date: " + SOON,
        "x-amz-object-lock-legal-hold: ON");
    var head = http.head(bucket + "/k");
    assertThat(head.header("x-amz-object-lock-mode")).isEqualTo("GOVERNANCE");
    assertThat(Instant.parse(head.header("x-amz-object-lock-retain-until-date"))).isEqualTo(SOON);
    assertThat(head.header("x-amz-object-lock-legal-hold")).isEqualTo("ON");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x-amz-object-lock-mode: GOVERNANCE||400 InvalidArgument",
        "x-amz-object-lock-retain-until-date: 2999-01-01T00:00:00Z||400 InvalidArgument",
        "x-amz-object-lock-mode: NONE|x-amz-object-lock-retain-until-date: 2999-01-01T00:00:00Z|400 InvalidArgument",
        "x-amz-object-lock-mode: GOVERNANCE|x-amz-object-lock-retain-until-date: 2001-01-01T00:00:00Z|400 InvalidArgument",
        "x-amz-object-lock-mode: GOVERNANCE|x-amz-object-lock-retain-until-date: tomorrow|400 InvalidArgument",
        "x-amz-object-lock-legal-hold: on||400 InvalidArgument",
      })
  void whatIsNoLockIsRefusedAndNothingStored(String first, String second, String verdict) {
    var bucket = locking();
    var headers =
        second == null
            ? new String[] {first, "content-md5: " + md5("x")}
            : new String[] {first, second, "content-md5: " + md5("x")};
    assertThat(http.put(bucket + "/k", "x", headers).verdict()).isEqualTo(verdict);
    assertThat(http.get(bucket + "/k").verdict()).isEqualTo("404 NoSuchKey");
  }

  @Test
  void aLockNeedsADigestOfTheBody() {
    var bucket = locking();
    assertThat(http.put(bucket + "/k", "x", "x-amz-object-lock-legal-hold: ON").verdict())
        .isEqualTo("400 InvalidRequest");
    assertThat(http.put(bucket + "/k?legal-hold", ON).verdict()).isEqualTo("400 InvalidRequest");
  }

  @Test
  void nothingIsLockedInAnOrdinaryBucket() {
    var bucket = plain();
    http.put(bucket + "/k", "x");
    assertThat(
            http.put(
                    bucket + "/l",
                    "x",
                    "content-md5: " + md5("x"),
                    "x-amz-object-lock-legal-hold: ON")
                .verdict())
        .isEqualTo("400 InvalidRequest");
    assertThat(set(bucket + "/k?retention", retention("GOVERNANCE", SOON)).verdict())
        .isEqualTo("400 InvalidRequest");
    assertThat(set(bucket + "/k?legal-hold", ON).verdict()).isEqualTo("400 InvalidRequest");
    assertThat(http.get(bucket + "/k?retention").verdict()).isEqualTo("400 InvalidRequest");
    assertThat(http.get(bucket + "/k?legal-hold").verdict()).isEqualTo("400 InvalidRequest");
  }

  @Test
  void aHoldKeepsAVersionWhoeverAsks() {
    var bucket = locking();
    var version = put(bucket + "/k", "x-amz-object-lock-legal-hold: ON");
    assertThat(http.delete(bucket + "/k?versionId=" + version, BYPASS).verdict())
        .isEqualTo("403 AccessDenied");
    assertThat(set(bucket + "/k?legal-hold", OFF).status()).isEqualTo(200);
    assertThat(http.get(bucket + "/k?legal-hold").element("Status")).isEqualTo("OFF");
    assertThat(http.delete(bucket + "/k?versionId=" + version).status()).isEqualTo(204);
  }

  @Test
  void governanceYieldsToWhoMayBypassIt() {
    var bucket = locking();
    var version = put(bucket + "/k");
    assertThat(set(bucket + "/k?retention", retention("GOVERNANCE", SOON)).status()).isEqualTo(200);
    assertThat(http.get(bucket + "/k?retention").element("Mode")).isEqualTo("GOVERNANCE");
    assertThat(http.delete(bucket + "/k?versionId=" + version).verdict())
        .isEqualTo("403 AccessDenied");
    assertThat(http.delete(bucket + "/k?versionId=" + version, BYPASS).status()).isEqualTo(204);
  }

  @Test
  void complianceYieldsToNobody() {
    var bucket = locking();
    var version = put(bucket + "/k");
    set(bucket + "/k?retention", retention("COMPLIANCE", LATER));
    assertThat(http.delete(bucket + "/k?versionId=" + version, BYPASS).verdict())
        .isEqualTo("403 AccessDenied");
    for (var weaker :
        List.of(
            retention("COMPLIANCE", SOON),
            retention("GOVERNANCE", LATER.plus(1, ChronoUnit.DAYS)),
            "<Retention/>")) {
      assertThat(set(bucket + "/k?retention", weaker, BYPASS).verdict())
          .as(weaker)
          .isEqualTo("403 AccessDenied");
    }
    var longer = LATER.plus(5, ChronoUnit.DAYS);
    assertThat(set(bucket + "/k?retention", retention("COMPLIANCE", longer)).status())
        .isEqualTo(200);
    assertThat(Instant.parse(http.get(bucket + "/k?retention").element("RetainUntilDate")))
        .isEqualTo(longer);
  }

  @Test
  void governanceIsLengthenedByAnybodyAndShortenedByBypassOnly() {
    var bucket = locking();
    put(bucket + "/k");
    set(bucket + "/k?retention", retention("GOVERNANCE", SOON));
    assertThat(set(bucket + "/k?retention", retention("GOVERNANCE", LATER)).status())
        .isEqualTo(200);
    assertThat(set(bucket + "/k?retention", retention("GOVERNANCE", SOON)).verdict())
        .isEqualTo("403 AccessDenied");
    assertThat(set(bucket + "/k?retention", retention("GOVERNANCE", SOON), BYPASS).status())
        .isEqualTo(200);
    assertThat(set(bucket + "/k?retention", "<Retention/>", BYPASS).status()).isEqualTo(200);
    assertThat(http.get(bucket + "/k?retention").verdict())
        .isEqualTo("404 NoSuchObjectLockConfiguration");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retention|<Retention><Mode>GOVERNANCE</Mode></Retention>|400 MalformedXML",
        "retention|<Retention><Mode>X</Mode><RetainUntilDate>2999-01-01T00:00:00Z</RetainUntilDate></Retention>|400 MalformedXML",
        "retention|<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2001-01-01T00:00:00Z</RetainUntilDate></Retention>|400 InvalidArgument",
        "retention|<Hold/>|400 MalformedXML",
        "legal-hold|<LegalHold/>|400 MalformedXML",
        "legal-hold|<LegalHold><Status>on</Status></LegalHold>|400 MalformedXML",
        "legal-hold|<LegalHold><Status>ON</Status><More/></LegalHold>|400 MalformedXML",
      })
  void whatIsNoLockDocumentIsRefused(String resource, String document, String verdict) {
    var bucket = locking();
    put(bucket + "/k");
    assertThat(set(bucket + "/k?" + resource, document).verdict()).isEqualTo(verdict);
  }

  @Test
  void anOverwriteOrAPlainDeleteLeavesTheLockedVersion() {
    var bucket = locking();
    var version = put(bucket + "/k", "x-amz-object-lock-legal-hold: ON");
    put(bucket + "/k");
    assertThat(http.delete(bucket + "/k").status()).isEqualTo(204);
    assertThat(http.get(bucket + "/k?versionId=" + version).text()).isEqualTo("x");
    assertThat(http.get(bucket + "/k?legal-hold&versionId=" + version).element("Status"))
        .isEqualTo("ON");
  }

  @Test
  void manyDeletesSkipWhatIsLocked() {
    var bucket = locking();
    var locked = put(bucket + "/a", "x-amz-object-lock-legal-hold: ON");
    var free = put(bucket + "/b");
    var body =
        "<Delete><Object><Key>a</Key><VersionId>"
            + locked
            + "</VersionId></Object><Object><Key>b</Key><VersionId>"
            + free
            + "</VersionId></Object></Delete>";
    var answer = http.post(bucket + "?delete", body, "content-md5: " + md5(body)).text();
    assertThat(answer).contains("<Code>AccessDenied</Code>", "<VersionId>" + locked);
    assertThat(http.get(bucket + "/a").status()).isEqualTo(200);
    assertThat(http.get(bucket + "/b").status()).isEqualTo(404);
  }

  @Test
  void aMarkerHasNoLock() {
    var bucket = locking();
    var marker = http.delete(bucket + "/k").header("x-amz-version-id");
    assertThat(http.get(bucket + "/k?retention&versionId=" + marker).status()).isEqualTo(405);
    assertThat(set(bucket + "/k?legal-hold", ON).status()).isEqualTo(405);
  }

  @Test
  void aCopyAndAnUploadInPartsAreLockedAsAsked() {
    var bucket = locking();
    put(bucket + "/k");
    var copy =
        http.put(
            bucket + "/copy",
            "",
            "x-amz-copy-source: " + bucket + "/k",
            "x-amz-object-lock-legal-hold: ON");
    assertThat(copy.status()).as(copy.text()).isEqualTo(200);
    assertThat(http.head(bucket + "/copy").header("x-amz-object-lock-legal-hold")).isEqualTo("ON");
    try (var s3 = store.sdk()) {
      var name = bucket.substring(1);
      var upload =
          s3.createMultipartUpload(
                  r ->
                      r.bucket(name)
                          .key("parts")
                          .objectLockMode(ObjectLockMode.GOVERNANCE)
                          .objectLockRetainUntilDate(SOON))
              .uploadId();
      var etag =
          s3.uploadPart(
                  r -> r.bucket(name).key("parts").uploadId(upload).partNumber(1),
                  RequestBody.fromString("x"))
              .eTag();
      s3.completeMultipartUpload(
          r ->
              r.bucket(name)
                  .key("parts")
                  .uploadId(upload)
                  .multipartUpload(
                      m ->
                          m.parts(
                              List.of(CompletedPart.builder().partNumber(1).eTag(etag).build()))));
      assertThat(s3.getObjectRetention(r -> r.bucket(name).key("parts")).retention().mode())
          .isEqualTo(ObjectLockRetentionMode.GOVERNANCE);
      s3.putObjectLegalHold(
          r ->
              r.bucket(name)
                  .key("parts")
                  .legalHold(hold -> hold.status(ObjectLockLegalHoldStatus.ON)));
      assertThat(s3.getObjectLegalHold(r -> r.bucket(name).key("parts")).legalHold().status())
          .isEqualTo(ObjectLockLegalHoldStatus.ON);
    }
  }

  @Test
  void readingALockOfWhatIsNotThere() {
    var bucket = locking();
    assertThat(http.get(bucket + "/k?retention").verdict()).isEqualTo("404 NoSuchKey");
    assertThat(set(bucket + "/k?legal-hold", ON).verdict()).isEqualTo("404 NoSuchKey");
    put(bucket + "/k");
    assertThat(http.get(bucket + "/k?retention").verdict())
        .isEqualTo("404 NoSuchObjectLockConfiguration");
  }
}
