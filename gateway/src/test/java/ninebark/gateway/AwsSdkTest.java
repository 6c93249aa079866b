package ninebark.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import ninebark.gateway.conformance.Covers;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The AWS SDK for Java with its defaults untouched, against a whole gateway. */
@Covers({
  S3Operation.PUT_OBJECT,
  S3Operation.GET_OBJECT,
  S3Operation.DELETE_OBJECTS,
  S3Operation.LIST_OBJECTS_V2,
  S3Operation.COMPLETE_MULTIPART_UPLOAD
})
class AwsSdkTest {
  private static final String BUCKET = "sdk-bucket";
  private static TestStore store;
  private static S3Client s3;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    s3 = client(TestStore.ACCESS_KEY, TestStore.SECRET_KEY);
    s3.createBucket(request -> request.bucket(BUCKET));
  }

  @AfterAll
  static void close() {
    s3.close();
    store.close();
    assertThat(store.stripes.openReaders).hasValue(0);
    assertThat(store.stripes.openWriters).hasValue(0);
    assertThat(store.stripes.lentPieces).hasValue(0);
  }

  private static S3Client client(String accessKey, String secret) {
    return S3Client.builder()
        .endpointOverride(store.endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secret)))
        .build();
  }

  private static byte[] random(int length, long seed) {
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static ResponseBytes<GetObjectResponse> get(String key) {
    return s3.getObjectAsBytes(request -> request.bucket(BUCKET).key(key));
  }

  @Test
  void bodiesOfAllSizesComeBackByteForByte() {
    for (int length : new int[] {0, 1, 16 * 1024, 16 * 1024 + 1, 100 * 1024, 5 << 20}) {
      var body = random(length, length);
      s3.putObject(
          request -> request.bucket(BUCKET).key("size/" + length), RequestBody.fromBytes(body));
      assertThat(get("size/" + length).asByteArray()).as("%d bytes", length).isEqualTo(body);
    }
  }

  @Test
  void everyChecksumIsVerifiedKeptAndReturned() {
    for (var algorithm : ChecksumAlgorithm.knownValues()) {
      if (algorithm == ChecksumAlgorithm.MD5) {
        continue; // The SDK takes it only from those who have computed it themselves.
      }
      var body = random(50_000, 7);
      s3.putObject(
          request -> request.bucket(BUCKET).key("sum").checksumAlgorithm(algorithm),
          RequestBody.fromBytes(body));
      var head =
          s3.headObject(
              request -> request.bucket(BUCKET).key("sum").checksumMode(ChecksumMode.ENABLED));
      assertThat(head.checksumType()).isEqualTo(ChecksumType.FULL_OBJECT);
      assertThat(get("sum").asByteArray()).isEqualTo(body);
    }
  }

  @Test
  void aMultipartObjectIsItsPartsInOrder() {
    var first = random(5 << 20, 1);
    var second = random(1000, 2);
    var upload =
        s3.createMultipartUpload(
            request -> request.bucket(BUCKET).key("parts").metadata(Map.of("made", "of parts")));
    var parts = new ArrayList<CompletedPart>();
    for (int number = 1; number <= 2; number++) {
      int partNumber = number;
      var done =
          s3.uploadPart(
              request ->
                  request
                      .bucket(BUCKET)
                      .key("parts")
                      .uploadId(upload.uploadId())
                      .partNumber(partNumber),
              RequestBody.fromBytes(number == 1 ? first : second));
      parts.add(CompletedPart.builder().partNumber(number).eTag(done.eTag()).build());
    }
    var completed =
        s3.completeMultipartUpload(
            request ->
                request
                    .bucket(BUCKET)
                    .key("parts")
                    .uploadId(upload.uploadId())
                    .multipartUpload(list -> list.parts(parts)));
    assertThat(completed.eTag()).endsWith("-2\"");
    var whole = get("parts");
    assertThat(whole.asByteArray()).startsWith(first).endsWith(second);
    assertThat(whole.response().metadata()).containsEntry("made", "of parts");
    var second1 = s3.getObjectAsBytes(request -> request.bucket(BUCKET).key("parts").partNumber(2));
    assertThat(second1.asByteArray()).isEqualTo(second);
    assertThat(second1.response().partsCount()).isEqualTo(2);
    var across =
        s3.getObjectAsBytes(
            request -> request.bucket(BUCKET).key("parts").range("bytes=5242878-5242881"));
    assertThat(across.asByteArray())
        .containsExactly(first[first.length - 2], first[first.length - 1], second[0], second[1]);
  }

  @Test
  void anyLegalKeyIsKeptByteForByte() {
    var keys =
        List.of(
            "odd//slashes",
            "odd/./dot",
            "odd/../dots",
            "odd/a",
            "odd/a/b",
            "odd/%2F+ %25",
            "odd/?#&=;@",
            "odd/ü€😀",
            "odd/" + "k".repeat(1020),
            "odd/\"<'>\\^`{|}~");
    for (var key : keys) {
      s3.putObject(
          request -> request.bucket(BUCKET).key(key), RequestBody.fromString("body of " + key));
    }
    for (var key : keys) {
      assertThat(get(key).asUtf8String()).isEqualTo("body of " + key);
    }
    var listed =
        s3
            .listObjectsV2Paginator(request -> request.bucket(BUCKET).prefix("odd/").maxKeys(3))
            .contents()
            .stream()
            .map(S3Object::key)
            .toList();
    assertThat(listed).containsExactlyInAnyOrderElementsOf(keys);
    assertThat(listed)
        .isSortedAccordingTo(
            (one, other) ->
                java.util.Arrays.compareUnsigned(
                    one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void conditionsOnWritesAreJudged() {
    s3.putObject(request -> request.bucket(BUCKET).key("once"), RequestBody.fromString("first"));
    assertThatThrownBy(
            () ->
                s3.putObject(
                    request -> request.bucket(BUCKET).key("once").ifNoneMatch("*"),
                    RequestBody.fromString("second")))
        .isInstanceOfSatisfying(
            S3Exception.class, failed -> assertThat(failed.statusCode()).isEqualTo(412));
    var etag = s3.headObject(request -> request.bucket(BUCKET).key("once")).eTag();
    s3.putObject(
        request -> request.bucket(BUCKET).key("once").ifMatch(etag),
        RequestBody.fromString("third"));
    assertThat(get("once").asUtf8String()).isEqualTo("third");
  }

  @Test
  void deletedObjectsAreGone() {
    s3.putObject(request -> request.bucket(BUCKET).key("gone/1"), RequestBody.fromString("1"));
    s3.putObject(request -> request.bucket(BUCKET).key("gone/2"), RequestBody.fromString("2"));
    s3.deleteObject(request -> request.bucket(BUCKET).key("gone/1"));
    var reply =
        s3.deleteObjects(
            request ->
                request
                    .bucket(BUCKET)
                    .delete(
                        list ->
                            list.objects(
                                ObjectIdentifier.builder().key("gone/2").build(),
                                ObjectIdentifier.builder().key("gone/never").build())));
    assertThat(reply.deleted()).hasSize(2);
    assertThat(reply.errors()).isEmpty();
    assertThatThrownBy(() -> get("gone/1")).isInstanceOf(NoSuchKeyException.class);
  }

  @Test
  void anotherAccountIsRefused() {
    try (var other = client(TestStore.OTHER_ACCESS_KEY, TestStore.OTHER_SECRET_KEY)) {
      assertThatThrownBy(() -> other.listObjectsV2(request -> request.bucket(BUCKET)))
          .isInstanceOfSatisfying(
              S3Exception.class,
              failed -> assertThat(failed.awsErrorDetails().errorCode()).isEqualTo("AccessDenied"));
      assertThat(other.listBuckets().buckets()).isEmpty();
    }
  }
}
