package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.xml.XmlElement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/** Buckets that keep versions: states, null versions, delete markers, and what clients see. */
@Covers({
  S3Operation.GET_BUCKET_VERSIONING,
  S3Operation.PUT_BUCKET_VERSIONING,
  S3Operation.LIST_OBJECT_VERSIONS,
  S3Operation.DELETE_OBJECT,
  S3Operation.DELETE_OBJECTS
})
class VersioningTest {
  private static final String ENABLE =
      "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  private static final String SUSPEND =
      "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";

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

  private static String bucket() {
    var name = "bucket-" + ++buckets;
    TestBuckets.make(http, name);
    return "/" + name;
  }

  private static String versioned() {
    var bucket = bucket();
    assertThat(http.put(bucket + "?versioning", ENABLE).status()).isEqualTo(200);
    return bucket;
  }

  private static String put(String target, String body) {
    var answer = http.put(target, body);
    assertThat(answer.status()).isEqualTo(200);
    return answer.headers().first("x-amz-version-id").orElse("");
  }

  /** Each line: key, version id, whether latest, and what it is. */
  private static List<String> versions(String bucket, String parameters) {
    var lines = new ArrayList<String>();
    for (var child : http.get(bucket + "?versions" + parameters).xml().children()) {
      switch (child.name()) {
        case "Version" -> lines.add(line(child, "object"));
        case "DeleteMarker" -> lines.add(line(child, "marker"));
        case "CommonPrefixes" -> lines.add(child.required("Prefix") + " prefix");
        default -> {}
      }
    }
    return lines;
  }

  private static String line(XmlElement entry, String kind) {
    return String.join(
        " ",
        entry.required("Key"),
        entry.required("VersionId"),
        entry.required("IsLatest").equals("true") ? "latest" : "older",
        kind);
  }

  @Test
  void aFreshBucketSaysNothingOfVersions() {
    var answer = http.get(bucket() + "?versioning");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.xml().children()).isEmpty();
  }

  @Test
  void versioningIsTurnedOnAndSuspendedAndOnAgain() {
    var bucket = bucket();
    for (var state : List.of(ENABLE, SUSPEND, ENABLE)) {
      assertThat(http.put(bucket + "?versioning", state).status()).isEqualTo(200);
      var status = http.get(bucket + "?versioning").element("Status");
      assertThat(state).contains("<Status>" + status + "</Status>");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<VersioningConfiguration/>|400 IllegalVersioningConfigurationException",
        "<VersioningConfiguration><Status>On</Status></VersioningConfiguration>|400 MalformedXML",
        "<VersioningConfiguration><Status>enabled</Status></VersioningConfiguration>|400 MalformedXML",
        "<VersioningConfiguration><State>Enabled</State></VersioningConfiguration>|400 MalformedXML",
        "<Versioning><Status>Enabled</Status></Versioning>|400 MalformedXML",
        "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>|501 NotImplemented",
        "nonsense|400 MalformedXML",
      })
  void whatIsNoVersioningIsRefused(String document, String verdict) {
    var bucket = bucket();
    assertThat(http.put(bucket + "?versioning", document).verdict()).isEqualTo(verdict);
    assertThat(http.get(bucket + "?versioning").xml().children()).isEmpty();
  }

  @Test
  void mfaDeleteMayBeSaidToBeOff() {
    var document =
        "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            + "<MfaDelete>Disabled</MfaDelete><Status>Enabled</Status></VersioningConfiguration>";
    assertThat(http.put(bucket() + "?versioning", document).status()).isEqualTo(200);
  }

  @Test
  void withoutVersionsNoVersionIdIsTold() {
    var bucket = bucket();
    assertThat(put(bucket + "/k", "1")).isEmpty();
    assertThat(http.get(bucket + "/k").headers().has("x-amz-version-id")).isFalse();
    assertThat(http.delete(bucket + "/k").headers().has("x-amz-version-id")).isFalse();
    assertThat(http.delete(bucket + "/k").status()).isEqualTo(204);
  }

  @Test
  void theNullVersionOfAnUnversionedBucketIsAddressed() {
    var bucket = bucket();
    put(bucket + "/k", "1");
    assertThat(http.get(bucket + "/k?versionId=null").text()).isEqualTo("1");
    assertThat(versions(bucket, "")).containsExactly("k null latest object");
    assertThat(http.delete(bucket + "/k?versionId=null").status()).isEqualTo(204);
    assertThat(http.get(bucket + "/k").verdict()).isEqualTo("404 NoSuchKey");
  }

  @Test
  void everyVersionIsKeptAndReadByItsId() {
    var bucket = versioned();
    var one = put(bucket + "/k", "one");
    var two = put(bucket + "/k", "two!");
    assertThat(one).isNotEqualTo(two);
    assertThat(http.get(bucket + "/k").text()).isEqualTo("two!");
    assertThat(http.get(bucket + "/k").header("x-amz-version-id")).isEqualTo(two);
    assertThat(http.get(bucket + "/k?versionId=" + one).text()).isEqualTo("one");
    assertThat(http.head(bucket + "/k?versionId=" + one).header("content-length")).isEqualTo("3");
    assertThat(http.head(bucket + "/k?versionId=" + one).header("x-amz-version-id")).isEqualTo(one);
    assertThat(versions(bucket, ""))
        .containsExactly("k " + two + " latest object", "k " + one + " older object");
  }

  @Test
  void aPutOfBeforeIsTheNullVersionBelow() {
    var bucket = bucket();
    put(bucket + "/k", "before");
    http.put(bucket + "?versioning", ENABLE);
    var after = put(bucket + "/k", "after");
    assertThat(versions(bucket, ""))
        .containsExactly("k " + after + " latest object", "k null older object");
    assertThat(http.get(bucket + "/k?versionId=null").text()).isEqualTo("before");
  }

  @Test
  void aDeleteCoversWithAMarkerAndLosesNothing() {
    var bucket = versioned();
    var one = put(bucket + "/k", "one");
    var deleted = http.delete(bucket + "/k");
    assertThat(deleted.status()).isEqualTo(204);
    assertThat(deleted.header("x-amz-delete-marker")).isEqualTo("true");
    var marker = deleted.header("x-amz-version-id");
    assertThat(versions(bucket, ""))
        .containsExactly("k " + marker + " latest marker", "k " + one + " older object");
    assertThat(http.get(bucket + "?list-type=2").text()).doesNotContain("<Contents>");
    assertThat(http.get(bucket + "/k?versionId=" + one).text()).isEqualTo("one");
  }

  @Test
  void readingWhatIsMarkedDeletedSaysSo() {
    var bucket = versioned();
    put(bucket + "/k", "one");
    var marker = http.delete(bucket + "/k").header("x-amz-version-id");
    var get = http.get(bucket + "/k");
    assertThat(get.verdict()).isEqualTo("404 NoSuchKey");
    assertThat(get.header("x-amz-delete-marker")).isEqualTo("true");
    assertThat(get.header("x-amz-version-id")).isEqualTo(marker);
    var head = http.head(bucket + "/k");
    assertThat(head.status()).isEqualTo(404);
    assertThat(head.header("x-amz-delete-marker")).isEqualTo("true");
    assertThat(head.bytes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void aMarkerCannotBeReadByItsId(String method) {
    var bucket = versioned();
    var marker = http.delete(bucket + "/k").header("x-amz-version-id");
    var answer = http.send(method, bucket + "/k?versionId=" + marker, new byte[0]);
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow")).isEqualTo("DELETE");
    assertThat(answer.header("x-amz-delete-marker")).isEqualTo("true");
    assertThat(answer.headers().has("last-modified")).isTrue();
  }

  @Test
  void deletingAKeyThatNeverWasLeavesAMarker() {
    var bucket = versioned();
    var marker = http.delete(bucket + "/nothing").header("x-amz-version-id");
    assertThat(versions(bucket, "")).containsExactly("nothing " + marker + " latest marker");
  }

  @Test
  void deletingTheMarkerBringsTheObjectBack() {
    var bucket = versioned();
    put(bucket + "/k", "one");
    var marker = http.delete(bucket + "/k").header("x-amz-version-id");
    var undo = http.delete(bucket + "/k?versionId=" + marker);
    assertThat(undo.status()).isEqualTo(204);
    assertThat(undo.header("x-amz-delete-marker")).isEqualTo("true");
    assertThat(undo.header("x-amz-version-id")).isEqualTo(marker);
    assertThat(http.get(bucket + "/k").text()).isEqualTo("one");
  }

  @Test
  void deletingTheNewestVersionUncoversTheOneBelow() {
    var bucket = versioned();
    var one = put(bucket + "/k", "one");
    var two = put(bucket + "/k", "two");
    var deleted = http.delete(bucket + "/k?versionId=" + two);
    assertThat(deleted.status()).isEqualTo(204);
    assertThat(deleted.header("x-amz-version-id")).isEqualTo(two);
    assertThat(deleted.headers().has("x-amz-delete-marker")).isFalse();
    assertThat(http.get(bucket + "/k").text()).isEqualTo("one");
    assertThat(versions(bucket, "")).containsExactly("k " + one + " latest object");
    assertThat(http.get(bucket + "/k?versionId=" + two).verdict()).isEqualTo("404 NoSuchVersion");
  }

  @Test
  void deletingAVersionThatIsGoneSucceedsAgain() {
    var bucket = versioned();
    var one = put(bucket + "/k", "one");
    http.delete(bucket + "/k?versionId=" + one);
    assertThat(http.delete(bucket + "/k?versionId=" + one).status()).isEqualTo(204);
    assertThat(versions(bucket, "")).isEmpty();
  }

  @Test
  void aSuspendedBucketOverwritesItsNullVersionOnly() {
    var bucket = versioned();
    var one = put(bucket + "/k", "one");
    http.put(bucket + "?versioning", SUSPEND);
    assertThat(put(bucket + "/k", "null 1")).isEmpty();
    assertThat(put(bucket + "/k", "null 2")).isEmpty();
    assertThat(versions(bucket, ""))
        .containsExactly("k null latest object", "k " + one + " older object");
    assertThat(http.get(bucket + "/k").text()).isEqualTo("null 2");
    assertThat(http.get(bucket + "/k").header("x-amz-version-id")).isEqualTo("null");
  }

  @Test
  void aDeleteInASuspendedBucketPutsANullMarkerInTheNullVersionsPlace() {
    var bucket = versioned();
    var one = put(bucket + "/k", "one");
    http.put(bucket + "?versioning", SUSPEND);
    put(bucket + "/k", "null");
    var deleted = http.delete(bucket + "/k");
    assertThat(deleted.header("x-amz-delete-marker")).isEqualTo("true");
    assertThat(deleted.header("x-amz-version-id")).isEqualTo("null");
    assertThat(versions(bucket, ""))
        .containsExactly("k null latest marker", "k " + one + " older object");
    assertThat(http.get(bucket + "/k?versionId=null").status()).isEqualTo(405);
    http.put(bucket + "?versioning", ENABLE);
    var two = put(bucket + "/k", "two");
    assertThat(versions(bucket, ""))
        .containsExactly(
            "k " + two + " latest object", "k null older marker", "k " + one + " older object");
  }

  @Test
  void aNullVersionKeepsItsPlaceInTime() {
    var bucket = versioned();
    var one = put(bucket + "/k", "1");
    http.put(bucket + "?versioning", SUSPEND);
    put(bucket + "/k", "2");
    http.put(bucket + "?versioning", ENABLE);
    var three = put(bucket + "/k", "3");
    assertThat(versions(bucket, ""))
        .containsExactly(
            "k " + three + " latest object", "k null older object", "k " + one + " older object");
    assertThat(http.delete(bucket + "/k?versionId=null").status()).isEqualTo(204);
    assertThat(versions(bucket, ""))
        .containsExactly("k " + three + " latest object", "k " + one + " older object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "versionId=|400 InvalidArgument",
        "versionId=x|400 InvalidArgument",
        "versionId=NULL|400 InvalidArgument",
        "versionId=00000000000000000000000000000001|404 NoSuchVersion",
        "versionId=null|404 NoSuchVersion",
      })
  void aVersionThatIsNoneIsToldApartFromOneThatIsNotThere(String query, String verdict) {
    var bucket = versioned();
    put(bucket + "/k", "one");
    assertThat(http.get(bucket + "/k?" + query).verdict()).isEqualTo(verdict);
  }

  @Test
  void noSuchVersionNamesKeyAndVersion() {
    var bucket = versioned();
    put(bucket + "/k", "one");
    var answer = http.get(bucket + "/k?versionId=null");
    assertThat(answer.element("Key")).isEqualTo("k");
    assertThat(answer.element("VersionId")).isEqualTo("null");
  }

  @Test
  void aBucketWithVersionsOrMarkersOnlyIsNotEmpty() {
    var bucket = versioned();
    var one = put(bucket + "/k", "one");
    var marker = http.delete(bucket + "/k").header("x-amz-version-id");
    assertThat(http.delete(bucket).verdict()).isEqualTo("409 BucketNotEmpty");
    http.delete(bucket + "/k?versionId=" + one);
    assertThat(http.delete(bucket).verdict()).isEqualTo("409 BucketNotEmpty");
    http.delete(bucket + "/k?versionId=" + marker);
    assertThat(http.delete(bucket).status()).isEqualTo(204);
  }

  @Test
  void aListingPagesAnywhereBetweenVersions() {
    var bucket = versioned();
    for (var key : List.of("a", "b/1", "b/2", "c")) {
      for (int version = 0; version < 3; version++) {
        put(bucket + "/" + key, key + version);
      }
    }
    http.delete(bucket + "/b/1");
    http.delete(bucket + "/c");
    for (var filter : List.of("", "&prefix=b/", "&delimiter=/", "&prefix=b&delimiter=/")) {
      var whole = versions(bucket, filter);
      for (int size = 1; size <= whole.size() + 1; size++) {
        var paged = new ArrayList<String>();
        var next = "";
        while (true) {
          var page = http.get(bucket + "?versions&max-keys=" + size + filter + next);
          paged.addAll(versions(bucket, "&max-keys=" + size + filter + next));
          if (page.element("IsTruncated").equals("false")) {
            break;
          }
          next = "&key-marker=" + page.element("NextKeyMarker").replace("/", "%2F");
          if (page.xml().optional("NextVersionIdMarker").isPresent()) {
            next += "&version-id-marker=" + page.element("NextVersionIdMarker");
          }
        }
        // A page writes its common prefixes last.
        assertThat(paged).as("%s by %d", filter, size).containsExactlyInAnyOrderElementsOf(whole);
        assertThat(paged.stream().filter(line -> !line.endsWith("prefix")))
            .containsExactlyElementsOf(
                whole.stream().filter(line -> !line.endsWith("prefix")).toList());
      }
    }
  }

  @Test
  void aListingRollsUpBehindADelimiter() {
    var bucket = versioned();
    put(bucket + "/a/1", "x");
    put(bucket + "/a/1", "y");
    http.delete(bucket + "/a/2");
    var top = put(bucket + "/top", "z");
    assertThat(versions(bucket, "&delimiter=/"))
        .containsExactlyInAnyOrder("top " + top + " latest object", "a/ prefix");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version-id-marker=null|400 InvalidArgument",
        "key-marker=k&version-id-marker=nonsense|400 InvalidArgument",
        "max-keys=-1|400 InvalidArgument",
        "max-keys=x|400 InvalidArgument",
        "encoding-type=base64|400 InvalidArgument",
      })
  void aListingRefusesWhatItCannotMean(String query, String verdict) {
    assertThat(http.get(versioned() + "?versions&" + query).verdict()).isEqualTo(verdict);
  }

  @Test
  void aListingOfNoneIsEmptyAndNotTruncated() {
    var bucket = versioned();
    put(bucket + "/k", "x");
    var answer = http.get(bucket + "?versions&max-keys=0");
    assertThat(answer.element("IsTruncated")).isEqualTo("false");
    assertThat(answer.text()).doesNotContain("<Version>");
  }

  @Test
  void aListingEncodesKeysWhenAsked() {
    var bucket = versioned();
    put(bucket + "/a%20b%0A", "x");
    assertThat(http.get(bucket + "?versions&encoding-type=url").text())
        .contains("<Key>a%20b%0A</Key>")
        .contains("<EncodingType>url</EncodingType>");
  }

  @Test
  void manyDeletesNameVersionsAndMarkers() {
    var bucket = versioned();
    var one = put(bucket + "/a", "1");
    put(bucket + "/b", "1");
    try (var s3 = store.sdk()) {
      var answer =
          s3.deleteObjects(
              request ->
                  request
                      .bucket(bucket.substring(1))
                      .delete(
                          Delete.builder()
                              .objects(
                                  ObjectIdentifier.builder().key("a").versionId(one).build(),
                                  ObjectIdentifier.builder().key("b").build())
                              .build()));
      assertThat(answer.errors()).isEmpty();
      assertThat(answer.deleted()).hasSize(2);
      assertThat(answer.deleted().getFirst().versionId()).isEqualTo(one);
      assertThat(answer.deleted().getFirst().deleteMarker()).isNull();
      assertThat(answer.deleted().getLast().deleteMarker()).isTrue();
      var marker = answer.deleted().getLast().deleteMarkerVersionId();
      var undo =
          s3.deleteObjects(
              request ->
                  request
                      .bucket(bucket.substring(1))
                      .delete(
                          Delete.builder()
                              .objects(
                                  ObjectIdentifier.builder().key("b").versionId(marker).build())
                              .build()));
      assertThat(undo.deleted().getFirst().deleteMarker()).isTrue();
      assertThat(undo.deleted().getFirst().deleteMarkerVersionId()).isEqualTo(marker);
      assertThat(undo.deleted().getFirst().versionId()).isEqualTo(marker);
    }
    assertThat(http.get(bucket + "/b").text()).isEqualTo("1");
    assertThat(http.get(bucket + "/a").verdict()).isEqualTo("404 NoSuchKey");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<ETag>\"wrong\"</ETag>|PreconditionFailed",
        "<ETag>*</ETag>|",
        "<Size>1</Size>|",
        "<Size>2</Size>|PreconditionFailed",
        "<Size>x</Size>|InvalidArgument",
        "<LastModifiedTime>Thu, 01 Jan 2015 00:00:00 GMT</LastModifiedTime>|PreconditionFailed",
        "<VersionId>nonsense</VersionId>|InvalidArgument",
        "<VersionId>null</VersionId><ETag>*</ETag>|NotImplemented",
      })
  void eachOfManyDeletesIsJudgedOnItsOwn(String condition, String code) {
    var bucket = bucket();
    put(bucket + "/k", "x");
    put(bucket + "/other", "x");
    var body =
        "<Delete><Object><Key>k</Key>"
            + condition
            + "</Object><Object><Key>other</Key></Object></Delete>";
    var answer = http.post(bucket + "?delete", body, "content-md5: " + md5(body));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(http.get(bucket + "/other").status()).isEqualTo(404);
    if (code == null) {
      assertThat(answer.text()).doesNotContain("<Error>");
      assertThat(http.get(bucket + "/k").status()).isEqualTo(404);
    } else {
      assertThat(answer.text()).contains("<Code>" + code + "</Code>");
      assertThat(http.get(bucket + "/k").status()).isEqualTo(200);
    }
  }

  private static String md5(String body) {
    try {
      return java.util.Base64.getEncoder()
          .encodeToString(
              java.security.MessageDigest.getInstance("MD5")
                  .digest(body.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "if-match: \"wrong\"|412 PreconditionFailed",
        "if-match: *|204",
        "x-amz-if-match-size: 1|204",
        "x-amz-if-match-size: 7|412 PreconditionFailed",
        "x-amz-if-match-last-modified-time: Thu, 01 Jan 2015 00:00:00 GMT|412 PreconditionFailed",
        "x-amz-if-match-last-modified-time: never|400 InvalidArgument",
        "if-none-match: *|501 NotImplemented",
        "if-unmodified-since: Thu, 01 Jan 2015 00:00:00 GMT|501 NotImplemented",
      })
  void aDeleteHeedsItsCondition(String header, String verdict) {
    var bucket = bucket();
    put(bucket + "/k", "x");
    var answer = http.delete(bucket + "/k", header);
    assertThat(answer.status() == 204 ? "204" : answer.verdict()).isEqualTo(verdict);
    assertThat(http.get(bucket + "/k").status()).isEqualTo(answer.status() == 204 ? 404 : 200);
  }

  @Test
  void aConditionalDeleteOfWhatIsNotThereIsNotFound() {
    var bucket = versioned();
    assertThat(http.delete(bucket + "/k", "if-match: \"a\"").verdict()).isEqualTo("404 NoSuchKey");
    put(bucket + "/k", "x");
    http.delete(bucket + "/k");
    assertThat(http.delete(bucket + "/k", "if-match: *").verdict()).isEqualTo("404 NoSuchKey");
  }

  @Test
  void aConditionAndAVersionTogetherAreNotImplemented() {
    var bucket = versioned();
    var one = put(bucket + "/k", "x");
    assertThat(http.delete(bucket + "/k?versionId=" + one, "if-match: *").verdict())
        .isEqualTo("501 NotImplemented");
    assertThat(http.get(bucket + "/k").status()).isEqualTo(200);
  }

  @Test
  void aWriteConditionIsAskedOfTheNewestVersion() {
    var bucket = versioned();
    put(bucket + "/k", "x");
    assertThat(http.put(bucket + "/k", "y", "if-none-match: *").verdict())
        .isEqualTo("412 PreconditionFailed");
    http.delete(bucket + "/k");
    assertThat(http.put(bucket + "/k", "y", "if-match: *").verdict()).isEqualTo("404 NoSuchKey");
    assertThat(http.put(bucket + "/k", "y", "if-none-match: *").status()).isEqualTo(200);
  }

  @Test
  void theSdkSeesVersionsAsAtAws() {
    var name = bucket().substring(1);
    try (var s3 = store.sdk()) {
      s3.putBucketVersioning(
          request ->
              request
                  .bucket(name)
                  .versioningConfiguration(state -> state.status(BucketVersioningStatus.ENABLED)));
      assertThat(s3.getBucketVersioning(request -> request.bucket(name)).status())
          .isEqualTo(BucketVersioningStatus.ENABLED);
      var first =
          s3.putObject(r -> r.bucket(name).key("k"), RequestBody.fromString("1")).versionId();
      s3.putObject(r -> r.bucket(name).key("k"), RequestBody.fromString("2"));
      s3.deleteObject(r -> r.bucket(name).key("k"));
      var page = s3.listObjectVersions(r -> r.bucket(name));
      assertThat(page.versions()).hasSize(2);
      assertThat(page.deleteMarkers()).hasSize(1);
      assertThat(page.deleteMarkers().getFirst().isLatest()).isTrue();
      assertThat(s3.getObjectAsBytes(r -> r.bucket(name).key("k").versionId(first)).asUtf8String())
          .isEqualTo("1");
    }
  }
}
