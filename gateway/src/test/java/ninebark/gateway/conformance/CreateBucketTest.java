package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a bucket is born with, and where. */
@Covers({S3Operation.CREATE_BUCKET, S3Operation.GET_BUCKET_LOCATION})
class CreateBucketTest {
  private static final AtomicInteger SERIAL = new AtomicInteger();
  private static TestStore store;
  private static TestStore legacy;
  private static TestStore frankfurt;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    legacy = TestStore.start(config -> config.withLegacyBucketDefaults(true));
    frankfurt =
        TestStore.start(
            config -> config.withLimits(config.limits().withRegion("eu-central-1", false)));
  }

  @AfterAll
  static void close() {
    store.close();
    legacy.close();
    frankfurt.close();
  }

  private static String fresh() {
    return "/made-" + SERIAL.incrementAndGet();
  }

  private static String inside(String children) {
    return "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        + children
        + "</CreateBucketConfiguration>";
  }

  // --- regions ----------------------------------------------------------------------------------

  @Test
  void makingOnesOwnBucketAgainIsNoErrorInTheOldestRegion() {
    var bucket = fresh();
    var http = SignedHttp.root(store);
    for (int i = 0; i < 2; i++) {
      var answer = http.put(bucket, "");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("location")).isEqualTo(bucket);
    }
    assertThat(SignedHttp.other(store).put(bucket, "").verdict())
        .isEqualTo("409 BucketAlreadyExists");
  }

  @Test
  void makingItAgainElsewhereIsAnError() {
    var bucket = fresh();
    var http = SignedHttp.root(store);
    var body = inside("<LocationConstraint>eu-west-1</LocationConstraint>");
    assertThat(http.put(bucket, body).status()).isEqualTo(200);
    assertThat(http.put(bucket, body).verdict()).isEqualTo("409 BucketAlreadyOwnedByYou");
    assertThat(http.put(bucket, "").verdict()).isEqualTo("409 BucketAlreadyOwnedByYou");
  }

  @ParameterizedTest
  @CsvSource({
    "us-east-1,''",
    "'',''",
    "eu-central-1,eu-central-1",
    "EU,eu-west-1",
    "my-own-place,my-own-place"
  })
  void theRegionIsWhatTheConstraintNames(String constraint, String region) {
    var bucket = fresh();
    var http = SignedHttp.root(store);
    assertThat(
            http.put(bucket, inside("<LocationConstraint>" + constraint + "</LocationConstraint>"))
                .status())
        .isEqualTo(200);
    assertThat(http.get(bucket + "?location").xml().text()).isEqualTo(region);
    assertThat(http.head(bucket).header("x-amz-bucket-region"))
        .isEqualTo(region.isEmpty() ? "us-east-1" : region);
  }

  @Test
  void withoutABodyTheRegionIsTheStores() {
    var bucket = fresh();
    assertThat(SignedHttp.root(store).put(bucket, "").status()).isEqualTo(200);
    assertThat(SignedHttp.root(store).get(bucket + "?location").xml().text()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<LocationConstraint>no region!</LocationConstraint>|400 InvalidLocationConstraint",
        "<LocationConstraint><A/></LocationConstraint>|400 MalformedXML",
        "<LocationConstraint>a</LocationConstraint><LocationConstraint>b</LocationConstraint>|400 MalformedXML",
        "<Place>here</Place>|400 MalformedXML",
        "<Location><Type>AvailabilityZone</Type></Location>|501 NotImplemented",
        "<Bucket><Type>Directory</Type></Bucket>|501 NotImplemented"
      })
  void aBodyThatAsksForSomethingElseIsRefused(String children, String verdict) {
    var bucket = fresh();
    assertThat(SignedHttp.root(store).put(bucket, inside(children)).verdict()).isEqualTo(verdict);
    assertThat(SignedHttp.root(store).head(bucket).status()).isEqualTo(404);
  }

  @Test
  void aStoreOfOneRegionMakesBucketsThereOnly() {
    var http = new Region("eu-central-1").http();
    assertThat(http.put(fresh(), "").verdict()).isEqualTo("400 IllegalLocationConstraintException");
    assertThat(
            http.put(fresh(), inside("<LocationConstraint>eu-west-1</LocationConstraint>"))
                .verdict())
        .isEqualTo("400 IllegalLocationConstraintException");
    var bucket = fresh();
    var body = inside("<LocationConstraint>eu-central-1</LocationConstraint>");
    assertThat(http.put(bucket, body).status()).isEqualTo(200);
    assertThat(http.put(bucket, body).verdict()).isEqualTo("409 BucketAlreadyOwnedByYou");
    assertThat(http.get(bucket + "?location").xml().text()).isEqualTo("eu-central-1");
  }

  /** The signature must name the one region there is. */
  private record Region(String name) {
    SignedHttp http() {
      return SignedHttp.as(frankfurt, TestStore.ACCESS_KEY, TestStore.SECRET_KEY, name);
    }
  }

  // --- tags -------------------------------------------------------------------------------------

  @Test
  void tagsComeInTheBody() {
    var bucket = fresh();
    var http = SignedHttp.root(store);
    assertThat(
            http.put(
                    bucket, inside("<Tags><Tag><Key>team</Key><Value>storage</Value></Tag></Tags>"))
                .status())
        .isEqualTo(200);
    assertThat(http.get(bucket + "?tagging").text())
        .contains("<Tag><Key>team</Key><Value>storage</Value></Tag>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<Tags><Tag><Key>a</Key></Tag></Tags>|400 MalformedXML",
        "<Tags><Tag><Key>aws:a</Key><Value/></Tag></Tags>|400 InvalidTag",
        "<Tags><Tag><Key>a</Key><Value/></Tag><Tag><Key>a</Key><Value/></Tag></Tags>|400 InvalidTag"
      })
  void badTagsMakeNoBucket(String children, String verdict) {
    var bucket = fresh();
    assertThat(SignedHttp.root(store).put(bucket, inside(children)).verdict()).isEqualTo(verdict);
    assertThat(SignedHttp.root(store).head(bucket).status()).isEqualTo(404);
  }

  // --- ownership and ACLs -----------------------------------------------------------------------

  private static final String OWNERSHIP = "x-amz-object-ownership: ";

  @ParameterizedTest
  @CsvSource({"BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"})
  void ownershipComesInAHeader(String ownership) {
    for (var each : new TestStore[] {store, legacy}) {
      var bucket = fresh();
      var http = SignedHttp.root(each);
      assertThat(http.put(bucket, "", OWNERSHIP + ownership).status()).isEqualTo(200);
      assertThat(http.get(bucket + "?ownershipControls").text()).contains(ownership);
    }
  }

  @Test
  void anOwnershipThatIsNoneIsRefused() {
    var answer = SignedHttp.root(store).put(fresh(), "", OWNERSHIP + "Nobody");
    assertThat(answer.verdict()).isEqualTo("400 InvalidArgument");
    assertThat(answer.element("ArgumentName")).isEqualTo("x-amz-object-ownership");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x-amz-acl: private||200",
        "x-amz-acl: bucket-owner-full-control||200",
        "x-amz-acl: public-read||400 InvalidBucketAclWithObjectOwnership",
        "x-amz-acl: public-read|BucketOwnerEnforced|400 InvalidBucketAclWithObjectOwnership",
        "x-amz-acl: log-delivery-write||400 InvalidBucketAclWithObjectOwnership",
        "x-amz-acl: public-read|ObjectWriter|400 InvalidBucketAclWithBlockPublicAccessError",
        "x-amz-acl: log-delivery-write|ObjectWriter|200",
        "x-amz-acl: nonsense|ObjectWriter|400 InvalidArgument",
        "x-amz-grant-read: id=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa||200",
        "x-amz-grant-read: id=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb||400 InvalidBucketAclWithObjectOwnership",
        "x-amz-grant-read: id=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb|BucketOwnerPreferred|200"
      })
  void anAclAtBirthFitsTheOwnership(String acl, String ownership, String verdict) {
    var bucket = fresh();
    var http = SignedHttp.root(store);
    var answer =
        ownership == null
            ? http.put(bucket, "", acl)
            : http.put(bucket, "", acl, OWNERSHIP + ownership);
    assertThat(answer.verdict()).isEqualTo(verdict);
    assertThat(http.head(bucket).status()).isEqualTo(verdict.equals("200") ? 200 : 404);
  }

  @Test
  void anAclAtBirthIsToldLater() {
    var bucket = fresh();
    var http = SignedHttp.root(store);
    assertThat(
            http.put(bucket, "", "x-amz-acl: log-delivery-write", OWNERSHIP + "ObjectWriter")
                .status())
        .isEqualTo(200);
    assertThat(http.get(bucket + "?acl").text())
        .contains("http://acs.amazonaws.com/groups/s3/LogDelivery", "READ_ACP");
  }

  // --- as before April 2023 ---------------------------------------------------------------------

  @Test
  void legacyBucketsAreBornWithAclsAndWithoutABlock() {
    var bucket = fresh();
    var http = SignedHttp.root(legacy);
    assertThat(http.put(bucket, "", "x-amz-acl: public-read").status()).isEqualTo(200);
    assertThat(http.get(bucket + "?ownershipControls").verdict())
        .isEqualTo("404 OwnershipControlsNotFoundError");
    assertThat(http.get(bucket + "?publicAccessBlock").verdict())
        .isEqualTo("404 NoSuchPublicAccessBlockConfiguration");
    assertThat(http.get(bucket + "?acl").text()).contains("AllUsers", "READ");
    assertThat(http.put(bucket + "?acl", "", "x-amz-acl: private").status()).isEqualTo(200);
    assertThat(http.get(bucket + "?acl").text()).doesNotContain("AllUsers");
  }

  @Test
  void aDeletedBucketLeavesNothingToItsSuccessor() {
    var bucket = fresh();
    var http = SignedHttp.root(store);
    assertThat(
            http.put(bucket, inside("<Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags>"))
                .status())
        .isEqualTo(200);
    assertThat(http.delete(bucket + "?publicAccessBlock").status()).isEqualTo(204);
    assertThat(http.delete(bucket).status()).isEqualTo(204);
    assertThat(http.put(bucket, "").status()).isEqualTo(200);
    assertThat(http.get(bucket + "?tagging").verdict()).isEqualTo("404 NoSuchTagSet");
    assertThat(http.get(bucket + "?publicAccessBlock").status()).isEqualTo(200);
  }
}
