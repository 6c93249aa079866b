package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents of which a bucket has several, each with an id. */
@Covers({
  S3Operation.PUT_BUCKET_INVENTORY_CONFIGURATION,
  S3Operation.GET_BUCKET_INVENTORY_CONFIGURATION,
  S3Operation.DELETE_BUCKET_INVENTORY_CONFIGURATION,
  S3Operation.LIST_BUCKET_INVENTORY_CONFIGURATIONS,
  S3Operation.PUT_BUCKET_METRICS_CONFIGURATION,
  S3Operation.GET_BUCKET_METRICS_CONFIGURATION,
  S3Operation.DELETE_BUCKET_METRICS_CONFIGURATION,
  S3Operation.LIST_BUCKET_METRICS_CONFIGURATIONS,
  S3Operation.PUT_BUCKET_INTELLIGENT_TIERING_CONFIGURATION,
  S3Operation.GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION,
  S3Operation.DELETE_BUCKET_INTELLIGENT_TIERING_CONFIGURATION,
  S3Operation.LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS
})
class ListedDocumentsTest {
  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
    for (var bucket : List.of("/listed", "/pages")) {
      assertThat(http.put(bucket, "").status()).isEqualTo(200);
    }
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static String document(String kind, String id) {
    return switch (kind) {
      case "inventory" ->
          "<InventoryConfiguration><Id>"
              + id
              + "</Id><IsEnabled>false</IsEnabled>"
              + "<IncludedObjectVersions>Current</IncludedObjectVersions>"
              + "<Schedule><Frequency>Weekly</Frequency></Schedule>"
              + "<OptionalFields><Field>Size</Field><Field>ETag</Field></OptionalFields>"
              + "<Destination><S3BucketDestination><Bucket>arn:aws:s3:::reports</Bucket>"
              + "<Format>Parquet</Format><Encryption><SSE-S3/></Encryption>"
              + "</S3BucketDestination></Destination></InventoryConfiguration>";
      case "metrics" ->
          "<MetricsConfiguration><Id>"
              + id
              + "</Id><Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>"
              + "</MetricsConfiguration>";
      default ->
          "<IntelligentTieringConfiguration><Id>"
              + id
              + "</Id><Status>Enabled</Status><Tiering><Days>180</Days>"
              + "<AccessTier>DEEP_ARCHIVE_ACCESS</AccessTier></Tiering>"
              + "</IntelligentTieringConfiguration>";
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"inventory", "metrics", "intelligent-tiering"})
  void aDocumentIsKeptUnderItsId(String kind) {
    var one = "/listed?" + kind + "&id=one";
    var body = "<?xml version=\"1.0\"?>\n<!-- first -->\n" + document(kind, "one") + "\n";
    assertThat(http.put(one, body).status()).isEqualTo(200);
    assertThat(http.put("/listed?" + kind + "&id=two", document(kind, "two")).status())
        .isEqualTo(200);
    assertThat(http.get(one).text()).isEqualTo(body);
    var list = http.get("/listed?" + kind);
    assertThat(list.element("IsTruncated")).isEqualTo("false");
    assertThat(list.text()).contains(document(kind, "one"), document(kind, "two"));
    assertThat(http.delete(one).status()).isEqualTo(204);
    assertThat(http.get(one).verdict()).isEqualTo("404 NoSuchConfiguration");
    assertThat(http.delete(one).verdict()).isEqualTo("404 NoSuchConfiguration");
    assertThat(http.get("/listed?" + kind).text()).doesNotContain("<Id>one</Id>");
  }

  @ParameterizedTest
  @CsvSource({
    "inventory,a b",
    "metrics,''",
    "intelligent-tiering,a/b",
    "metrics,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  })
  void anIdHasItsForm(String kind, String id) {
    var query = kind + "&id=" + id.replace(" ", "%20").replace("/", "%2F");
    for (var answer :
        List.of(
            http.put("/listed?" + query, document(kind, id)),
            http.get("/listed?" + query),
            http.delete("/listed?" + query))) {
      assertThat(answer.verdict()).isEqualTo("400 InvalidArgument");
    }
  }

  @Test
  void theIdOfTheRequestIsThatOfTheDocument() {
    assertThat(http.put("/listed?metrics&id=a", document("metrics", "b")).verdict())
        .isEqualTo("400 InvalidArgument");
  }

  @Test
  void listsHavePagesOfAHundred() {
    for (int i = 0; i < 205; i++) {
      var id = "m" + (1000 + i);
      assertThat(http.put("/pages?metrics&id=" + id, document("metrics", id)).status())
          .isEqualTo(200);
    }
    var ids = new ArrayList<String>();
    var token = "";
    int pages = 0;
    do {
      var page = http.get("/pages?metrics" + (pages == 0 ? "" : "&continuation-token=" + token));
      page.xml().all("MetricsConfiguration").forEach(each -> ids.add(each.required("Id")));
      token = page.element("NextContinuationToken");
      pages++;
    } while (!token.isEmpty());
    assertThat(pages).isEqualTo(3);
    assertThat(ids).hasSize(205).isSorted().doesNotHaveDuplicates();
    assertThat(http.get("/pages?metrics&continuation-token=%21").verdict())
        .isEqualTo("400 InvalidArgument");
  }

  @Test
  void theSdkReadsWhatItWrote() {
    try (var s3 = store.sdk()) {
      s3.putBucketMetricsConfiguration(
          put ->
              put.bucket("listed")
                  .id("sdk")
                  .metricsConfiguration(each -> each.id("sdk").filter(all -> all.prefix("p/"))));
      assertThat(
              s3.getBucketMetricsConfiguration(get -> get.bucket("listed").id("sdk"))
                  .metricsConfiguration()
                  .filter()
                  .prefix())
          .isEqualTo("p/");
      assertThat(
              s3.listBucketMetricsConfigurations(list -> list.bucket("listed"))
                  .metricsConfigurationList())
          .extracting("id")
          .contains("sdk");
      assertThat(
              s3.listBucketAnalyticsConfigurations(list -> list.bucket("listed"))
                  .analyticsConfigurationList())
          .isEmpty();
      assertThat(s3.listBucketInventoryConfigurations(list -> list.bucket("listed")).isTruncated())
          .isFalse();
      assertThat(
              s3.listBucketIntelligentTieringConfigurations(list -> list.bucket("listed"))
                  .isTruncated())
          .isFalse();
    }
  }
}
