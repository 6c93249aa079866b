package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import ninebark.gateway.TestStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Suite S6: documents made to harm, given to every operation that takes one. Each is refused as the
 * client's mistake; nothing is fetched, no file is read, nothing is stored.
 */
class HostileDocumentsTest {
  private static final String SECRET = "the secret of a file";

  @TempDir static Path folder;
  private static TestStore store;
  private static SignedHttp root;
  private static ServerSocket listener;
  private static final AtomicInteger FETCHES = new AtomicInteger();

  @BeforeAll
  static void open() throws IOException {
    store = TestStore.start();
    root = SignedHttp.root(store);
    assertThat(root.put("/hostile", "", "x-amz-object-ownership: ObjectWriter").status())
        .isEqualTo(200);
    assertThat(root.put("/hostile/key", "x").status()).isEqualTo(200);
    assertThat(root.put("/hostile-locked", "", "x-amz-bucket-object-lock-enabled: true").status())
        .isEqualTo(200);
    assertThat(root.put("/hostile-locked/key", "x").status()).isEqualTo(200);
    Files.writeString(folder.resolve("secret.txt"), SECRET);
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(HostileDocumentsTest::countFetches);
  }

  private static void countFetches() {
    while (!listener.isClosed()) {
      try (var fetched = listener.accept()) {
        FETCHES.incrementAndGet();
        assertThat(fetched.isConnected()).isTrue();
      } catch (IOException closed) {
        return;
      }
    }
  }

  @AfterAll
  static void close() throws IOException {
    listener.close();
    store.close();
  }

  /**
   * One that takes XML.
   *
   * @param root of its documents
   * @param good a document that it would take, without the root's tags; empty if there is none that
   *     could be sent again and again
   */
  record Taker(String method, String target, String root, String good) {
    @Override
    public String toString() {
      return method + " " + target;
    }
  }

  private static List<Taker> takers() {
    return List.of(
        new Taker("PUT", "/hostile-new", "CreateBucketConfiguration", ""),
        new Taker("POST", "/hostile?delete", "Delete", "<Object><Key>none</Key></Object>"),
        new Taker("POST", "/hostile/key?uploadId=UPLOAD", "CompleteMultipartUpload", ""),
        new Taker(
            "PUT",
            "/hostile?cors",
            "CORSConfiguration",
            "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>"),
        new Taker(
            "PUT",
            "/hostile?website",
            "WebsiteConfiguration",
            "<IndexDocument><Suffix>i</Suffix></IndexDocument>"),
        new Taker(
            "PUT",
            "/hostile?lifecycle",
            "LifecycleConfiguration",
            "<Rule><Filter/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>"),
        new Taker("PUT", "/hostile?tagging", "Tagging", "<TagSet/>"),
        new Taker("PUT", "/hostile/key?tagging", "Tagging", "<TagSet/>"),
        new Taker(
            "PUT", "/hostile?versioning", "VersioningConfiguration", "<Status>Enabled</Status>"),
        new Taker(
            "PUT",
            "/hostile-locked?object-lock",
            "ObjectLockConfiguration",
            "<ObjectLockEnabled>Enabled</ObjectLockEnabled>"),
        new Taker("PUT", "/hostile-locked/key?retention", "Retention", ""),
        new Taker("PUT", "/hostile-locked/key?legal-hold", "LegalHold", "<Status>OFF</Status>"),
        new Taker("PUT", "/hostile?acl", "AccessControlPolicy", ""),
        new Taker("PUT", "/hostile/key?acl", "AccessControlPolicy", ""),
        new Taker(
            "PUT",
            "/hostile?publicAccessBlock",
            "PublicAccessBlockConfiguration",
            "<BlockPublicAcls>true</BlockPublicAcls>"),
        new Taker(
            "PUT",
            "/hostile?ownershipControls",
            "OwnershipControls",
            "<Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>"),
        new Taker("PUT", "/hostile?encryption", "ServerSideEncryptionConfiguration", "<Rule/>"),
        new Taker("PUT", "/hostile?notification", "NotificationConfiguration", ""),
        new Taker("PUT", "/hostile?replication", "ReplicationConfiguration", ""),
        new Taker("PUT", "/hostile?logging", "BucketLoggingStatus", ""),
        new Taker("PUT", "/hostile?inventory&id=i", "InventoryConfiguration", ""),
        new Taker("PUT", "/hostile?metrics&id=i", "MetricsConfiguration", ""),
        new Taker(
            "PUT", "/hostile?intelligent-tiering&id=i", "IntelligentTieringConfiguration", ""),
        new Taker("PUT", "/hostile?requestPayment", "RequestPaymentConfiguration", ""),
        new Taker("PUT", "/hostile?accelerate", "AccelerateConfiguration", ""),
        new Taker("PUT", "/hostile?abac", "AbacStatus", ""));
  }

  /** A way to harm. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Attack(String name, byte[] document) {}

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<Attack> attacks(String root, String good) {
    var file = folder.resolve("secret.txt").toUri();
    var url = "http://127.0.0.1:" + listener.getLocalPort() + "/fetched";
    var open = "<" + root + ">";
    var close = "</" + root + ">";
    var body = open + good + close;
    var attacks = new ArrayList<Attack>();
    attacks.add(doctype("external file", root, "<!ENTITY x SYSTEM '" + file + "'>", "&x;"));
    attacks.add(doctype("external url", root, "<!ENTITY x SYSTEM '" + url + "'>", "&x;"));
    attacks.add(doctype("public id", root, "<!ENTITY x PUBLIC 'p' '" + url + "'>", "&x;"));
    attacks.add(doctype("parameter file", root, "<!ENTITY % p SYSTEM '" + file + "'>%p;", good));
    attacks.add(doctype("parameter url", root, "<!ENTITY % p SYSTEM '" + url + "'>%p;", good));
    attacks.add(
        new Attack("external subset", utf8("<!DOCTYPE " + root + " SYSTEM '" + url + "'>" + body)));
    attacks.add(
        new Attack(
            "lower case doctype", utf8("<!doctype " + root + " SYSTEM '" + url + "'>" + body)));
    var laughs = new StringBuilder("<!ENTITY l0 'ha'>");
    for (int i = 1; i < 30; i++) {
      laughs.append("<!ENTITY l").append(i).append(" '");
      laughs.append(("&l" + (i - 1) + ";").repeat(10)).append("'>");
    }
    attacks.add(doctype("a billion laughs", root, laughs.toString(), "&l29;"));
    attacks.add(
        doctype(
            "quadratic", root, "<!ENTITY q '" + "q".repeat(50_000) + "'>", "&q;".repeat(5_000)));
    attacks.add(doctype("defaulted attribute", root, "<!ATTLIST " + root + " a CDATA 'v'>", good));
    attacks.add(new Attack("unknown entity", utf8(open + good + "&nbsp;" + close)));
    attacks.add(
        new Attack(
            "include",
            utf8(
                open
                    + good
                    + "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='"
                    + file
                    + "' parse='text'/>"
                    + close)));
    attacks.add(new Attack("style sheet", utf8("<?xml-stylesheet href='" + url + "'?>" + body)));
    attacks.add(
        new Attack("depth", utf8(open + "<a>".repeat(100_000) + "</a>".repeat(100_000) + close)));
    attacks.add(new Attack("depth without end", utf8(open + "<a>".repeat(300_000))));
    attacks.add(new Attack("width", utf8(open + good + "<a/>".repeat(250_000) + close)));
    var attributes = new StringBuilder("<" + root);
    for (int i = 0; i < 20_000; i++) {
      attributes.append(" a").append(i).append("=''");
    }
    attacks.add(new Attack("attributes", utf8(attributes + "><x/>" + close)));
    attacks.add(
        new Attack("long name", utf8(open + good + "<" + "n".repeat(1_000_000) + "/>" + close)));
    attacks.add(new Attack("text for elements", utf8(open + "text" + close)));
    attacks.add(new Attack("unknown element", utf8(open + good + "<Unknown/>" + close)));
    attacks.add(new Attack("other root", utf8("<Unknown>" + good + "</Unknown>")));
    attacks.add(new Attack("two roots", utf8(body + body)));
    attacks.add(new Attack("not closed", utf8(open + good)));
    attacks.add(new Attack("wrongly closed", utf8(open + good + "</Unknown>")));
    attacks.add(new Attack("text behind", utf8(body + "text")));
    attacks.add(new Attack("no XML", utf8("{\"json\": true}")));
    attacks.add(new Attack("duplicate attribute", utf8("<" + root + " a='' a=''><x/>" + close)));
    attacks.add(new Attack("unbound prefix", utf8(open + good + "<p:x/>" + close)));
    attacks.add(new Attack("control character", utf8(open + good + "\u0001" + close)));
    attacks.add(new Attack("NUL", utf8(open + good + "\u0000" + close)));
    attacks.add(new Attack("referenced NUL", utf8(open + good + "&#0;" + close)));
    attacks.add(new Attack("UTF-16", body.getBytes(StandardCharsets.UTF_16)));
    attacks.add(
        new Attack(
            "UTF-7",
            utf8("<?xml version='1.0' encoding='UTF-7'?>" + open + "+ADw-x/+AD4-" + close)));
    attacks.add(new Attack("broken UTF-8", concat(utf8(open), new byte[] {(byte) 0xC3, 0x28})));
    attacks.add(
        new Attack(
            "overlong UTF-8",
            concat(utf8(open + good), new byte[] {(byte) 0xC0, (byte) 0xAF}, utf8(close))));
    attacks.add(
        new Attack(
            "surrogates in UTF-8",
            concat(
                utf8(open + good),
                new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
                utf8(close))));
    return attacks;
  }

  private static Attack doctype(String name, String root, String subset, String content) {
    return new Attack(
        name,
        utf8(
            "<?xml version=\"1.0\"?><!DOCTYPE "
                + root
                + " ["
                + subset
                + "]><"
                + root
                + ">"
                + content
                + "</"
                + root
                + ">"));
  }

  private static byte[] concat(byte[]... pieces) {
    var out = new ByteArrayOutputStream();
    for (var piece : pieces) {
      out.writeBytes(piece);
    }
    return out.toByteArray();
  }

  private static SignedHttp.Answer send(Taker taker, byte[] document) {
    var target = taker.target();
    if (target.contains("UPLOAD")) {
      target = target.replace("UPLOAD", root.post("/hostile/key?uploads", "").element("UploadId"));
    }
    return root.send(taker.method(), target, document, "content-md5: " + md5(document));
  }

  private static String md5(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static Stream<Arguments> takersAndAttacks() {
    return takers().stream()
        .flatMap(
            taker ->
                attacks(taker.root(), taker.good()).stream()
                    .map(attack -> Arguments.of(taker, attack.name(), attack.document())));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("takersAndAttacks")
  void harmIsRefusedAsAMistake(Taker taker, String name, byte[] document) {
    int before = FETCHES.get();
    var answer = send(taker, document);
    assertThat(answer.status()).as(name).isEqualTo(400);
    assertThat(answer.code())
        .as(name)
        .isIn("MalformedXML", "MalformedACLError", "MaxMessageLengthExceeded");
    assertThat(answer.text()).doesNotContain(SECRET).doesNotContain("Exception");
    assertThat(FETCHES.get()).as("fetched something").isEqualTo(before);
  }

  @Test
  void whatIsTooLargeIsNotRead() {
    try (var narrow =
        TestStore.start(
            config -> config.withLimits(config.limits().withMaxDocumentBytes(64 << 10)))) {
      var owner = SignedHttp.root(narrow);
      assertThat(owner.put("/hostile", "", "x-amz-object-ownership: ObjectWriter").status())
          .isEqualTo(200);
      assertThat(owner.put("/hostile/key", "x").status()).isEqualTo(200);
      assertThat(
              owner.put("/hostile-locked", "", "x-amz-bucket-object-lock-enabled: true").status())
          .isEqualTo(200);
      assertThat(owner.put("/hostile-locked/key", "x").status()).isEqualTo(200);
      var id = owner.post("/hostile/key?uploads", "").element("UploadId");
      for (var taker : takers()) {
        var body =
            utf8("<" + taker.root() + ">" + " ".repeat(64 << 10) + "</" + taker.root() + ">");
        var answer =
            owner.send(
                taker.method(),
                taker.target().replace("UPLOAD", id),
                body,
                "content-md5: " + md5(body));
        assertThat(answer.verdict()).as(taker.toString()).isEqualTo("400 MaxMessageLengthExceeded");
      }
    }
  }

  @Test
  void nothingOfItWasStored() {
    assertThat(root.get("/hostile-new").status()).isEqualTo(404);
    assertThat(root.get("/hostile/key").text()).isEqualTo("x");
    for (var kind : List.of("cors", "website", "lifecycle", "replication")) {
      assertThat(root.get("/hostile?" + kind).status()).as(kind).isEqualTo(404);
    }
  }

  /** So that the refusals above are about the harm and nothing else. */
  @Test
  void withoutTheHarmTheyAreTaken() {
    for (var taker : takers()) {
      if (!taker.good().isEmpty()) {
        var body = "<" + taker.root() + ">" + taker.good() + "</" + taker.root() + ">";
        var bucket = taker.target().replaceFirst("^/hostile(?=[?/])", "/hostile-good");
        if (bucket.startsWith("/hostile-good")) {
          root.put("/hostile-good", "", "x-amz-object-ownership: ObjectWriter");
          root.put("/hostile-good/key", "x");
        }
        var answer = send(new Taker(taker.method(), bucket, taker.root(), ""), utf8(body));
        assertThat(answer.status()).as(taker + " " + answer.text()).isBetween(200, 204);
      }
    }
  }

  // --- policies in JSON -------------------------------------------------------------------------

  private static final String STATEMENT =
      "{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:GetObject\","
          + " \"Resource\": \"arn:aws:s3:::hostile/*\"}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Version\": \"2012-10-17\", \"Version\": \"2012-10-17\", \"Statement\": [S]}",
        "{\"Version\": \"2012-10-17\", \"Statement\": [S], \"Statement\": []}",
        "{\"Version\": \"2012-10-17\", \"Statement\": [S]} {}",
        "{\"Version\": \"2012-10-17\", \"Statement\": [S]",
        "{\"Version\": \"2012-10-17\", \"Statement\": [S],}",
        "{\"Version\": \"2012-10-17\", 'Statement': [S]}",
        "{\"Version\": \"2012-10-17\", \"Statement\": [S], \"Unknown\": 1}",
        "// comment\n{\"Version\": \"2012-10-17\", \"Statement\": [S]}",
        "{\"Version\": \"2012-10-17\", \"Statement\": NaN}",
        "[]",
        "\u0000"
      })
  void policiesThatAreDoubtfulAreRefused(String policy) {
    var answer = root.put("/hostile?policy", policy.replace("S]", STATEMENT + "]"));
    assertThat(answer.verdict()).isEqualTo("400 MalformedPolicy");
    assertThat(root.get("/hostile?policy").status()).isEqualTo(404);
  }

  @Test
  void policiesOfGreatDepthOrSizeAreRefused() {
    for (var policy :
        List.of(
            "[".repeat(20_000),
            "{\"a\":".repeat(4_000),
            "{\"Version\": \"2012-10-17\", \"Statement\": "
                + "[".repeat(9_000)
                + "]".repeat(9_000)
                + "}",
            "{\"Version\": \"" + "2".repeat(30_000) + "\"}",
            "{\"Version\": " + "9".repeat(15_000) + ", \"Statement\": []}")) {
      assertThat(root.put("/hostile?policy", policy).verdict()).isEqualTo("400 MalformedPolicy");
    }
  }
}
