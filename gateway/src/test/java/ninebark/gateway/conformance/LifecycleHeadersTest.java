package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import ninebark.gateway.TestStore;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.Tag;

/** Who writes or reads an object or an upload is told when a rule will end it, and which. */
@Covers({
  S3Operation.PUT_OBJECT,
  S3Operation.GET_OBJECT,
  S3Operation.HEAD_OBJECT,
  S3Operation.COPY_OBJECT,
  S3Operation.CREATE_MULTIPART_UPLOAD,
  S3Operation.LIST_PARTS,
  S3Operation.COMPLETE_MULTIPART_UPLOAD,
  S3Operation.PUT_BUCKET_LIFECYCLE_CONFIGURATION
})
class LifecycleHeadersTest {
  private static final String BUCKET = "aging";
  private static final RequestBody BODY = RequestBody.fromString("text");
  private static TestStore store;
  private static S3Client s3;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    s3 = store.sdk();
    s3.createBucket(create -> create.bucket(BUCKET));
    s3.putBucketLifecycleConfiguration(
        put ->
            put.bucket(BUCKET)
                .lifecycleConfiguration(
                    all ->
                        all.rules(
                            rule("late")
                                .filter(f -> f.prefix(""))
                                .expiration(e -> e.days(90))
                                .build(),
                            rule("old logs")
                                .filter(f -> f.prefix("logs/"))
                                .expiration(e -> e.days(3))
                                .abortIncompleteMultipartUpload(a -> a.daysAfterInitiation(7))
                                .build(),
                            rule("red")
                                .filter(
                                    f -> f.tag(Tag.builder().key("colour").value("red").build()))
                                .expiration(e -> e.days(1))
                                .build(),
                            rule("large")
                                .filter(f -> f.objectSizeGreaterThan(100L))
                                .expiration(e -> e.days(2))
                                .build(),
                            LifecycleRule.builder()
                                .id("off")
                                .status(ExpirationStatus.DISABLED)
                                .filter(f -> f.prefix(""))
                                .expiration(e -> e.days(1))
                                .build())));
  }

  private static LifecycleRule.Builder rule(String id) {
    return LifecycleRule.builder().id(id).status(ExpirationStatus.ENABLED);
  }

  @AfterAll
  static void close() {
    s3.close();
    store.close();
  }

  /** What the header says of something born now; midnight may pass while a test runs. */
  private static void assertSays(String header, int days, String rule) {
    var tomorrow = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(days + 1));
    assertThat(header)
        .isIn(
            List.of(expected(tomorrow, rule), expected(tomorrow.minus(Duration.ofDays(1)), rule)));
  }

  private static String expected(Instant at, String rule) {
    return "expiry-date=\"" + HttpDates.http(at) + "\", rule-id=\"" + rule + "\"";
  }

  @Test
  void putCopyGetAndHeadTellTheRuleThatComesFirst() {
    var put = s3.putObject(r -> r.bucket(BUCKET).key("logs/a"), BODY);
    assertSays(put.expiration(), 3, "old%20logs");
    assertSays(s3.headObject(r -> r.bucket(BUCKET).key("logs/a")).expiration(), 3, "old%20logs");
    assertSays(
        s3.getObjectAsBytes(r -> r.bucket(BUCKET).key("logs/a")).response().expiration(),
        3,
        "old%20logs");
    assertSays(s3.putObject(r -> r.bucket(BUCKET).key("b"), BODY).expiration(), 90, "late");
    assertSays(
        s3.putObject(r -> r.bucket(BUCKET).key("logs/red").tagging("colour=red"), BODY)
            .expiration(),
        1,
        "red");
    assertSays(
        s3.putObject(r -> r.bucket(BUCKET).key("large"), RequestBody.fromBytes(new byte[101]))
            .expiration(),
        2,
        "large");
    var copied =
        s3.copyObject(
            r ->
                r.sourceBucket(BUCKET)
                    .sourceKey("logs/red")
                    .destinationBucket(BUCKET)
                    .destinationKey("copy"));
    assertSays(copied.expiration(), 1, "red");
    s3.putObjectTagging(r -> r.bucket(BUCKET).key("copy").tagging(t -> t.tagSet(List.of())));
    assertSays(s3.headObject(r -> r.bucket(BUCKET).key("copy")).expiration(), 90, "late");
  }

  @Test
  void uploadsTellWhenTheyAreAborted() {
    var created = s3.createMultipartUpload(r -> r.bucket(BUCKET).key("logs/m"));
    var abort = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(8));
    assertThat(created.abortDate()).isIn(abort, abort.minus(Duration.ofDays(1)));
    assertThat(created.abortRuleId()).isEqualTo("old%20logs");
    var part =
        s3.uploadPart(
            r -> r.bucket(BUCKET).key("logs/m").uploadId(created.uploadId()).partNumber(1), BODY);
    var parts = s3.listParts(r -> r.bucket(BUCKET).key("logs/m").uploadId(created.uploadId()));
    assertThat(parts.abortDate()).isEqualTo(created.abortDate());
    assertThat(parts.abortRuleId()).isEqualTo("old%20logs");
    var done =
        s3.completeMultipartUpload(
            r ->
                r.bucket(BUCKET)
                    .key("logs/m")
                    .uploadId(created.uploadId())
                    .multipartUpload(
                        m ->
                            m.parts(
                                CompletedPart.builder().partNumber(1).eTag(part.eTag()).build())));
    assertSays(done.expiration(), 3, "old%20logs");
    var other = s3.createMultipartUpload(r -> r.bucket(BUCKET).key("m"));
    assertThat(other.abortDate()).isNull();
    assertThat(other.abortRuleId()).isNull();
  }

  @Test
  void onlyWhatIsCurrentIsToldToExpire() {
    var bucket = "aging-versions";
    s3.createBucket(create -> create.bucket(bucket));
    s3.putBucketVersioning(
        r ->
            r.bucket(bucket)
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    assertThat(s3.putObject(r -> r.bucket(bucket).key("k"), BODY).expiration())
        .as("no rules")
        .isNull();
    s3.putBucketLifecycleConfiguration(
        put ->
            put.bucket(bucket)
                .lifecycleConfiguration(
                    all ->
                        all.rules(
                            rule("e")
                                .filter(f -> f.prefix(""))
                                .expiration(e -> e.days(1))
                                .build())));
    var version = s3.putObject(r -> r.bucket(bucket).key("k"), BODY).versionId();
    assertThat(s3.headObject(r -> r.bucket(bucket).key("k")).expiration()).isNotNull();
    s3.putObject(r -> r.bucket(bucket).key("k"), BODY);
    assertThat(s3.headObject(r -> r.bucket(bucket).key("k").versionId(version)).expiration())
        .isNull();
    s3.deleteBucketLifecycle(r -> r.bucket(bucket));
    assertThat(s3.headObject(r -> r.bucket(bucket).key("k")).expiration()).isNull();
  }

  @Test
  void aThousandRulesAreAskedToo() {
    var bucket = "aging-thousand";
    s3.createBucket(create -> create.bucket(bucket));
    var rules =
        IntStream.range(0, 1_000)
            .mapToObj(
                i ->
                    rule("rule-" + i)
                        .filter(f -> f.prefix("folder-" + i + "/"))
                        .expiration(e -> e.days(1 + i))
                        .build())
            .toList();
    s3.putBucketLifecycleConfiguration(
        put -> put.bucket(bucket).lifecycleConfiguration(all -> all.rules(rules)));
    assertSays(
        s3.putObject(r -> r.bucket(bucket).key("folder-999/a"), BODY).expiration(),
        1_000,
        "rule-999");
    assertThat(s3.putObject(r -> r.bucket(bucket).key("else"), BODY).expiration()).isNull();
  }
}
