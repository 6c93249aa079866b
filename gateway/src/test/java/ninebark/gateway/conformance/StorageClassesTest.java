package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client names a class with, and what it may do with objects of archives. */
@Covers({S3Operation.RESTORE_OBJECT, S3Operation.PUT_OBJECT, S3Operation.COPY_OBJECT})
class StorageClassesTest {
  private static final String LARGE = "x".repeat(40_000);

  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
    TestBuckets.make(http, "tiers");
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static String restore(String days, String tier) {
    return "<RestoreRequest><Days>"
        + days
        + "</Days><GlacierJobParameters><Tier>"
        + tier
        + "</Tier></GlacierJobParameters></RestoreRequest>";
  }

  @Test
  void theClassComesBackWithTheObjectAndInListsUnlessItIsStandard() {
    http.put("/tiers/listed/a", "x", "x-amz-storage-class: STANDARD_IA");
    http.put("/tiers/listed/b", "x", "x-amz-storage-class: STANDARD");
    assertThat(http.head("/tiers/listed/a").header("x-amz-storage-class")).isEqualTo("STANDARD_IA");
    assertThat(http.head("/tiers/listed/b").header("x-amz-storage-class")).isEmpty();
    assertThat(http.get("/tiers?list-type=2&prefix=listed/").text())
        .contains("<StorageClass>STANDARD_IA</StorageClass>")
        .contains("<StorageClass>STANDARD</StorageClass>");
  }

  @Test
  void aClassThatIsNotThereOrCannotBeHadIsRefusedWithTheReason() {
    var unknown = http.put("/tiers/k", "x", "x-amz-storage-class: INTELLIGENT_TIERING");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.text()).contains("<Code>InvalidStorageClass</Code>");
    var withheld = http.put("/tiers/k", "x", "x-amz-storage-class: ONEZONE_IA");
    assertThat(withheld.status()).isEqualTo(400);
    assertThat(withheld.text())
        .contains("<Code>InvalidStorageClass</Code>")
        .contains("there are not enough disks for it");
    assertThat(http.post("/tiers/k?uploads", "", "x-amz-storage-class: ONEZONE_IA").status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "large"})
  void anArchivedObjectIsReadAfterItsRestoreOnly(String size) {
    var path = "/tiers/archived-" + size;
    var body = size.equals("small") ? "x" : LARGE;
    http.put(path, body, "x-amz-storage-class: GLACIER");
    var refused = http.get(path);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text())
        .contains("<Code>InvalidObjectState</Code>")
        .contains("<StorageClass>GLACIER</StorageClass>");
    assertThat(http.get(path, "range: bytes=0-0").status()).isEqualTo(403);
    assertThat(http.head(path).status()).isEqualTo(200);
    assertThat(http.head(path).header("x-amz-restore")).isEmpty();

    assertThat(http.post(path + "?restore", restore("2", "Expedited")).status()).isEqualTo(202);
    assertThat(http.get(path).text()).isEqualTo(body);
    assertThat(http.head(path).header("x-amz-restore"))
        .startsWith("ongoing-request=\"false\", expiry-date=\"")
        .endsWith(" 00:00:00 GMT\"");
    assertThat(http.head(path).header("x-amz-storage-class")).isEqualTo("GLACIER");
    var before = http.head(path).header("x-amz-restore");
    assertThat(http.post(path + "?restore", restore("5", "Expedited")).status()).isEqualTo(200);
    assertThat(http.head(path).header("x-amz-restore")).isNotEqualTo(before);
  }

  @Test
  void aRestoreThatTakesItsTimeIsTheOnlyOne() {
    http.put("/tiers/slow", "x", "x-amz-storage-class: GLACIER");
    assertThat(http.post("/tiers/slow?restore", restore("1", "Bulk")).status()).isEqualTo(202);
    assertThat(http.head("/tiers/slow").header("x-amz-restore"))
        .isEqualTo("ongoing-request=\"true\"");
    assertThat(http.get("/tiers/slow").status()).isEqualTo(403);
    var again = http.post("/tiers/slow?restore", restore("1", "Bulk"));
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.text()).contains("<Code>RestoreAlreadyInProgress</Code>");
  }

  @Test
  void anArchivedObjectIsNotCopiedUntilItIsRestored() {
    http.put("/tiers/source", LARGE, "x-amz-storage-class: GLACIER");
    var refused = http.put("/tiers/copy", "", "x-amz-copy-source: /tiers/source");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text()).contains("<Code>ObjectNotInActiveTierError</Code>");
    http.post("/tiers/source?restore", restore("1", "Standard"));
    assertThat(http.put("/tiers/copy", "", "x-amz-copy-source: /tiers/source").status())
        .isEqualTo(200);
    assertThat(http.get("/tiers/copy").text()).isEqualTo(LARGE);
    http.put(
        "/tiers/cold", "", "x-amz-copy-source: /tiers/copy", "x-amz-storage-class: DEEP_ARCHIVE");
    assertThat(http.get("/tiers/cold").status()).as("not restored with its source").isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "standard|<RestoreRequest><Days>1</Days></RestoreRequest>|403|InvalidObjectState",
        "nothing|<RestoreRequest><Days>1</Days></RestoreRequest>|404|NoSuchKey",
        "deep|<RestoreRequest><Days>0</Days></RestoreRequest>|400|InvalidArgument",
        "deep|<RestoreRequest/>|400|MalformedXML",
        "deep|<RestoreRequest><Days>1</Days><Tier>Fast</Tier></RestoreRequest>|400|MalformedXML",
        "deep|<RestoreRequest><Days>1</Days><Tier>Expedited</Tier></RestoreRequest>|400|InvalidArgument",
        "deep|<RestoreRequest><Type>SELECT</Type></RestoreRequest>|501|NotImplemented",
      })
  void whatCannotBeRestoredSoIsRefused(String key, String document, int status, String code) {
    http.put("/tiers/standard", "x");
    http.put("/tiers/deep", "x", "x-amz-storage-class: DEEP_ARCHIVE");
    var refused = http.post("/tiers/" + key + "?restore", document);
    assertThat(refused.status()).as(refused.text()).isEqualTo(status);
    assertThat(refused.text()).contains("<Code>" + code + "</Code>");
  }

  @Test
  void eachVersionIsRestoredByItself() {
    TestBuckets.make(http, "versioned");
    http.put(
        "/versioned?versioning",
        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    var first =
        http.put("/versioned/k", "one", "x-amz-storage-class: GLACIER").header("x-amz-version-id");
    http.put("/versioned/k", "two", "x-amz-storage-class: GLACIER");
    assertThat(
            http.post("/versioned/k?restore&versionId=" + first, restore("1", "Standard")).status())
        .isEqualTo(202);
    assertThat(http.get("/versioned/k?versionId=" + first).text()).isEqualTo("one");
    assertThat(http.get("/versioned/k").status()).isEqualTo(403);
  }
}
