package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What every client does, one after the other, with the SDK. */
class MainPathTest {
  private static TestStore store;
  private static S3Client s3;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    s3 = store.sdk();
    s3.createBucket(create -> create.bucket("main-path"));
  }

  @AfterAll
  static void close() {
    s3.close();
    store.close();
  }

  private static void put(String key, byte[] body) {
    s3.putObject(put -> put.bucket("main-path").key(key), RequestBody.fromBytes(body));
  }

  private static byte[] get(String key) {
    return s3.getObjectAsBytes(get -> get.bucket("main-path").key(key)).asByteArray();
  }

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @Test
  @Covers({
    S3Operation.CREATE_BUCKET,
    S3Operation.HEAD_BUCKET,
    S3Operation.LIST_BUCKETS,
    S3Operation.DELETE_BUCKET
  })
  void aBucketIsMadeFoundAndDeleted() {
    s3.createBucket(create -> create.bucket("short-lived"));
    assertThat(s3.headBucket(head -> head.bucket("short-lived")).bucketRegion())
        .isEqualTo("us-east-1");
    assertThat(s3.listBuckets().buckets()).extracting("name").contains("short-lived");
    s3.deleteBucket(delete -> delete.bucket("short-lived"));
    assertThatThrownBy(() -> s3.headBucket(head -> head.bucket("short-lived")))
        .isInstanceOf(NoSuchBucketException.class);
  }

  @Test
  @Covers({
    S3Operation.PUT_OBJECT,
    S3Operation.GET_OBJECT,
    S3Operation.HEAD_OBJECT,
    S3Operation.DELETE_OBJECT,
    S3Operation.COPY_OBJECT
  })
  void anObjectIsWrittenCopiedReadAndDeleted() {
    var body = random(40_000);
    put("one", body);
    s3.copyObject(
        copy ->
            copy.sourceBucket("main-path")
                .sourceKey("one")
                .destinationBucket("main-path")
                .destinationKey("two"));
    s3.deleteObject(delete -> delete.bucket("main-path").key("one"));
    assertThat(get("two")).isEqualTo(body);
    assertThat(s3.headObject(head -> head.bucket("main-path").key("two")).contentLength())
        .isEqualTo(40_000);
  }

  @Test
  @Covers({S3Operation.LIST_OBJECTS, S3Operation.LIST_OBJECTS_V2})
  void bothListingsSayTheSame() {
    put("list/a", random(1));
    put("list/b", random(2));
    assertThat(s3.listObjects(list -> list.bucket("main-path").prefix("list/")).contents())
        .extracting(S3Object::key)
        .containsExactly("list/a", "list/b");
    assertThat(s3.listObjectsV2(list -> list.bucket("main-path").prefix("list/")).contents())
        .extracting(S3Object::key)
        .containsExactly("list/a", "list/b");
  }

  @Test
  @Covers({
    S3Operation.CREATE_MULTIPART_UPLOAD,
    S3Operation.UPLOAD_PART,
    S3Operation.UPLOAD_PART_COPY,
    S3Operation.LIST_PARTS,
    S3Operation.LIST_MULTIPART_UPLOADS,
    S3Operation.COMPLETE_MULTIPART_UPLOAD,
    S3Operation.ABORT_MULTIPART_UPLOAD
  })
  void anUploadIsMadeOfPartsOrAborted() {
    var first = random(5 << 20);
    var second = random(1_000);
    put("source", second);
    var upload =
        s3.createMultipartUpload(create -> create.bucket("main-path").key("parts")).uploadId();
    var one =
        s3.uploadPart(
            part -> part.bucket("main-path").key("parts").uploadId(upload).partNumber(1),
            RequestBody.fromBytes(first));
    var two =
        s3.uploadPartCopy(
            part ->
                part.sourceBucket("main-path")
                    .sourceKey("source")
                    .destinationBucket("main-path")
                    .destinationKey("parts")
                    .uploadId(upload)
                    .partNumber(2));
    assertThat(s3.listParts(list -> list.bucket("main-path").key("parts").uploadId(upload)).parts())
        .hasSize(2);
    assertThat(s3.listMultipartUploads(list -> list.bucket("main-path")).uploads())
        .extracting("key")
        .contains("parts");
    s3.completeMultipartUpload(
        complete ->
            complete
                .bucket("main-path")
                .key("parts")
                .uploadId(upload)
                .multipartUpload(
                    list ->
                        list.parts(
                            CompletedPart.builder().partNumber(1).eTag(one.eTag()).build(),
                            CompletedPart.builder()
                                .partNumber(2)
                                .eTag(two.copyPartResult().eTag())
                                .build())));
    assertThat(get("parts")).hasSize(first.length + second.length).endsWith(second);

    var aborted =
        s3.createMultipartUpload(create -> create.bucket("main-path").key("never")).uploadId();
    s3.abortMultipartUpload(abort -> abort.bucket("main-path").key("never").uploadId(aborted));
    assertThatThrownBy(
            () -> s3.listParts(list -> list.bucket("main-path").key("never").uploadId(aborted)))
        .isInstanceOf(NoSuchUploadException.class);
  }
}
