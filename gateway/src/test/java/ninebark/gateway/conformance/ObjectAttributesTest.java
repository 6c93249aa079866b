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
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.ObjectPart;
import software.amazon.awssdk.services.s3.model.StorageClass;

/** GetObjectAttributes. */
@Covers(S3Operation.GET_OBJECT_ATTRIBUTES)
class ObjectAttributesTest {
  private static final String ALL =
      "x-amz-object-attributes: ETag,Checksum,ObjectParts,StorageClass,ObjectSize";
  private static final int PART = 5 << 20;
  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
    TestBuckets.make(http, "attributes");
    TestBuckets.makeVersioned(store, http, "versions");
    assertThat(http.put("/attributes/k", "abc").status()).isEqualTo(200);
    putParts("/parts", ChecksumAlgorithm.SHA256);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  /** An object of three parts: 5 MiB, 5 MiB and 10 bytes. */
  private static void putParts(String key, ChecksumAlgorithm algorithm) {
    try (var s3 = store.sdk()) {
      var id =
          s3.createMultipartUpload(
                  request -> request.bucket("attributes").key(key).checksumAlgorithm(algorithm))
              .uploadId();
      var parts = new ArrayList<CompletedPart>();
      for (int i = 1; i <= 3; i++) {
        int number = i;
        var done =
            s3.uploadPart(
                request ->
                    request
                        .bucket("attributes")
                        .key(key)
                        .uploadId(id)
                        .partNumber(number)
                        .checksumAlgorithm(algorithm),
                RequestBody.fromBytes(TestBuckets.random(number == 3 ? 10 : PART, number)));
        parts.add(
            CompletedPart.builder()
                .partNumber(number)
                .eTag(done.eTag())
                .checksumSHA256(done.checksumSHA256())
                .build());
      }
      s3.completeMultipartUpload(
          request ->
              request
                  .bucket("attributes")
                  .key(key)
                  .uploadId(id)
                  .multipartUpload(list -> list.parts(parts)));
    }
  }

  @Test
  void theSdkReadsAllOfThem() {
    try (var s3 = store.sdk()) {
      var answer =
          s3.getObjectAttributes(
              request ->
                  request
                      .bucket("attributes")
                      .key("/parts")
                      .objectAttributes(ObjectAttributes.knownValues()));
      assertThat(answer.eTag()).matches("[0-9a-f]{32}-3");
      assertThat(answer.objectSize()).isEqualTo(2L * PART + 10);
      assertThat(answer.storageClass()).isEqualTo(StorageClass.STANDARD);
      assertThat(answer.checksum().checksumType()).isEqualTo(ChecksumType.COMPOSITE);
      assertThat(answer.checksum().checksumSHA256()).hasSize(44).doesNotContain("-");
      assertThat(answer.objectParts().totalPartsCount()).isEqualTo(3);
      assertThat(answer.objectParts().isTruncated()).isFalse();
      assertThat(answer.objectParts().parts())
          .extracting(ObjectPart::size)
          .containsExactly((long) PART, (long) PART, 10L);
      assertThat(answer.objectParts().parts())
          .allSatisfy(part -> assertThat(part.checksumSHA256()).hasSize(44));
      assertThat(answer.lastModified()).isNotNull();
    }
  }

  @Test
  void onlyWhatWasAskedForIsTold() {
    var answer = http.get("/attributes/k?attributes", "x-amz-object-attributes: ObjectSize");
    assertThat(answer.text()).endsWith("><ObjectSize>3</ObjectSize></GetObjectAttributesResponse>");
    assertThat(answer.header("last-modified")).endsWith("GMT");
  }

  @Test
  void theEtagHasNoQuotes() {
    var answer = http.get("/attributes/k?attributes", "x-amz-object-attributes: ETag");
    assertThat(answer.element("ETag")).isEqualTo("900150983cd24fb0d6963f7d28e17f72");
  }

  @Test
  void theHeaderMayBeSplit() {
    var answer =
        http.get(
            "/attributes/k?attributes",
            "x-amz-object-attributes: ObjectSize, ETag",
            "x-amz-object-attributes: StorageClass");
    assertThat(answer.element("ObjectSize")).isEqualTo("3");
    assertThat(answer.element("ETag")).isNotEmpty();
    assertThat(answer.element("StorageClass")).isEqualTo("STANDARD");
  }

  @Test
  void anObjectOfOnePutHasAChecksumAndNoParts() {
    var answer = http.get("/attributes/k?attributes", ALL);
    assertThat(answer.text()).doesNotContain("ObjectParts");
    assertThat(answer.text())
        .contains("<ChecksumCRC64NVME>")
        .contains("<ChecksumType>FULL_OBJECT</ChecksumType>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-amz-object-attributes: Colour",
        "x-amz-object-attributes: ETag,",
        "x-amz-object-attributes: etag",
        "x-other: x"
      })
  void unknownAttributesOrNoneAreRefused(String header) {
    var answer = http.get("/attributes/k?attributes", header);
    assertThat(answer.verdict()).isEqualTo("400 InvalidArgument");
    assertThat(answer.element("ArgumentName")).isEqualTo("x-amz-object-attributes");
  }

  @Test
  void partsComeInPages() {
    var numbers = new ArrayList<String>();
    var marker = "0";
    while (true) {
      var answer =
          http.get(
              "/attributes//parts?attributes",
              "x-amz-object-attributes: ObjectParts",
              "x-amz-max-parts: 2",
              "x-amz-part-number-marker: " + marker);
      var parts = answer.xml().all("ObjectParts").getFirst();
      assertThat(parts.required("PartsCount")).isEqualTo("3");
      assertThat(parts.required("MaxParts")).isEqualTo("2");
      assertThat(parts.required("PartNumberMarker")).isEqualTo(marker);
      parts.all("Part").forEach(part -> numbers.add(part.required("PartNumber")));
      marker = parts.required("NextPartNumberMarker");
      if (parts.required("IsTruncated").equals("false")) {
        break;
      }
    }
    assertThat(numbers).isEqualTo(List.of("1", "2", "3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-amz-max-parts: many",
        "x-amz-max-parts: -1",
        "x-amz-part-number-marker: -1",
        "x-amz-part-number-marker: x"
      })
  void pagesAreNumbers(String header) {
    assertThat(http.get("/attributes//parts?attributes", ALL, header).verdict())
        .isEqualTo("400 InvalidArgument");
  }

  @Test
  void errorsAreThoseOfReads() {
    assertThat(http.get("/attributes/none?attributes", ALL).verdict()).isEqualTo("404 NoSuchKey");
    assertThat(SignedHttp.other(store).get("/attributes/k?attributes", ALL).verdict())
        .isEqualTo("403 AccessDenied");
    assertThat(http.get("/attributes/k?attributes", ALL, "if-match: \"x\"").verdict())
        .isEqualTo("412 PreconditionFailed");
  }

  @Test
  void versionsAndDeleteMarkersAreToldApart() {
    var first = http.put("/versions/k", "1").header("x-amz-version-id");
    http.put("/versions/k", "22");
    var marker = http.delete("/versions/k").header("x-amz-version-id");
    var old = http.get("/versions/k?attributes&versionId=" + first, ALL);
    assertThat(old.header("x-amz-version-id")).isEqualTo(first);
    assertThat(old.element("ObjectSize")).isEqualTo("1");
    var gone = http.get("/versions/k?attributes", ALL);
    assertThat(gone.verdict()).isEqualTo("404 NoSuchKey");
    assertThat(gone.header("x-amz-delete-marker")).isEqualTo("true");
    var named = http.get("/versions/k?attributes&versionId=" + marker, ALL);
    assertThat(named.verdict()).isEqualTo("405 MethodNotAllowed");
    assertThat(named.header("allow")).isEqualTo("DELETE");
  }
}
