package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.TransitionDefaultMinimumObjectSize;

/** Configuration documents: what is taken is given back word for word. */
@Covers({
  S3Operation.PUT_PUBLIC_ACCESS_BLOCK,
  S3Operation.GET_PUBLIC_ACCESS_BLOCK,
  S3Operation.DELETE_PUBLIC_ACCESS_BLOCK,
  S3Operation.PUT_BUCKET_OWNERSHIP_CONTROLS,
  S3Operation.GET_BUCKET_OWNERSHIP_CONTROLS,
  S3Operation.DELETE_BUCKET_OWNERSHIP_CONTROLS,
  S3Operation.PUT_BUCKET_TAGGING,
  S3Operation.GET_BUCKET_TAGGING,
  S3Operation.DELETE_BUCKET_TAGGING,
  S3Operation.PUT_BUCKET_ENCRYPTION,
  S3Operation.GET_BUCKET_ENCRYPTION,
  S3Operation.DELETE_BUCKET_ENCRYPTION,
  S3Operation.PUT_BUCKET_LIFECYCLE_CONFIGURATION,
  S3Operation.GET_BUCKET_LIFECYCLE_CONFIGURATION,
  S3Operation.DELETE_BUCKET_LIFECYCLE,
  S3Operation.PUT_BUCKET_NOTIFICATION_CONFIGURATION,
  S3Operation.GET_BUCKET_NOTIFICATION_CONFIGURATION,
  S3Operation.PUT_BUCKET_REPLICATION,
  S3Operation.GET_BUCKET_REPLICATION,
  S3Operation.DELETE_BUCKET_REPLICATION,
  S3Operation.PUT_BUCKET_LOGGING,
  S3Operation.GET_BUCKET_LOGGING
})
class ConfigurationsTest {
  private static final String BUCKET = "documents";
  private static TestStore store;
  private static S3Client s3;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    s3 = store.sdk();
    http = SignedHttp.root(store);
    assertThat(http.put("/target", "").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    s3.close();
    store.close();
  }

  @BeforeEach
  void makeBucket() {
    http.delete("/" + BUCKET);
    assertThat(http.put("/" + BUCKET, "").status()).isEqualTo(200);
  }

  private static final String PROLOG = "<?xml version='1.0' encoding='UTF-8'?>\n<!-- mine -->\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "publicAccessBlock|<PublicAccessBlockConfiguration><BlockPublicAcls> true </BlockPublicAcls></PublicAccessBlockConfiguration>|404 NoSuchPublicAccessBlockConfiguration",
        "ownershipControls|<OwnershipControls xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>|404 OwnershipControlsNotFoundError",
        "tagging|<Tagging><TagSet><Tag><Key>größe</Key><Value>9 m²</Value></Tag></TagSet></Tagging>|404 NoSuchTagSet",
        "encryption|<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>|200",
        "lifecycle|<LifecycleConfiguration>   <Rule><ID>r</ID><Prefix/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>|404 NoSuchLifecycleConfiguration"
      })
  void aDocumentComesBackWordForWordUntilItIsDeleted(String name, String text, String deleted) {
    var target = "/" + BUCKET + "?" + name;
    var body = PROLOG + text.replace('\'', '"') + "\n";
    assertThat(http.put(target, body).status()).isIn(200, 204);
    var answer = http.get(target);
    assertThat(answer.text()).isEqualTo(body);
    assertThat(answer.header("content-type")).isEqualTo("application/xml");
    var other = body.replace("<!-- mine -->", "<!-- changed -->");
    assertThat(http.put(target, other).status()).isIn(200, 204);
    assertThat(http.get(target).text()).isEqualTo(other);
    assertThat(http.delete(target).status()).isEqualTo(204);
    assertThat(http.get(target).verdict()).isEqualTo(deleted);
    assertThat(http.delete(target).status()).isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource({
    "publicAccessBlock,PublicAccessBlockConfiguration",
    "ownershipControls,OwnershipControls",
    "tagging,Tagging",
    "encryption,ServerSideEncryptionConfiguration",
    "lifecycle,LifecycleConfiguration",
    "notification,NotificationConfiguration",
    "replication,ReplicationConfiguration",
    "logging,BucketLoggingStatus",
    "inventory&id=i,InventoryConfiguration",
    "metrics&id=i,MetricsConfiguration",
    "intelligent-tiering&id=i,IntelligentTieringConfiguration"
  })
  void whatIsNotWellFormedIsRefusedAndNothingKept(String query, String root) {
    var target = "/" + BUCKET + "?" + query;
    var before = http.get(target).text();
    for (var body :
        new String[] {
          "",
          "{}",
          "<" + root + ">",
          "<Other/>",
          "<" + root + "><Unknown/></" + root + ">",
          "<!DOCTYPE a [<!ENTITY x 'y'>]><" + root + "/>"
        }) {
      var answer = http.put(target, body);
      assertThat(answer.verdict()).as("%s with %s", query, body).isEqualTo("400 MalformedXML");
    }
    var after = http.get(target);
    if (after.status() == 200) {
      assertThat(after.text()).isEqualTo(before);
    }
  }

  @Test
  void aDocumentWhoseDigestIsWrongIsRefused() {
    var answer =
        http.put(
            "/" + BUCKET + "?tagging",
            "<Tagging><TagSet/></Tagging>",
            "content-md5: 1B2M2Y8AsgTpgAmY7PhCfg==");
    assertThat(answer.verdict()).isEqualTo("400 BadDigest");
    assertThat(http.get("/" + BUCKET + "?tagging").verdict()).isEqualTo("404 NoSuchTagSet");
  }

  @Test
  void aDocumentHasALimit() {
    var answer =
        http.put(
            "/" + BUCKET + "?tagging",
            "",
            "content-length: " + (9 << 20),
            "x-amz-content-sha256: UNSIGNED-PAYLOAD");
    assertThat(answer.verdict()).isEqualTo("400 MaxMessageLengthExceeded");
  }

  // --- the SDK ----------------------------------------------------------------------------------

  @Test
  void theSdkReadsTheTagsItWrote() {
    var tags =
        java.util.List.of(
            Tag.builder().key("b").value("2").build(), Tag.builder().key("a").value("").build());
    s3.putBucketTagging(put -> put.bucket(BUCKET).tagging(set -> set.tagSet(tags)));
    assertThat(s3.getBucketTagging(get -> get.bucket(BUCKET)).tagSet()).isEqualTo(tags);
    s3.deleteBucketTagging(delete -> delete.bucket(BUCKET));
  }

  @Test
  void theSdkReadsTheLifecycleRulesItWrote() {
    var rule =
        LifecycleRule.builder()
            .id("old logs")
            .status(ExpirationStatus.ENABLED)
            .filter(filter -> filter.prefix("logs/"))
            .expiration(expiration -> expiration.days(30))
            .build();
    s3.putBucketLifecycleConfiguration(
        put ->
            put.bucket(BUCKET)
                .transitionDefaultMinimumObjectSize(
                    TransitionDefaultMinimumObjectSize.VARIES_BY_STORAGE_CLASS)
                .lifecycleConfiguration(lifecycle -> lifecycle.rules(rule)));
    var read = s3.getBucketLifecycleConfiguration(get -> get.bucket(BUCKET));
    assertThat(read.rules()).containsExactly(rule);
    assertThat(read.transitionDefaultMinimumObjectSize())
        .isEqualTo(TransitionDefaultMinimumObjectSize.VARIES_BY_STORAGE_CLASS);
  }

  @Test
  void theSdkReadsBlocksOwnershipAndEncryption() {
    var block = s3.getPublicAccessBlock(get -> get.bucket(BUCKET));
    assertThat(block.publicAccessBlockConfiguration().blockPublicPolicy()).isTrue();
    s3.putPublicAccessBlock(
        put -> put.bucket(BUCKET).publicAccessBlockConfiguration(all -> all.blockPublicAcls(true)));
    block = s3.getPublicAccessBlock(get -> get.bucket(BUCKET));
    assertThat(block.publicAccessBlockConfiguration().blockPublicAcls()).isTrue();
    var ownership = s3.getBucketOwnershipControls(get -> get.bucket(BUCKET));
    assertThat(ownership.ownershipControls().rules().getFirst().objectOwnershipAsString())
        .isEqualTo("BucketOwnerEnforced");
    var encryption = s3.getBucketEncryption(get -> get.bucket(BUCKET));
    assertThat(
            encryption
                .serverSideEncryptionConfiguration()
                .rules()
                .getFirst()
                .applyServerSideEncryptionByDefault()
                .sseAlgorithm())
        .isEqualTo(ServerSideEncryption.AES256);
  }

  // --- each its own -----------------------------------------------------------------------------

  private static final String RULE =
      "<LifecycleConfiguration><Rule><Filter/><Status>Enabled</Status>"
          + "<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>";

  @ParameterizedTest
  @CsvSource({
    "varies_by_storage_class,200,varies_by_storage_class",
    "all_storage_classes_128K,200,all_storage_classes_128K",
    "'',200,all_storage_classes_128K",
    "some,400 InvalidRequest,''"
  })
  void theSizeBelowWhichNothingMovesIsKeptWithTheRules(
      String sent, String verdict, String received) {
    var name = "x-amz-transition-default-minimum-object-size";
    var target = "/" + BUCKET + "?lifecycle";
    var answer =
        sent.isEmpty() ? http.put(target, RULE) : http.put(target, RULE, name + ": " + sent);
    assertThat(answer.verdict()).isEqualTo(verdict);
    assertThat(answer.header(name)).isEqualTo(received);
    if (answer.status() == 200) {
      assertThat(http.get(target).header(name)).isEqualTo(received);
      assertThat(http.get(target).text()).isEqualTo(RULE);
    }
  }

  @Test
  void aKeyServiceThatIsNotThereIsNotPromised() {
    var answer =
        http.put(
            "/" + BUCKET + "?encryption",
            "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
                + "<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID>"
                + "</ApplyServerSideEncryptionByDefault></Rule>"
                + "</ServerSideEncryptionConfiguration>");
    assertThat(answer.verdict()).isEqualTo("501 NotImplemented");
    assertThat(answer.element("SSEAlgorithm")).isEqualTo("aws:kms");
  }

  private static final String QUEUE =
      "<NotificationConfiguration><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:1:q</Queue>"
          + "<Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>";

  @Test
  void aDestinationOfEventsIsKeptOnlyForWhoKnowsThatItIsNotReached() {
    var target = "/" + BUCKET + "?notification";
    var refused = http.put(target, QUEUE);
    assertThat(refused.verdict()).isEqualTo("400 InvalidArgument");
    assertThat(refused.element("Message"))
        .isEqualTo("Unable to validate the following destination configurations");
    assertThat(refused.element("ArgumentName1")).isEqualTo("arn:aws:sqs:us-east-1:1:q");
    var empty = http.get(target);
    assertThat(empty.xml().name()).isEqualTo("NotificationConfiguration");
    assertThat(empty.xml().children()).isEmpty();
    assertThat(http.put(target, QUEUE, "x-amz-skip-destination-validation: true").status())
        .isEqualTo(200);
    assertThat(http.get(target).text()).isEqualTo(QUEUE);
    assertThat(http.put(target, "<NotificationConfiguration/>").status()).isEqualTo(200);
    assertThat(http.get(target).xml().children()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "target,200",
    "nowhere-at-all,400 InvalidTargetBucketForLogging",
    "No,400 InvalidTargetBucketForLogging",
    "others,400 InvalidTargetBucketForLogging"
  })
  void logsGoToABucketOfTheSameOwner(String to, String verdict) {
    assertThat(SignedHttp.other(store).put("/others", "").status()).isEqualTo(200);
    var target = "/" + BUCKET + "?logging";
    var body =
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>"
            + to
            + "</TargetBucket><TargetPrefix>l/</TargetPrefix></LoggingEnabled>"
            + "</BucketLoggingStatus>";
    assertThat(http.put(target, body).verdict()).isEqualTo(verdict);
    if (verdict.equals("200")) {
      assertThat(http.get(target).text()).isEqualTo(body);
      assertThat(http.put(target, "<BucketLoggingStatus/>").status()).isEqualTo(200);
    }
    assertThat(http.get(target).xml().children()).isEmpty();
  }

  @Test
  void grantsOnLogsNeedAcls() {
    var body =
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>target</TargetBucket><TargetPrefix/>"
            + "<TargetGrants><Grant><Grantee><ID>x</ID></Grantee><Permission>READ</Permission>"
            + "</Grant></TargetGrants></LoggingEnabled></BucketLoggingStatus>";
    assertThat(http.put("/" + BUCKET + "?logging", body).verdict())
        .isEqualTo("400 InvalidArgument");
  }

  @Test
  void replicationNeedsVersions() {
    var body =
        "<ReplicationConfiguration><Role>r</Role><Rule><Status>Enabled</Status><Prefix/>"
            + "<Destination><Bucket>arn:aws:s3:::target</Bucket></Destination></Rule>"
            + "</ReplicationConfiguration>";
    var target = "/" + BUCKET + "?replication";
    var refused = http.put(target, body);
    assertThat(refused.verdict()).isEqualTo("400 InvalidRequest");
    assertThat(refused.element("Message")).contains("Versioning must be 'Enabled'");
    assertThat(
            http.put(
                    "/" + BUCKET + "?versioning",
                    "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                .status())
        .isEqualTo(200);
    assertThat(http.put(target, body).status()).isEqualTo(200);
    assertThat(http.get(target).text()).isEqualTo(body);
    assertThat(http.delete(target).status()).isEqualTo(204);
    assertThat(http.get(target).verdict()).isEqualTo("404 ReplicationConfigurationNotFoundError");
  }
}
