package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import ninebark.gateway.TestStore;
import ninebark.gateway.policy.Policy;
import ninebark.gateway.request.S3Operation;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Query;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bucket policies: kept, and judged for every request at the door. */
@Covers({
  S3Operation.PUT_BUCKET_POLICY,
  S3Operation.GET_BUCKET_POLICY,
  S3Operation.DELETE_BUCKET_POLICY,
  S3Operation.GET_BUCKET_POLICY_STATUS,
  S3Operation.PUT_PUBLIC_ACCESS_BLOCK
})
class BucketPolicyTest {
  private static TestStore store;
  private static SignedHttp root;
  private static SignedHttp other;
  private static SignedHttp nobody;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    root = SignedHttp.root(store);
    other = SignedHttp.other(store);
    nobody = SignedHttp.anonymous(store);
    assertThat(root.put("/policy", "").status()).isEqualTo(200);
    assertThat(root.put("/closed", "").status()).isEqualTo(200);
    assertThat(root.put("/policy/open/a", "bytes").status()).isEqualTo(200);
    assertThat(root.put("/policy/closed/a", "bytes").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @BeforeEach
  void openTheBucket() {
    assertThat(root.delete("/policy?policy").status()).isEqualTo(204);
    assertThat(root.delete("/policy?publicAccessBlock").status()).isEqualTo(204);
  }

  private static String statement(
      String effect, String principal, String action, String... resources) {
    return "{'Effect':'"
        + effect
        + "','Principal':"
        + principal
        + ",'Action':"
        + action
        + ",'Resource':['arn:aws:s3:::"
        + String.join("','arn:aws:s3:::", resources)
        + "']}";
  }

  private static String policy(String... statements) {
    return ("{'Version':'2012-10-17','Statement':[" + String.join(",", statements) + "]}")
        .replace('\'', '"');
  }

  private static void set(String... statements) {
    assertThat(root.put("/policy?policy", policy(statements)).verdict()).isEqualTo("204");
  }

  private static final String READ_OPEN =
      statement("Allow", "'*'", "'s3:GetObject'", "policy/open/*");

  // --- kept -------------------------------------------------------------------------------------

  @Test
  void aPolicyComesBackWordForWord() {
    var text = policy(READ_OPEN) + "\n\n";
    assertThat(root.put("/policy?policy", text).status()).isEqualTo(204);
    var answer = root.get("/policy?policy");
    assertThat(answer.text()).isEqualTo(text);
    assertThat(answer.header("content-type")).isEqualTo("application/json");
    assertThat(root.delete("/policy?policy").status()).isEqualTo(204);
    assertThat(root.get("/policy?policy").verdict()).isEqualTo("404 NoSuchBucketPolicy");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|first byte",
        "<Policy/>|first byte",
        "{\"Statement\":[]}|empty",
        "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::elsewhere/*\"}}|invalid resource",
        "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::policy/*\",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/8\"}}}}|aws:SourceIp",
        "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"nobody-we-know\"},\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::policy/*\"}}|principal"
      })
  void aPolicyThatCannotBeJudgedIsRefusedAndTheOldOneStays(String text, String why) {
    set(READ_OPEN);
    var answer = root.put("/policy?policy", text == null ? "" : text);
    assertThat(answer.verdict()).isEqualTo("400 MalformedPolicy");
    assertThat(answer.element("Message")).contains(why);
    assertThat(root.get("/policy?policy").text()).isEqualTo(policy(READ_OPEN));
  }

  @Test
  void theSdkReadsThePolicyItWrote() {
    try (var s3 = store.sdk()) {
      s3.putBucketPolicy(put -> put.bucket("policy").policy(policy(READ_OPEN)));
      assertThat(s3.getBucketPolicy(get -> get.bucket("policy")).policy())
          .isEqualTo(policy(READ_OPEN));
      assertThat(s3.getBucketPolicyStatus(get -> get.bucket("policy")).policyStatus().isPublic())
          .isTrue();
      s3.deleteBucketPolicy(delete -> delete.bucket("policy"));
    }
  }

  @Test
  void theStatusTellsWhetherEverybodyIsLetIn() {
    set(READ_OPEN);
    assertThat(root.get("/policy?policyStatus").element("IsPublic")).isEqualTo("true");
    set(statement("Allow", "{'AWS':'" + TestStore.OTHER + "'}", "'s3:GetObject'", "policy/*"));
    assertThat(root.get("/policy?policyStatus").element("IsPublic")).isEqualTo("false");
    set(statement("Deny", "'*'", "'s3:GetObject'", "policy/secret"));
    assertThat(root.get("/policy?policyStatus").element("IsPublic")).isEqualTo("false");
  }

  // --- judged: anonymous ------------------------------------------------------------------------

  @Test
  void withoutAPolicyNobodyGetsIn() {
    assertThat(nobody.get("/policy/open/a").verdict()).isEqualTo("403 AccessDenied");
    assertThat(other.get("/policy/open/a").verdict()).isEqualTo("403 AccessDenied");
    assertThat(nobody.put("/policy/open/b", "x").verdict()).isEqualTo("403 AccessDenied");
    assertThat(nobody.get("/policy").verdict()).isEqualTo("403 AccessDenied");
    assertThat(nobody.get("/").verdict()).isEqualTo("403 AccessDenied");
    assertThat(nobody.put("/nobodys", "").verdict()).isEqualTo("403 AccessDenied");
    assertThat(nobody.get("/nowhere/a").verdict()).isEqualTo("404 NoSuchBucket");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/policy/open/a,200",
    "HEAD,/policy/open/a,200",
    "GET,/policy/closed/a,403 AccessDenied",
    "GET,/policy/open,403 AccessDenied",
    "PUT,/policy/open/b,403 AccessDenied",
    "DELETE,/policy/open/a,403 AccessDenied",
    "GET,/policy,403 AccessDenied",
    "GET,/policy?acl,403 AccessDenied",
    "GET,/policy?policy,403 AccessDenied",
    "GET,/policy/open/a?uploadId=x,403 AccessDenied",
    "POST,/policy/open/a?uploads,403 AccessDenied"
  })
  void everybodyMayWhatTheStatementSaysAndNoMore(String method, String target, String verdict) {
    set(READ_OPEN);
    assertThat(nobody.send(method, target, new byte[0]).verdict()).isEqualTo(verdict);
  }

  @Test
  void whatEverybodyReadsIsWhole() {
    set(READ_OPEN);
    assertThat(nobody.get("/policy/open/a").text()).isEqualTo("bytes");
    assertThat(nobody.get("/policy/open/a", "range: bytes=1-2").text()).isEqualTo("yt");
  }

  @Test
  void whoMayNotListIsNotToldThatAKeyIsMissing() {
    set(READ_OPEN);
    assertThat(nobody.get("/policy/open/none").verdict()).isEqualTo("403 AccessDenied");
    assertThat(nobody.head("/policy/open/none").status()).isEqualTo(403);
    set(READ_OPEN, statement("Allow", "'*'", "'s3:ListBucket'", "policy"));
    assertThat(nobody.get("/policy/open/none").verdict()).isEqualTo("404 NoSuchKey");
    assertThat(nobody.head("/policy/open/none").status()).isEqualTo(404);
    assertThat(nobody.get("/policy?list-type=2&prefix=open/").text()).contains("<Key>open/a</Key>");
    assertThat(root.get("/policy/open/none").verdict()).isEqualTo("404 NoSuchKey");
  }

  @Test
  void everybodyMayEvenWriteIfThePolicySaysSo() {
    set(statement("Allow", "'*'", "['s3:PutObject','s3:DeleteObject']", "policy/drop/*"));
    assertThat(nobody.put("/policy/drop/a", "left here").status()).isEqualTo(200);
    assertThat(root.get("/policy/drop/a").text()).isEqualTo("left here");
    // The bucket's owner owns it: ACLs are off.
    assertThat(root.get("/policy?list-type=2&fetch-owner=true&prefix=drop/").text())
        .contains("<ID>" + TestStore.ROOT.value() + "</ID>");
    assertThat(nobody.get("/policy/drop/a").verdict()).isEqualTo("403 AccessDenied");
    assertThat(nobody.delete("/policy/drop/a").status()).isEqualTo(204);
    assertThat(root.get("/policy/drop/a").verdict()).isEqualTo("404 NoSuchKey");
  }

  @Test
  void aStatementOnObjectsSaysNothingOfTheirVersionsNorTags() {
    assertThat(root.put("/policy-versions", "").status()).isEqualTo(200);
    assertThat(root.delete("/policy-versions?publicAccessBlock").status()).isEqualTo(204);
    assertThat(
            root.put(
                    "/policy-versions?versioning",
                    "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                .status())
        .isEqualTo(200);
    var old = root.put("/policy-versions/a", "old").header("x-amz-version-id");
    assertThat(root.put("/policy-versions/a", "new").status()).isEqualTo(200);
    var read = policy(statement("Allow", "'*'", "'s3:GetObject'", "policy-versions/*"));
    assertThat(root.put("/policy-versions?policy", read).status()).isEqualTo(204);
    var version = "/policy-versions/a?versionId=" + old;
    assertThat(nobody.get("/policy-versions/a").text()).isEqualTo("new");
    assertThat(nobody.get(version).verdict()).isEqualTo("403 AccessDenied");
    assertThat(nobody.get("/policy-versions/a?tagging").verdict()).isEqualTo("403 AccessDenied");
    assertThat(nobody.get("/policy-versions?versions").verdict()).isEqualTo("403 AccessDenied");
    assertThat(nobody.delete(version).verdict()).isEqualTo("403 AccessDenied");
    var both =
        policy(
            statement("Allow", "'*'", "['s3:GetObjectVersion']", "policy-versions/*"),
            statement("Allow", "'*'", "'s3:ListBucketVersions'", "policy-versions"));
    assertThat(root.put("/policy-versions?policy", both).status()).isEqualTo(204);
    assertThat(nobody.get(version).text()).isEqualTo("old");
    assertThat(nobody.get("/policy-versions?versions").text()).contains(old);
    assertThat(nobody.get("/policy-versions/a").verdict()).isEqualTo("403 AccessDenied");
  }

  // --- judged: another account ------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "GET,/policy/open/a,200",
    "GET,/policy/closed/a,200",
    "PUT,/policy/open/b,403 AccessDenied",
    "GET,/policy?policy,403 AccessDenied",
    "PUT,/policy?policy,403 AccessDenied",
    "DELETE,/policy?policy,403 AccessDenied"
  })
  void anAccountThatIsNamedGetsIn(String method, String target, String verdict) {
    set(
        statement(
            "Allow",
            "{'AWS':'arn:aws:iam::" + TestStore.OTHER + ":root'}",
            "'s3:Get*'",
            "policy",
            "policy/*"));
    assertThat(other.send(method, target, new byte[0]).verdict()).isEqualTo(verdict);
    assertThat(nobody.send("GET", "/policy/open/a", new byte[0]).verdict())
        .isEqualTo("403 AccessDenied");
  }

  @Test
  void eachKeyOfAMassDeleteIsJudgedByItself() {
    set(
        statement(
            "Allow",
            "{'CanonicalUser':'" + TestStore.OTHER + "'}",
            "'s3:DeleteObject'",
            "policy/mass/yes/*"));
    assertThat(root.put("/policy/mass/yes/1", "x").status()).isEqualTo(200);
    assertThat(root.put("/policy/mass/no/1", "x").status()).isEqualTo(200);
    var body =
        "<Delete><Object><Key>mass/yes/1</Key></Object><Object><Key>mass/no/1</Key></Object>"
            + "</Delete>";
    var md5 = "content-md5: " + md5(body);
    var answer = other.post("/policy?delete", body, md5);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).contains("<Deleted><Key>mass/yes/1</Key></Deleted>");
    assertThat(answer.text()).contains("<Error><Key>mass/no/1</Key><Code>AccessDenied</Code>");
    assertThat(root.head("/policy/mass/yes/1").status()).isEqualTo(404);
    assertThat(root.head("/policy/mass/no/1").status()).isEqualTo(200);
    var none = nobody.post("/policy?delete", body, md5);
    assertThat(none.text()).doesNotContain("<Deleted>");
    assertThat(root.head("/policy/mass/no/1").status()).isEqualTo(200);
  }

  private static String md5(String text) {
    try {
      return java.util.Base64.getEncoder()
          .encodeToString(
              java.security.MessageDigest.getInstance("MD5")
                  .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  @Test
  void aCopyNeedsItsSourceAndItsTarget() {
    assertThat(other.put("/mine", "").status()).isEqualTo(200);
    var source = "x-amz-copy-source: /policy/open/a";
    assertThat(other.put("/mine/a", "", source).verdict()).isEqualTo("403 AccessDenied");
    set(statement("Allow", "{'AWS':'" + TestStore.OTHER + "'}", "'s3:GetObject'", "policy/open/*"));
    assertThat(other.put("/mine/a", "", source).status()).isEqualTo(200);
    assertThat(other.put("/policy/open/c", "", source).verdict()).isEqualTo("403 AccessDenied");
    assertThat(other.put("/mine/a", "", "x-amz-copy-source: /policy/closed/a").verdict())
        .isEqualTo("403 AccessDenied");
  }

  // --- judged: deny -----------------------------------------------------------------------------

  @Test
  void denyBindsTheOwnerTooButNotFromThePolicyItself() {
    set(statement("Deny", "'*'", "'s3:*'", "policy", "policy/*"));
    assertThat(root.get("/policy/open/a").verdict()).isEqualTo("403 AccessDenied");
    assertThat(root.get("/policy?tagging").verdict()).isEqualTo("403 AccessDenied");
    assertThat(root.get("/policy?policy").status()).isEqualTo(200);
    set(READ_OPEN);
    assertThat(root.get("/policy/open/a").status()).isEqualTo(200);
    set(statement("Deny", "'*'", "'s3:*'", "policy", "policy/*"));
    assertThat(root.delete("/policy?policy").status()).isEqualTo(204);
    assertThat(root.get("/policy/open/a").status()).isEqualTo(200);
  }

  @Test
  void denyWinsOverAllow() {
    set(READ_OPEN, statement("Deny", "'*'", "'s3:GetObject'", "policy/open/b*"));
    assertThat(root.put("/policy/open/b", "x").status()).isEqualTo(200);
    assertThat(nobody.get("/policy/open/a").status()).isEqualTo(200);
    assertThat(nobody.get("/policy/open/b").verdict()).isEqualTo("403 AccessDenied");
    assertThat(root.get("/policy/open/b").verdict()).isEqualTo("403 AccessDenied");
  }

  // --- the public access block ------------------------------------------------------------------

  private static String block(String... names) {
    var all = new StringBuilder("<PublicAccessBlockConfiguration>");
    for (var name : names) {
      all.append("<" + name + ">true</" + name + ">");
    }
    return all + "</PublicAccessBlockConfiguration>";
  }

  @Test
  void aNewBucketTakesNoPublicPolicy() {
    var text = policy(statement("Allow", "'*'", "'s3:GetObject'", "closed/*"));
    assertThat(root.put("/closed?policy", text).verdict()).isEqualTo("403 AccessDenied");
    assertThat(root.get("/closed?policy").verdict()).isEqualTo("404 NoSuchBucketPolicy");
    assertThat(
            root.put(
                    "/closed?policy",
                    policy(
                        statement(
                            "Allow",
                            "{'AWS':'" + TestStore.OTHER + "'}",
                            "'s3:GetObject'",
                            "closed/*")))
                .status())
        .isEqualTo(204);
  }

  @Test
  void aRestrictedBucketKeepsItsPublicPolicyForItsOwner() {
    set(
        READ_OPEN,
        statement("Allow", "{'AWS':'" + TestStore.OTHER + "'}", "'s3:GetObject'", "policy/*"));
    assertThat(other.get("/policy/closed/a").status()).isEqualTo(200);
    assertThat(root.put("/policy?publicAccessBlock", block("RestrictPublicBuckets")).status())
        .isEqualTo(200);
    assertThat(nobody.get("/policy/open/a").verdict()).isEqualTo("403 AccessDenied");
    assertThat(other.get("/policy/closed/a").verdict()).isEqualTo("403 AccessDenied");
    assertThat(root.get("/policy/open/a").status()).isEqualTo(200);
    assertThat(root.put("/policy?publicAccessBlock", block("BlockPublicPolicy")).status())
        .isEqualTo(200);
    assertThat(nobody.get("/policy/open/a").status()).isEqualTo(200);
    assertThat(root.put("/policy?policy", policy(READ_OPEN)).verdict())
        .isEqualTo("403 AccessDenied");
  }

  @Test
  void aChangeHoldsForTheVeryNextRequest() {
    for (int i = 0; i < 20; i++) {
      set(READ_OPEN);
      assertThat(nobody.get("/policy/open/a").status()).isEqualTo(200);
      assertThat(root.delete("/policy?policy").status()).isEqualTo(204);
      assertThat(nobody.get("/policy/open/a").status()).isEqualTo(403);
    }
  }

  @Test
  void aPolicyThatCannotBeReadLetsNobodyIn() throws IOException {
    assertThat(root.put("/unreadable", "").status()).isEqualTo(200);
    assertThat(root.put("/unreadable/a", "x").status()).isEqualTo(200);
    var bucket = store.index.ask(new Query.FindBucket(new BucketName("unreadable"))).orElseThrow();
    store.index.submit(new Command.PutDocument(bucket.id(), Policy.KIND.name(), "{\"Stat"));
    for (var http : List.of(nobody, other, root)) {
      assertThat(http.get("/unreadable/a").verdict()).isEqualTo("503 ServiceUnavailable");
    }
  }

  @Test
  void aSignatureThatDoesNotHoldIsNotTakenForNobody() {
    set(READ_OPEN);
    var stranger = SignedHttp.as(store, TestStore.ACCESS_KEY, "wrong");
    assertThat(stranger.get("/policy/open/a").verdict()).isEqualTo("403 SignatureDoesNotMatch");
    var unknown = SignedHttp.as(store, "AKIANOBODY0000000000", "wrong");
    assertThat(unknown.get("/policy/open/a").verdict()).isEqualTo("403 InvalidAccessKeyId");
    for (var query :
        List.of(
            "X-Amz-Signature=aa",
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=x&X-Amz-Date=20200101T000000Z"
                + "&X-Amz-Expires=1&X-Amz-SignedHeaders=host&X-Amz-Signature=aa")) {
      assertThat(nobody.get("/policy/open/a?" + query).status()).isIn(400, 403);
    }
  }
}
