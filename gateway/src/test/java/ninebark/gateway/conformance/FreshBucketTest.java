package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What infrastructure tools read of a bucket they just made. */
@Covers({
  S3Operation.GET_BUCKET_REQUEST_PAYMENT,
  S3Operation.GET_BUCKET_ACCELERATE_CONFIGURATION,
  S3Operation.GET_BUCKET_ABAC,
  S3Operation.GET_BUCKET_ANALYTICS_CONFIGURATION,
  S3Operation.LIST_BUCKET_ANALYTICS_CONFIGURATIONS,
  S3Operation.DELETE_BUCKET_ANALYTICS_CONFIGURATION,
  S3Operation.PUT_BUCKET_REQUEST_PAYMENT,
  S3Operation.PUT_BUCKET_ACCELERATE_CONFIGURATION,
  S3Operation.PUT_BUCKET_ABAC,
  S3Operation.GET_BUCKET_LOCATION
})
class FreshBucketTest {
  private static TestStore store;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    assertThat(SignedHttp.root(store).put("/fresh", "").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?location|200|LocationConstraint",
        "?acl|200|FULL_CONTROL",
        "?policy|404 NoSuchBucketPolicy|",
        "?policyStatus|404 NoSuchBucketPolicy|",
        "?publicAccessBlock|200|<RestrictPublicBuckets>true</RestrictPublicBuckets>",
        "?ownershipControls|200|BucketOwnerEnforced",
        "?tagging|404 NoSuchTagSet|",
        "?encryption|200|<SSEAlgorithm>AES256</SSEAlgorithm>",
        "?lifecycle|404 NoSuchLifecycleConfiguration|",
        "?notification|200|NotificationConfiguration",
        "?replication|404 ReplicationConfigurationNotFoundError|",
        "?logging|200|BucketLoggingStatus",
        "?requestPayment|200|<Payer>BucketOwner</Payer>",
        "?accelerate|200|AccelerateConfiguration",
        "?abac|200|<Status>Disabled</Status>",
        "?inventory|200|<IsTruncated>false</IsTruncated>",
        "?inventory&id=i|404 NoSuchConfiguration|",
        "?metrics|200|<IsTruncated>false</IsTruncated>",
        "?metrics&id=i|404 NoSuchConfiguration|",
        "?analytics|200|<IsTruncated>false</IsTruncated>",
        "?analytics&id=i|404 NoSuchConfiguration|",
        "?intelligent-tiering|200|<IsTruncated>false</IsTruncated>",
        "?intelligent-tiering&id=i|404 NoSuchConfiguration|",
        "?cors|404 NoSuchCORSConfiguration|",
        "?website|404 NoSuchWebsiteConfiguration|",
        "?versioning|200|VersioningConfiguration",
        "?object-lock|404 ObjectLockConfigurationNotFoundError|",
        "?versions|200|ListVersionsResult",
        "?uploads|200|ListMultipartUploadsResult",
        "?list-type=2|200|ListBucketResult"
      })
  void everyQuestionHasItsAnswer(String query, String verdict, String contains) {
    var answer = SignedHttp.root(store).get("/fresh" + query);
    assertThat(answer.verdict()).isEqualTo(verdict);
    assertThat(answer.header("content-type")).isEqualTo("application/xml");
    if (contains != null) {
      assertThat(answer.text()).contains(contains);
      assertThat(answer.text()).contains("http://s3.amazonaws.com/doc/2006-03-01/");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE,?policy",
    "DELETE,?tagging",
    "DELETE,?lifecycle",
    "DELETE,?replication",
    "DELETE,?encryption"
  })
  void whatIsNotThereCanBeDeleted(String method, String query) {
    assertThat(SignedHttp.root(store).send(method, "/fresh" + query, new byte[0]).status())
        .isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource({"?analytics&id=i", "?inventory&id=i", "?metrics&id=i", "?intelligent-tiering&id=i"})
  void whatHasAnIdMustBeThereToBeDeleted(String query) {
    assertThat(SignedHttp.root(store).delete("/fresh" + query).verdict())
        .isEqualTo("404 NoSuchConfiguration");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?requestPayment|<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>|200",
        "?requestPayment|<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>|501 NotImplemented",
        "?requestPayment|<RequestPaymentConfiguration><Payer>Nobody</Payer></RequestPaymentConfiguration>|400 MalformedXML",
        "?requestPayment|<RequestPaymentConfiguration/>|400 MalformedXML",
        "?accelerate|<AccelerateConfiguration><Status>Suspended</Status></AccelerateConfiguration>|200",
        "?accelerate|<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>|501 NotImplemented",
        "?accelerate|<AccelerateConfiguration><Status>Fast</Status></AccelerateConfiguration>|400 MalformedXML",
        "?abac|<AbacStatus><Status>Disabled</Status></AbacStatus>|200",
        "?abac|<AbacStatus><Status>Enabled</Status></AbacStatus>|501 NotImplemented",
        "?analytics&id=i|<AnalyticsConfiguration><Id>i</Id></AnalyticsConfiguration>|501 NotImplemented"
      })
  void switchesStayWhereTheyAre(String query, String body, String verdict) {
    assertThat(SignedHttp.root(store).put("/fresh" + query, body).verdict()).isEqualTo(verdict);
  }

  /** A row of the table that has no handler. */
  @ParameterizedTest
  @CsvSource({
    "GET,/?max-directory-buckets=1",
    "GET,/fresh?session",
    "POST,/fresh/k?select&select-type=2",
    "GET,/fresh/k?torrent",
    "POST,/fresh?metadataConfiguration",
    "GET,/fresh?metadataConfiguration",
    "DELETE,/fresh?metadataConfiguration",
    "POST,/fresh?metadataTable",
    "GET,/fresh?metadataTable",
    "DELETE,/fresh?metadataTable",
    "PUT,/fresh?metadataInventoryTable",
    "PUT,/fresh?metadataJournalTable",
    "PUT,/fresh?metadataAnnotationTable"
  })
  void whatIsNotOfferedSaysSo(String method, String target) {
    var answer = SignedHttp.root(store).send(method, target, new byte[0]);
    assertThat(answer.verdict()).isEqualTo("501 NotImplemented");
    assertThat(answer.element("Operation")).isNotEmpty();
  }

  @Test
  void nobodyElseIsAnsweredAnyOfIt() {
    for (var query : List.of("acl", "policy", "tagging", "lifecycle", "inventory", "logging")) {
      assertThat(SignedHttp.other(store).get("/fresh?" + query).verdict())
          .isEqualTo("403 AccessDenied");
      assertThat(SignedHttp.anonymous(store).get("/fresh?" + query).verdict())
          .isEqualTo("403 AccessDenied");
    }
  }

  @Test
  void aBucketThatIsNotThereHasNoDocuments() {
    for (var query : List.of("acl", "policy", "encryption", "requestPayment", "analytics")) {
      assertThat(SignedHttp.root(store).get("/nowhere?" + query).verdict())
          .isEqualTo("404 NoSuchBucket");
    }
  }
}
