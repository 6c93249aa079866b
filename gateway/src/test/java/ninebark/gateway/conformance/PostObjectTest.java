package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Random;
import ninebark.gateway.TestStore;
import ninebark.gateway.form.PostForm;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.sigv2.LegacyVerifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads by forms: suite S17 among them. */
@Covers(S3Operation.POST_OBJECT)
class PostObjectTest {
  private static final String BUCKET = "forms";
  private static TestStore store;
  private static SignedHttp root;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    root = SignedHttp.root(store);
    assertThat(root.put("/" + BUCKET, "").status()).isEqualTo(200);
    assertThat(root.put("/other-forms", "").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static BrowserForm form() {
    return new BrowserForm();
  }

  private static SignedHttp.Answer post(BrowserForm form) {
    return form.post(store, "/" + BUCKET);
  }

  private static void assertAbsent(String key) {
    assertThat(root.head("/" + BUCKET + "/" + key).status()).isEqualTo(404);
  }

  private static String text(String key) {
    return root.get("/" + BUCKET + "/" + key).text();
  }

  // --- what works -------------------------------------------------------------------------------

  @Test
  void aSignedFormUploads() {
    var answer =
        post(form().allowed("key", "plain").signed(BUCKET).file("a.txt", "the file's text"));
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.bytes()).isEmpty();
    assertThat(answer.header("location")).isEqualTo("http://localhost/forms/plain");
    assertThat(text("plain")).isEqualTo("the file's text");
    assertThat(root.head("/forms/plain").header("etag")).isEqualTo(answer.header("etag"));
    assertThat(root.head("/forms/plain").header("content-type")).isEqualTo("binary/octet-stream");
  }

  @Test
  void aFormSignedWithVersionTwoUploads() {
    var answer = post(form().allowed("key", "old").signedLegacy(BUCKET).file("a", "old way"));
    assertThat(answer.status()).isEqualTo(204);
    assertThat(text("old")).isEqualTo("old way");
  }

  @Test
  void aBucketInTheHostHeaderIsPostedToAtTheRoot() {
    var answer =
        form()
            .allowed("key", "by host")
            .signed(BUCKET)
            .file("a", "x")
            .post(store, "/", "host: forms.s3.localhost");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("location")).isEqualTo("http://forms.s3.localhost/by%20host");
    assertThat(text("by%20host")).isEqualTo("x");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 100_000, 3_000_000})
  void filesOfAnySizeArriveByteForByte(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    if (length > 100) {
      // What looks like the end of the form but is not.
      var almost = ("\r\n--" + BrowserForm.BOUNDARY).getBytes(StandardCharsets.UTF_8);
      System.arraycopy(almost, 0, bytes, 50, almost.length - 1);
    }
    var key = "size-" + length;
    assertThat(post(form().allowed("key", key).signed(BUCKET).file("f", bytes)).status())
        .isEqualTo(204);
    assertThat(root.get("/forms/" + key).bytes()).isEqualTo(bytes);
  }

  @Test
  void namesOfFieldsAndOperatorsHaveNoCase() {
    var answer =
        post(
            form()
                .condition("[\"StArTs-WiTh\", \"$KeY\", \"foo\"]")
                .condition("{\"aCl\": \"private\"}")
                .condition("[\"starts-with\", \"$CONTENT-type\", \"text/\"]")
                .field("KEY", "foo-case")
                .field("ACL", "private")
                .field("content-TYPE", "text/plain")
                .signed(BUCKET)
                .raw("form-data; name=\"FILE\"; filename=\"x\"", new byte[] {'x'}));
    assertThat(answer.status()).isEqualTo(204);
    assertThat(root.head("/forms/foo-case").header("content-type")).isEqualTo("text/plain");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user/${filename}|pic.png|user/pic.png",
        "user/${filename}|C:\\Users\\me\\pic2.png|user/pic2.png",
        "user/${filename}|/home/me/pic3.png|user/pic3.png",
        "user/${filename}/${filename}|twice|user/twice/twice",
        "user/${filename}|ünï.txt|user/%C3%BCn%C3%AF.txt",
        "user/${filename}|..|user/..",
        "user/$filename|x|user/%24filename"
      })
  void theNameOfTheFileBecomesPartOfTheKey(String key, String fileName, String stored) {
    var answer =
        post(
            form()
                .condition("[\"starts-with\", \"$key\", \"user/\"]")
                .field("key", key)
                .signed(BUCKET)
                .file(fileName, "of " + fileName));
    assertThat(answer.status()).isEqualTo(204);
    assertThat(text(stored)).isEqualTo("of " + fileName);
  }

  @Test
  void theNameOfTheFileCannotLeadOutOfWhatThePolicyAllows() {
    var form =
        form()
            .condition("[\"starts-with\", \"$key\", \"user/\"]")
            .field("key", "${filename}")
            .signed(BUCKET)
            .file("elsewhere", "x");
    assertThat(post(form).verdict()).isEqualTo("403 AccessDenied");
    assertAbsent("elsewhere");
  }

  @Test
  void fieldsBecomeTheObjectsHeaders() {
    var answer =
        post(
            form()
                .allowed("key", "headers")
                .allowed("Content-Type", "text/css")
                .allowed("Cache-Control", "max-age=5")
                .allowed("Content-Disposition", "attachment; filename=x")
                .allowed("Content-Encoding", "identity")
                .allowed("Expires", "Thu, 01 Dec 2033 16:00:00 GMT")
                .allowed("x-amz-meta-one", "first")
                .allowed("X-Amz-Meta-Two", "second")
                .allowed("x-amz-storage-class", "STANDARD")
                .signed(BUCKET)
                .file("a", "x"));
    assertThat(answer.status()).isEqualTo(204);
    var head = root.head("/forms/headers");
    assertThat(head.header("content-type")).isEqualTo("text/css");
    assertThat(head.header("cache-control")).isEqualTo("max-age=5");
    assertThat(head.header("content-disposition")).isEqualTo("attachment; filename=x");
    assertThat(head.header("content-encoding")).isEqualTo("identity");
    assertThat(head.header("expires")).isEqualTo("Thu, 01 Dec 2033 16:00:00 GMT");
    assertThat(head.header("x-amz-meta-one")).isEqualTo("first");
    assertThat(head.header("x-amz-meta-two")).isEqualTo("second");
  }

  @Test
  void fieldsToIgnoreAreIgnored() {
    var answer =
        post(
            form()
                .allowed("key", "ignoring")
                .field("x-ignore-me", "anything")
                .signed(BUCKET)
                .file("a", "x"));
    assertThat(answer.status()).isEqualTo(204);
  }

  @Test
  void whatStandsBehindTheFileMeansNothing() {
    var answer =
        post(
            form()
                .allowed("key", "behind")
                .signed(BUCKET)
                .file("a", "x")
                .field("key", "other")
                .field("acl", "public-read")
                .field("submit", "go"));
    assertThat(answer.status()).isEqualTo(204);
    assertThat(text("behind")).isEqualTo("x");
    assertAbsent("other");
  }

  @Test
  void bytesBeforeTheFirstBoundaryAndBehindTheLastMeanNothing() {
    var form = form().allowed("key", "around").signed(BUCKET).file("a", "x");
    var bytes =
        ("a preamble\r\n" + new String(form.bytes(), StandardCharsets.UTF_8) + "an epilogue")
            .getBytes(StandardCharsets.UTF_8);
    var answer =
        SignedHttp.anonymous(store).send("POST", "/forms", bytes, BrowserForm.CONTENT_TYPE);
    assertThat(answer.status()).isEqualTo(204);
    assertThat(text("around")).isEqualTo("x");
  }

  // --- answers ----------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"200,200", "201,201", "204,204", "404,204", "'',204", "abc,204"})
  void theFormChoosesTheStatus(String wanted, int status) {
    var answer =
        post(
            form()
                .allowed("key", "status " + wanted)
                .allowed("success_action_status", wanted)
                .signed(BUCKET)
                .file("a", "x"));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("etag")).startsWith("\"").endsWith("\"");
    if (status != 201) {
      assertThat(answer.bytes()).isEmpty();
    }
  }

  @Test
  void theStatus201ComesWithADocument() {
    var answer =
        post(
            form()
                .allowed("key", "a b&c")
                .allowed("success_action_status", "201")
                .signed(BUCKET)
                .file("a", "x"));
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header("content-type")).isEqualTo("application/xml");
    var xml = answer.xml().expect("PostResponse");
    assertThat(xml.required("Location")).isEqualTo("http://localhost/forms/a%20b%26c");
    assertThat(xml.required("Bucket")).isEqualTo("forms");
    assertThat(xml.required("Key")).isEqualTo("a b&c");
    assertThat(xml.required("ETag")).isEqualTo(answer.header("etag"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://localhost/done|http://localhost/done?",
        "https://example.com/done?a=1|https://example.com/done?a=1&",
        "http://localhost|http://localhost?"
      })
  void theFormMaySendTheBrowserElsewhere(String redirect, String expected) {
    for (var field : new String[] {"success_action_redirect", "redirect"}) {
      var answer =
          post(
              form()
                  .allowed("key", "to/a b")
                  .allowed(field, redirect)
                  .allowed("success_action_status", "201")
                  .signed(BUCKET)
                  .file("a", "x"));
      assertThat(answer.status()).isEqualTo(303);
      assertThat(answer.header("location"))
          .isEqualTo(
              expected
                  + "bucket=forms&key=to%2Fa%20b&etag=%22"
                  + answer.header("etag").replace("\"", "")
                  + "%22");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"javascript:alert(1)", "not a url", "/relative", "ftp://h/x", "http:"})
  void aRedirectThatIsNoneIsAsIfItWereNotThere(String redirect) {
    var answer =
        post(
            form()
                .allowed("key", "redirected")
                .allowed("success_action_redirect", redirect)
                .signed(BUCKET)
                .file("a", "x"));
    assertThat(answer.status()).isEqualTo(204);
  }

  // --- checksums --------------------------------------------------------------------------------

  @Test
  void aChecksumInAFieldIsCompared() {
    var right = "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=";
    for (var sum : new String[] {right, right.replace('y', 'z')}) {
      var answer =
          post(
              form()
                  .allowed("key", "sum")
                  .allowed("x-amz-checksum-sha256", sum)
                  .allowed("x-amz-checksum-algorithm", "SHA256")
                  .signed(BUCKET)
                  .file("a", "a"));
      assertThat(answer.verdict()).isEqualTo(sum.equals(right) ? "204" : "400 BadDigest");
    }
    assertThat(
            root.head("/forms/sum", "x-amz-checksum-mode: ENABLED").header("x-amz-checksum-sha256"))
        .isEqualTo(right);
  }

  @Test
  void anMd5InAFieldIsCompared() {
    var answer =
        post(
            form()
                .allowed("key", "md5")
                .allowed("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==")
                .signed(BUCKET)
                .file("a", "not empty"));
    assertThat(answer.verdict()).isEqualTo("400 BadDigest");
    assertAbsent("md5");
  }

  @Test
  void conditionsOnTheObjectAreJudged() {
    assertThat(post(form().allowed("key", "once").signed(BUCKET).file("a", "first")).status())
        .isEqualTo(204);
    var again =
        post(
            form()
                .allowed("key", "once")
                .allowed("if-none-match", "*")
                .signed(BUCKET)
                .file("a", "second"));
    assertThat(again.verdict()).isEqualTo("412 PreconditionFailed");
    assertThat(text("once")).isEqualTo("first");
  }

  // --- refusals ---------------------------------------------------------------------------------

  @Test
  void nobodyUploadsWithoutASignature() {
    var answer = post(form().field("key", "nobody").file("a", "x"));
    assertThat(answer.verdict()).isEqualTo("403 AccessDenied");
    assertAbsent("nobody");
  }

  @Test
  void nobodyUploadsWithAPolicyThatNobodySigned() {
    var form = form().allowed("key", "nobody").condition("{\"bucket\": \"forms\"}");
    form.field("policy", form.policy(Instant.now().plusSeconds(60))).file("a", "x");
    assertThat(post(form).verdict()).isEqualTo("403 AccessDenied");
    assertAbsent("nobody");
  }

  @Test
  void anyoneUploadsWhereTheBucketsPolicySaysSo() {
    assertThat(root.put("/open-forms", "").status()).isEqualTo(200);
    assertThat(root.delete("/open-forms?publicAccessBlock").status()).isEqualTo(204);
    assertThat(
            root.put(
                    "/open-forms?policy",
                    """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*",
                     "Action": "s3:PutObject", "Resource": "arn:aws:s3:::open-forms/in/*"}]}
                    """
                        .strip())
                .status())
        .isEqualTo(204);
    assertThat(form().field("key", "in/x").file("a", "x").post(store, "/open-forms").status())
        .isEqualTo(204);
    assertThat(form().field("key", "out/x").file("a", "x").post(store, "/open-forms").verdict())
        .isEqualTo("403 AccessDenied");
    assertThat(root.get("/open-forms/in/x").text()).isEqualTo("x");
  }

  @Test
  void anotherAccountsSignatureDoesNotOpenTheBucket() {
    assertThat(SignedHttp.other(store).put("/their-forms", "").status()).isEqualTo(200);
    var answer =
        form().allowed("key", "k").signed("their-forms").file("a", "x").post(store, "/their-forms");
    assertThat(answer.verdict()).isEqualTo("403 AccessDenied");
  }

  @Test
  void aBrokenSignatureIsRefused() {
    var four = form().allowed("key", "k").signed(BUCKET).bytes();
    var text = new String(four, StandardCharsets.UTF_8);
    int at = text.lastIndexOf("\r\n--") - 1;
    four[at] = (byte) (four[at] == '0' ? '1' : '0');
    var end = new String(four, StandardCharsets.UTF_8).lastIndexOf("--" + BrowserForm.BOUNDARY);
    var whole =
        new String(four, 0, end, StandardCharsets.UTF_8)
            + "--"
            + BrowserForm.BOUNDARY
            + "\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--"
            + BrowserForm.BOUNDARY
            + "--\r\n";
    var answer =
        SignedHttp.anonymous(store)
            .send(
                "POST", "/forms", whole.getBytes(StandardCharsets.UTF_8), BrowserForm.CONTENT_TYPE);
    assertThat(answer.verdict()).isEqualTo("403 SignatureDoesNotMatch");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AWSAccessKeyId=stranger;policy=e30=;signature=x|403 InvalidAccessKeyId",
        "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE;policy=e30=;signature=x|403 SignatureDoesNotMatch",
        "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE;policy=e30=|400 InvalidArgument",
        "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE;signature=x|400 InvalidArgument",
        "signature=x;policy=e30=|400 InvalidArgument",
        "x-amz-signature=x;policy=e30=|400 InvalidArgument",
        "x-amz-signature=x;policy=e30=;x-amz-algorithm=AWS4-HMAC-SHA1;x-amz-credential=c;x-amz-date=d|400 InvalidArgument",
        "x-amz-signature=x;policy=e30=;x-amz-algorithm=AWS4-HMAC-SHA256;x-amz-credential=c;x-amz-date=d|400 InvalidArgument",
        "x-amz-signature=x;policy=e30=;x-amz-algorithm=AWS4-HMAC-SHA256;x-amz-credential=c;x-amz-date=20260101T000000Z|400 AuthorizationQueryParametersError",
        "x-amz-signature=x;policy=e30=;x-amz-algorithm=AWS4-HMAC-SHA256;x-amz-credential=c/20260101/r/s3/aws4_request;x-amz-date=20260101T000000Z|403 InvalidAccessKeyId",
        "x-amz-signature=x;policy=e30=;x-amz-algorithm=AWS4-HMAC-SHA256;x-amz-credential=AKIAIOSFODNN7EXAMPLE/20260101/r/s3/aws4_request;x-amz-date=20260101T000000Z|403 SignatureDoesNotMatch",
        "x-amz-signature=x;policy=e30=;x-amz-algorithm=AWS4-HMAC-SHA256;x-amz-credential=AKIAIOSFODNN7EXAMPLE/20260101/r/s3/aws4_request;x-amz-date=20260102T000000Z|400 AuthorizationQueryParametersError",
        "x-amz-security-token=t|400 InvalidToken",
        "policy=e30=|403 AccessDenied"
      })
  void spoiledProofsAreRefused(String fields, String verdict) {
    var form = form().field("key", "spoiled");
    for (var field : fields.split(";", -1)) {
      form.field(field.substring(0, field.indexOf('=')), field.substring(field.indexOf('=') + 1));
    }
    assertThat(post(form.file("a", "x")).verdict()).isEqualTo(verdict);
    assertAbsent("spoiled");
  }

  @Test
  void anExpiredPolicyIsRefused() {
    var answer =
        post(
            form()
                .allowed("key", "late")
                .signed(BUCKET, Instant.parse("2020-01-01T00:00:00Z"))
                .file("a", "x"));
    assertThat(answer.verdict()).isEqualTo("403 AccessDenied");
    assertThat(answer.element("Message")).isEqualTo("Invalid according to Policy: Policy expired.");
    assertAbsent("late");
  }

  @Test
  void aPolicyForAnotherBucketIsRefused() {
    var answer =
        form()
            .allowed("key", "wrong")
            .signed("other-forms")
            .file("a", "x")
            .post(store, "/" + BUCKET);
    assertThat(answer.verdict()).isEqualTo("403 AccessDenied");
    assertThat(answer.element("Message")).contains("Policy Condition failed", "other-forms");
    assertAbsent("wrong");
  }

  @Test
  void everyFieldMustBeAllowed() {
    for (var field : new String[] {"acl", "x-amz-meta-a", "Content-Type", "submit", "tagging"}) {
      var answer =
          post(form().allowed("key", "extra").field(field, "v").signed(BUCKET).file("a", "x"));
      assertThat(answer.verdict()).isEqualTo("403 AccessDenied");
      assertThat(answer.element("Message"))
          .isEqualTo(
              "Invalid according to Policy: Extra input fields: " + field.toLowerCase(Locale.ROOT));
    }
    assertAbsent("extra");
  }

  @ParameterizedTest
  @CsvSource({
    "0,0,1,400 EntityTooLarge",
    "0,9,10,400 EntityTooLarge",
    "0,10,10,204",
    "10,10,10,204",
    "11,100,10,400 EntityTooSmall",
    "1,100,0,400 EntityTooSmall",
    "0,100000,100001,400 EntityTooLarge",
    "0,100000,1000000,400 EntityTooLarge",
    "200001,300000,200000,400 EntityTooSmall",
    "100000,300000,200000,204"
  })
  void theLengthIsKeptToWhatThePolicySays(int least, int most, int length, String verdict) {
    var key = "length-" + least + "-" + most + "-" + length;
    var answer =
        post(
            form()
                .allowed("key", key)
                .condition("[\"content-length-range\", " + least + ", " + most + "]")
                .signed(BUCKET)
                .file("a", "x".repeat(length)));
    assertThat(answer.verdict()).isEqualTo(verdict);
    if (answer.status() == 204) {
      assertThat(text(key)).hasSize(length);
    } else {
      assertAbsent(key);
      assertThat(answer.element("ProposedSize")).isNotEmpty();
      assertThat(answer.element(verdict.endsWith("Large") ? "MaxSizeAllowed" : "MinSizeAllowed"))
          .isEqualTo(Integer.toString(verdict.endsWith("Large") ? most : least));
    }
  }

  @Test
  void aRefusedFileLeavesNoBytesBehind() {
    int before = store.stripes.count();
    for (int i = 0; i < 3; i++) {
      var answer =
          post(
              form()
                  .allowed("key", "refused")
                  .condition("[\"content-length-range\", 0, 150000]")
                  .signed(BUCKET)
                  .file("a", "x".repeat(200_000)));
      assertThat(answer.verdict()).isEqualTo("400 EntityTooLarge");
    }
    assertThat(store.stripes.count()).isEqualTo(before);
  }

  // --- forms that are none ----------------------------------------------------------------------

  @Test
  void aFormWithoutAKeyIsRefused() {
    var answer =
        post(form().condition("{\"x\": \"\"}").field("x", "").signed(BUCKET).file("a", "x"));
    assertThat(answer.verdict()).isEqualTo("400 UserKeyMustBeSpecified");
    assertThat(answer.element("ArgumentName")).isEqualTo("key");
    assertThat(post(form().field("key", "").file("a", "x")).verdict())
        .isEqualTo("400 UserKeyMustBeSpecified");
    assertThat(post(form().file("a", "x").field("key", "too late")).verdict())
        .isEqualTo("400 UserKeyMustBeSpecified");
  }

  @Test
  void aFormHasOneFile() {
    assertThat(post(form().allowed("key", "none").signed(BUCKET)).verdict())
        .isEqualTo("400 IncorrectNumberOfFilesInPostRequest");
    assertThat(
            post(form().allowed("key", "two").signed(BUCKET).file("a", "x").file("b", "y"))
                .verdict())
        .isEqualTo("400 IncorrectNumberOfFilesInPostRequest");
    assertAbsent("two");
  }

  @Test
  void aFieldStandsOnce() {
    for (var field : new String[] {"key", "KEY", "acl", "policy", "x-amz-meta-a"}) {
      var answer =
          post(
              form()
                  .field("key", "double")
                  .field("acl", "private")
                  .field("policy", "p")
                  .field("x-amz-meta-a", "1")
                  .field(field, "other")
                  .file("a", "x"));
      assertThat(answer.verdict()).isEqualTo("400 InvalidArgument");
    }
    assertAbsent("double");
  }

  @Test
  void fieldsBeforeTheFileAreBounded() {
    var large = "x".repeat(PostForm.MAX_FIELD_BYTES);
    assertThat(post(form().field("key", "k").field("x-ignore-a", large).file("a", "x")).verdict())
        .isEqualTo("400 MaxPostPreDataLengthExceeded");
    var many = form().field("key", "k");
    for (int i = 0; i < 3000; i++) {
      many.field("x-ignore-" + i, "");
    }
    assertThat(post(many.file("a", "x")).verdict()).isEqualTo("400 MaxPostPreDataLengthExceeded");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content-type: application/x-www-form-urlencoded",
        "content-type: text/plain",
        "content-type: multipart/form-data",
        "content-type: multipart/form-data; boundary=",
        "content-type: multipart/mixed; boundary=x"
      })
  void onlyMultipartFormsAreTaken(String contentType) {
    var answer = form().field("key", "k").file("a", "x").post(store, "/forms", contentType);
    assertThat(answer.verdict()).isEqualTo("412 PreconditionFailed");
    assertThat(answer.element("Condition"))
        .isEqualTo("Bucket POST must be of the enclosure-type multipart/form-data");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no boundary",
        "--" + BrowserForm.BOUNDARY + "\r\n",
        "--" + BrowserForm.BOUNDARY + "\r\n\r\nx\r\n--" + BrowserForm.BOUNDARY + "--"
      })
  void whatIsNoFormIsRefused(String body) {
    var answer =
        SignedHttp.anonymous(store)
            .send(
                "POST", "/forms", body.getBytes(StandardCharsets.UTF_8), BrowserForm.CONTENT_TYPE);
    assertThat(answer.verdict()).isEqualTo("400 MalformedPOSTRequest");
  }

  @Test
  void aFormThatEndsWithinItsFileStoresNothing() throws Exception {
    var form = form().allowed("key", "cut").signed(BUCKET).file("a", "x".repeat(100_000));
    var bytes = form.bytes();
    for (int cut : new int[] {50_000, BrowserForm.BOUNDARY.length() + 4, 6}) {
      var part = Arrays.copyOf(bytes, bytes.length - cut);
      var answer =
          SignedHttp.anonymous(store).send("POST", "/forms", part, BrowserForm.CONTENT_TYPE);
      assertThat(answer.verdict()).isEqualTo("400 MalformedPOSTRequest");
      assertAbsent("cut");
    }
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), store.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /forms HTTP/1.1\r\nhost: localhost\r\n"
                  + BrowserForm.CONTENT_TYPE
                  + "\r\ncontent-length: "
                  + bytes.length
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      out.write(bytes, 0, bytes.length - 50_000);
      socket.shutdownOutput();
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("IncompleteBody");
    }
    assertAbsent("cut");
  }

  @Test
  void aKeyMayBeThatLongAndNoLonger() {
    var key = "k".repeat(1024);
    assertThat(post(form().allowed("key", key).signed(BUCKET).file("a", "x")).status())
        .isEqualTo(204);
    assertThat(post(form().allowed("key", key + "k").signed(BUCKET).file("a", "x")).verdict())
        .isEqualTo("400 KeyTooLongError");
    assertThat(post(form().allowed("key", "ü".repeat(513)).signed(BUCKET).file("a", "x")).verdict())
        .isEqualTo("400 KeyTooLongError");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x-amz-server-side-encryption|aws:kms|501 NotImplemented",
        "x-amz-storage-class|NONSENSE|400 InvalidStorageClass",
        "acl|public-read|400 AccessControlListNotSupported",
        "tagging|<Tagging>|400 MalformedXML",
        "x-amz-checksum-sha256|abc|400 InvalidRequest",
        "x-amz-meta-a|a\\nb|400 InvalidArgument",
        "x-amz-expected-bucket-owner|somebody|403 AccessDenied"
      })
  void fieldsAreJudgedAsHeadersAre(String field, String value, String verdict) {
    var text = value.replace("\\n", "\n");
    var form =
        form()
            .allowed("key", "judged")
            .condition("[\"starts-with\", \"$" + field + "\", \"\"]")
            .field(field, text)
            .signed(BUCKET)
            .file("a", "x");
    assertThat(post(form).verdict()).isEqualTo(verdict);
    assertAbsent("judged");
  }

  @Test
  void headersOfTheRequestItselfChangeNothing() {
    var answer =
        form()
            .allowed("key", "unmoved")
            .signed(BUCKET)
            .file("a", "x")
            .post(
                store,
                "/forms",
                "x-amz-meta-a: 1",
                "x-amz-acl: public-read",
                "x-amz-storage-class: NONSENSE");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(root.head("/forms/unmoved").header("x-amz-meta-a")).isEmpty();
  }

  @Test
  void aBucketThatIsNotThereIsToldBeforeTheFormIsRead() {
    var answer =
        form().allowed("key", "k").signed("nowhere").file("a", "x").post(store, "/nowhere");
    assertThat(answer.verdict()).isEqualTo("404 NoSuchBucket");
  }

  @Test
  void aSignedRequestThatCarriesAFormIsRefused() {
    var bytes = form().allowed("key", "both").signed(BUCKET).file("a", "x").bytes();
    var answer = root.send("POST", "/forms", bytes, BrowserForm.CONTENT_TYPE);
    assertThat(answer.verdict()).isEqualTo("400 InvalidArgument");
    assertAbsent("both");
  }

  @Test
  void aPolicyThatIsNoneIsRefused() {
    for (var policy : new String[] {"{}", "[]", "not json"}) {
      var base64 = Base64.getEncoder().encodeToString(policy.getBytes(StandardCharsets.UTF_8));
      var answer =
          post(
              form()
                  .field("key", "k")
                  .field("AWSAccessKeyId", TestStore.ACCESS_KEY)
                  .field("policy", base64)
                  .field("signature", LegacyVerifier.sign(TestStore.SECRET_KEY, base64))
                  .file("a", "x"));
      assertThat(answer.verdict()).isEqualTo("400 InvalidPolicyDocument");
    }
  }
}
