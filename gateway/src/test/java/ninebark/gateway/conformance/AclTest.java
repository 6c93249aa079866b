package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ninebark.gateway.TestStore;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.model.BucketCannedACL;
import software.amazon.awssdk.services.s3.model.Permission;

/** ACLs: refused where ownership is enforced, else kept and told. They let nobody in yet. */
@Covers({
  S3Operation.GET_BUCKET_ACL,
  S3Operation.PUT_BUCKET_ACL,
  S3Operation.GET_OBJECT_ACL,
  S3Operation.PUT_OBJECT_ACL,
  S3Operation.GET_BUCKET_OWNERSHIP_CONTROLS,
  S3Operation.PUT_BUCKET_OWNERSHIP_CONTROLS
})
class AclTest {
  private static final String ALL = "http://acs.amazonaws.com/groups/global/AllUsers";
  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
    assertThat(http.put("/enforced", "").status()).isEqualTo(200);
    for (var bucket : new String[] {"/writer", "/preferred", "/blocked"}) {
      var ownership = bucket.equals("/preferred") ? "BucketOwnerPreferred" : "ObjectWriter";
      assertThat(http.put(bucket, "", "x-amz-object-ownership: " + ownership).status())
          .isEqualTo(200);
      if (!bucket.equals("/blocked")) {
        assertThat(http.delete(bucket + "?publicAccessBlock").status()).isEqualTo(204);
      }
    }
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static String document(String owner, String grants) {
    return "<AccessControlPolicy><Owner><ID>"
        + owner
        + "</ID></Owner><AccessControlList>"
        + grants
        + "</AccessControlList></AccessControlPolicy>";
  }

  private static String grant(String id, String permission) {
    return "<Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
        + " xsi:type=\"CanonicalUser\"><ID>"
        + id
        + "</ID></Grantee><Permission>"
        + permission
        + "</Permission></Grant>";
  }

  // --- buckets ----------------------------------------------------------------------------------

  @Test
  void aBucketWithoutAclsHasOneThatSaysSo() {
    var answer = http.get("/enforced?acl");
    assertThat(answer.status()).isEqualTo(200);
    var grants = answer.xml().child("AccessControlList").orElseThrow().all("Grant");
    assertThat(grants).hasSize(1);
    assertThat(grants.getFirst().required("Permission")).isEqualTo("FULL_CONTROL");
    assertThat(grants.getFirst().child("Grantee").orElseThrow().type()).contains("CanonicalUser");
    assertThat(grants.getFirst().child("Grantee").orElseThrow().required("ID"))
        .isEqualTo(TestStore.ROOT.value());
    assertThat(answer.xml().child("Owner").orElseThrow().required("DisplayName")).isEqualTo("root");
  }

  @ParameterizedTest
  @CsvSource({"private", "public-read", "bucket-owner-full-control"})
  void whereOwnershipIsEnforcedNoAclIsTaken(String canned) {
    var answer = http.put("/enforced?acl", "", "x-amz-acl: " + canned);
    assertThat(answer.verdict()).isEqualTo("400 AccessControlListNotSupported");
    assertThat(answer.element("Message")).isEqualTo("The bucket does not allow ACLs");
  }

  @ParameterizedTest
  @CsvSource({
    "private,1",
    "public-read,2",
    "public-read-write,3",
    "authenticated-read,2",
    "log-delivery-write,3"
  })
  void aCannedAclIsKeptAsItsGrants(String canned, int grants) {
    assertThat(http.put("/writer?acl", "", "x-amz-acl: " + canned).status()).isEqualTo(200);
    var list = http.get("/writer?acl").xml().child("AccessControlList").orElseThrow();
    assertThat(list.all("Grant")).hasSize(grants);
    assertThat(http.put("/writer?acl", "", "x-amz-acl: private").status()).isEqualTo(200);
  }

  @Test
  void grantHeadersAreKept() {
    assertThat(
            http.put(
                    "/writer?acl",
                    "",
                    "x-amz-grant-read: uri=\"" + ALL + "\", id=\"" + TestStore.OTHER + "\"",
                    "x-amz-grant-write-acp: id=" + TestStore.ROOT)
                .status())
        .isEqualTo(200);
    var text = http.get("/writer?acl").text();
    assertThat(text).contains(ALL, TestStore.OTHER.value(), "WRITE_ACP");
    assertThat(text).doesNotContain("FULL_CONTROL");
    assertThat(text).contains("<DisplayName>other</DisplayName>");
  }

  @Test
  void aDocumentIsKept() {
    var body =
        document(
            TestStore.ROOT.value(),
            grant(TestStore.ROOT.value(), "FULL_CONTROL") + grant(TestStore.OTHER.value(), "READ"));
    assertThat(http.put("/writer?acl", body).status()).isEqualTo(200);
    var grants =
        http.get("/writer?acl").xml().child("AccessControlList").orElseThrow().all("Grant");
    assertThat(grants).hasSize(2);
    // What is told can be put back.
    assertThat(http.put("/writer?acl", http.get("/writer?acl").text()).status()).isEqualTo(200);
  }

  @Test
  void whatIsToldCanBeReadByTheSdk() {
    try (var s3 = store.sdk()) {
      s3.putBucketAcl(put -> put.bucket("writer").acl(BucketCannedACL.PUBLIC_READ));
      var read = s3.getBucketAcl(get -> get.bucket("writer"));
      assertThat(read.owner().id()).isEqualTo(TestStore.ROOT.value());
      assertThat(read.grants()).hasSize(2);
      assertThat(read.grants().get(1).grantee().uri()).isEqualTo(ALL);
      assertThat(read.grants().get(1).permission()).isEqualTo(Permission.READ);
    }
  }

  @Test
  void anAclThatSaysNothingOrTwoThingsIsRefused() {
    var nothing = http.put("/writer?acl", "");
    assertThat(nothing.verdict()).isEqualTo("400 MissingSecurityHeader");
    assertThat(nothing.element("MissingHeaderName")).isEqualTo("x-amz-acl");
    assertThat(
            http.put("/writer?acl", document(TestStore.ROOT.value(), ""), "x-amz-acl: private")
                .verdict())
        .isEqualTo("400 UnexpectedContent");
    assertThat(
            http.put(
                    "/writer?acl",
                    "",
                    "x-amz-acl: private",
                    "x-amz-grant-read: id=" + TestStore.ROOT)
                .verdict())
        .isEqualTo("400 InvalidRequest");
  }

  @ParameterizedTest
  @CsvSource({
    "x-amz-acl: everything,400 InvalidArgument",
    "x-amz-grant-read: id=unknown,400 InvalidArgument",
    "x-amz-grant-read: uri=http://example.com,400 InvalidArgument",
    "x-amz-grant-read: emailAddress=a@b.c,400 UnresolvableGrantByEmailAddress",
    "x-amz-grant-read: gibberish,400 InvalidArgument"
  })
  void headersThatMakeNoSenseAreRefused(String line, String verdict) {
    assertThat(http.put("/writer?acl", "", line).verdict()).isEqualTo(verdict);
  }

  @Test
  void aDocumentThatMakesNoSenseIsRefused() {
    assertThat(http.put("/writer?acl", "<AccessControlPolicy/>").verdict())
        .isEqualTo("400 MalformedACLError");
    assertThat(
            http.put("/writer?acl", document(TestStore.ROOT.value(), grant("unknown", "READ")))
                .verdict())
        .isEqualTo("400 InvalidArgument");
    assertThat(
            http.put(
                    "/writer?acl",
                    document(TestStore.ROOT.value(), grant(TestStore.ROOT.value(), "EVERYTHING")))
                .verdict())
        .isEqualTo("400 MalformedACLError");
    assertThat(http.put("/writer?acl", document(TestStore.OTHER.value(), "")).verdict())
        .isEqualTo("403 AccessDenied");
  }

  @Test
  void aPublicAclIsBlockedWithThePublic() {
    assertThat(http.put("/blocked?acl", "", "x-amz-acl: public-read").verdict())
        .isEqualTo("403 AccessDenied");
    assertThat(http.put("/blocked?acl", "", "x-amz-acl: log-delivery-write").status())
        .isEqualTo(200);
    assertThat(http.put("/blocked/a", "x", "x-amz-acl: public-read").verdict())
        .isEqualTo("403 AccessDenied");
    assertThat(http.head("/blocked/a").status()).isEqualTo(404);
  }

  @Test
  void ownershipIsNotEnforcedOverAnAclThatSharesTheBucket() {
    assertThat(http.put("/sharing", "", "x-amz-object-ownership: ObjectWriter").status())
        .isEqualTo(200);
    assertThat(http.put("/sharing?acl", "", "x-amz-grant-read: id=" + TestStore.OTHER).status())
        .isEqualTo(200);
    var enforced =
        "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>"
            + "</OwnershipControls>";
    assertThat(http.put("/sharing?ownershipControls", enforced).verdict())
        .isEqualTo("400 InvalidBucketAclWithObjectOwnership");
    assertThat(http.put("/sharing?acl", "", "x-amz-acl: private").status()).isEqualTo(200);
    assertThat(http.put("/sharing?ownershipControls", enforced).status()).isEqualTo(200);
    assertThat(http.put("/sharing?acl", "", "x-amz-acl: private").verdict())
        .isEqualTo("400 AccessControlListNotSupported");
  }

  @Test
  void grantsLetNobodyInYet() {
    assertThat(http.put("/writer?acl", "", "x-amz-acl: public-read-write").status()).isEqualTo(200);
    assertThat(SignedHttp.anonymous(store).get("/writer").verdict()).isEqualTo("403 AccessDenied");
    assertThat(SignedHttp.other(store).get("/writer").verdict()).isEqualTo("403 AccessDenied");
  }

  // --- objects ----------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "x-amz-acl: private,200",
    "x-amz-acl: bucket-owner-full-control,200",
    "x-amz-acl: public-read,400 AccessControlListNotSupported",
    "x-amz-acl: authenticated-read,400 AccessControlListNotSupported",
    "x-amz-acl: gibberish,400 InvalidArgument",
    "x-amz-grant-full-control: id=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,200",
    "x-amz-grant-read: id=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,400 AccessControlListNotSupported"
  })
  void whereOwnershipIsEnforcedAnObjectsAclSaysNothingNew(String line, String verdict) {
    assertThat(http.put("/enforced/a", "x", line).verdict()).isEqualTo(verdict);
    assertThat(http.post("/enforced/b?uploads", "", line).verdict()).isEqualTo(verdict);
    assertThat(http.put("/writer/source", "x").status()).isEqualTo(200);
    assertThat(http.put("/enforced/c", "", "x-amz-copy-source: /writer/source", line).verdict())
        .isEqualTo(verdict);
  }

  @Test
  void anObjectsAclIsNeverSentAsAHeader() {
    assertThat(http.put("/writer/a", "x", "x-amz-acl: public-read", "x-amz-meta-b: c").status())
        .isEqualTo(200);
    var answer = http.get("/writer/a");
    assertThat(answer.header("x-amz-meta-b")).isEqualTo("c");
    assertThat(answer.headers().toString()).doesNotContain("x-amz-acl", "AccessControl");
  }

  private static int grants(String target) {
    var answer = http.get(target + "?acl");
    assertThat(answer.status()).isEqualTo(200);
    return answer.xml().child("AccessControlList").orElseThrow().all("Grant").size();
  }

  @ParameterizedTest
  @CsvSource({
    "private,1",
    "public-read,2",
    "public-read-write,3",
    "authenticated-read,2",
    "bucket-owner-read,1",
    "bucket-owner-full-control,1"
  })
  void anObjectsAclIsKeptAsItsGrants(String canned, int count) {
    var line = "x-amz-acl: " + canned;
    assertThat(http.put("/writer/born", "x", line).status()).isEqualTo(200);
    assertThat(grants("/writer/born")).isEqualTo(count);
    assertThat(http.put("/writer/later", "x").status()).isEqualTo(200);
    assertThat(grants("/writer/later")).isEqualTo(1);
    assertThat(http.put("/writer/later?acl", "", line).status()).isEqualTo(200);
    assertThat(grants("/writer/later")).isEqualTo(count);
    assertThat(http.get("/writer/later").text()).isEqualTo("x");
  }

  @Test
  void anObjectsAclIsPutAsADocumentAndAsHeaders() {
    assertThat(http.put("/writer/o", "x", "x-amz-meta-a: kept").status()).isEqualTo(200);
    var body =
        document(
            TestStore.ROOT.value(),
            grant(TestStore.ROOT.value(), "READ") + grant(TestStore.OTHER.value(), "WRITE_ACP"));
    assertThat(http.put("/writer/o?acl", body).status()).isEqualTo(200);
    assertThat(http.get("/writer/o?acl").text()).contains("WRITE_ACP").doesNotContain("FULL");
    assertThat(http.put("/writer/o?acl", http.get("/writer/o?acl").text()).status()).isEqualTo(200);
    assertThat(
            http.put("/writer/o?acl", "", "x-amz-grant-full-control: id=" + TestStore.OTHER)
                .status())
        .isEqualTo(200);
    assertThat(grants("/writer/o")).isEqualTo(1);
    assertThat(http.head("/writer/o").header("x-amz-meta-a")).isEqualTo("kept");
    assertThat(http.put("/writer/o?acl", document(TestStore.OTHER.value(), "")).verdict())
        .isEqualTo("403 AccessDenied");
    assertThat(http.put("/writer/o?acl", "").verdict()).isEqualTo("400 MissingSecurityHeader");
  }

  @Test
  void whereOwnershipIsEnforcedAnObjectHasTheOwnersAclOnly() {
    assertThat(http.put("/enforced/o", "x").status()).isEqualTo(200);
    assertThat(grants("/enforced/o")).isEqualTo(1);
    assertThat(http.put("/enforced/o?acl", "", "x-amz-acl: private").verdict())
        .isEqualTo("400 AccessControlListNotSupported");
  }

  @Test
  void anObjectThatIsNotThereHasNoAcl() {
    assertThat(http.get("/writer/none?acl").verdict()).isEqualTo("404 NoSuchKey");
    assertThat(http.put("/writer/none?acl", "", "x-amz-acl: private").verdict())
        .isEqualTo("404 NoSuchKey");
    assertThat(http.get("/writer/none?acl&versionId=x").verdict()).isEqualTo("400 InvalidArgument");
  }

  @Test
  void aCopyDoesNotTakeTheAclAlong() {
    assertThat(http.put("/writer/from", "x", "x-amz-acl: public-read").status()).isEqualTo(200);
    assertThat(http.put("/writer/to", "", "x-amz-copy-source: /writer/from").status())
        .isEqualTo(200);
    assertThat(grants("/writer/to")).isEqualTo(1);
    assertThat(
            http.put(
                    "/writer/to",
                    "",
                    "x-amz-copy-source: /writer/from",
                    "x-amz-acl: authenticated-read")
                .status())
        .isEqualTo(200);
    assertThat(http.get("/writer/to?acl").text()).contains("AuthenticatedUsers");
  }

  @Test
  void anUploadsAclIsItsObjects() {
    var upload =
        http.post("/writer/parts?uploads", "", "x-amz-acl: public-read").element("UploadId");
    var part = http.put("/writer/parts?partNumber=1&uploadId=" + upload, "bytes");
    assertThat(
            http.post(
                    "/writer/parts?uploadId=" + upload,
                    "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"
                        + part.header("etag")
                        + "</ETag></Part></CompleteMultipartUpload>")
                .status())
        .isEqualTo(200);
    assertThat(grants("/writer/parts")).isEqualTo(2);
  }

  @Test
  void eachVersionHasItsOwnAcl() {
    assertThat(http.put("/versioned", "", "x-amz-object-ownership: ObjectWriter").status())
        .isEqualTo(200);
    assertThat(http.delete("/versioned?publicAccessBlock").status()).isEqualTo(204);
    var versioning =
        http.put(
            "/versioned?versioning",
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    assertThat(versioning.status()).isEqualTo(200);
    var first = http.put("/versioned/o", "1").header("x-amz-version-id");
    var second = http.put("/versioned/o", "2", "x-amz-acl: public-read").header("x-amz-version-id");
    var old = "/versioned/o?acl&versionId=" + first;
    assertThat(http.put(old, "", "x-amz-acl: public-read-write").header("x-amz-version-id"))
        .isEqualTo(first);
    assertThat(http.get(old).header("x-amz-version-id")).isEqualTo(first);
    assertThat(http.get(old).text()).contains("WRITE<");
    assertThat(http.get("/versioned/o?acl").header("x-amz-version-id")).isEqualTo(second);
    assertThat(grants("/versioned/o")).isEqualTo(2);
    var marker = http.delete("/versioned/o").header("x-amz-version-id");
    assertThat(http.get("/versioned/o?acl").verdict()).isEqualTo("404 NoSuchKey");
    assertThat(http.get("/versioned/o?acl&versionId=" + marker).verdict())
        .isEqualTo("405 MethodNotAllowed");
  }

  // --- who owns ---------------------------------------------------------------------------------

  @Test
  void whoOwnsWhatOthersWriteFollowsTheOwnership() {
    for (var bucket : new String[] {"writer", "preferred", "enforced"}) {
      var policy =
          "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\""
              + TestStore.OTHER
              + "\"},\"Action\":[\"s3:PutObject\",\"s3:PutObjectAcl\"],\"Resource\":\"arn:aws:s3:::"
              + bucket
              + "/others/*\"}}";
      assertThat(http.put("/" + bucket + "?policy", policy).status()).isEqualTo(204);
    }
    var other = SignedHttp.other(store);
    var given = "x-amz-acl: bucket-owner-full-control";
    assertThat(other.put("/writer/others/a", "x").status()).isEqualTo(200);
    assertThat(other.put("/writer/others/b", "x", given).status()).isEqualTo(200);
    assertThat(other.put("/preferred/others/a", "x").status()).isEqualTo(200);
    assertThat(other.put("/preferred/others/b", "x", given).status()).isEqualTo(200);
    assertThat(other.put("/enforced/others/a", "x").status()).isEqualTo(200);
    assertThat(owner("/writer", "others/a")).isEqualTo(TestStore.OTHER.value());
    assertThat(owner("/writer", "others/b")).isEqualTo(TestStore.OTHER.value());
    assertThat(grants("/writer/others/b")).isEqualTo(2);
    assertThat(owner("/preferred", "others/a")).isEqualTo(TestStore.OTHER.value());
    assertThat(owner("/preferred", "others/b")).isEqualTo(TestStore.ROOT.value());
    assertThat(owner("/enforced", "others/a")).isEqualTo(TestStore.ROOT.value());
  }

  private static String owner(String bucket, String key) {
    return http.get(bucket + "?list-type=2&fetch-owner=true&prefix=" + key)
        .xml()
        .child("Contents")
        .orElseThrow()
        .child("Owner")
        .orElseThrow()
        .required("ID");
  }

  @Test
  void aWriterWhoMayNotSetAclsMayNotSendOne() {
    var policy =
        "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:PutObject\","
            + "\"Resource\":\"arn:aws:s3:::writer2/*\"}}";
    assertThat(http.put("/writer2", "", "x-amz-object-ownership: ObjectWriter").status())
        .isEqualTo(200);
    assertThat(http.delete("/writer2?publicAccessBlock").status()).isEqualTo(204);
    assertThat(http.put("/writer2?policy", policy).status()).isEqualTo(204);
    var nobody = SignedHttp.anonymous(store);
    assertThat(nobody.put("/writer2/a", "x").status()).isEqualTo(200);
    assertThat(nobody.put("/writer2/a", "x", "x-amz-acl: public-read").verdict())
        .isEqualTo("403 AccessDenied");
    // What nobody wrote belongs to nobody, as at AWS, where writers own.
    assertThat(owner("/writer2", "a")).isEqualTo("65a011a29cdf8ec533ec3d1ccaae921c");
  }
}
