package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import ninebark.gateway.TestStore;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.xml.XmlElement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys are bytes: whatever they look like, they stay in their bucket and come back the same. */
@Covers({S3Operation.PUT_OBJECT, S3Operation.COPY_OBJECT, S3Operation.DELETE_OBJECTS})
class KeysTest {
  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
    TestBuckets.make(http, "keys");
    TestBuckets.make(http, "target");
    TestBuckets.make(http, "bystander");
    assertThat(http.put("/bystander/victim", "untouched").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  static Stream<String> oddKeys() {
    return Stream.of(
        "..",
        ".",
        "../bystander/victim",
        "../../bystander/victim",
        "a/../../bystander/victim",
        "./a",
        "a/./b",
        "a/../b",
        "a/..",
        "/",
        "//",
        "/leading",
        "//bystander/victim",
        "trailing/",
        "double//slash",
        "..\\bystander\\victim",
        "C:\\windows",
        "%2e%2e",
        "%2F",
        "%252F",
        "%",
        "%zz",
        "a+b",
        "a b",
        " leading space",
        "trailing space ",
        "a?b",
        "a?versionId=null",
        "a#b",
        "a&b=c;d",
        "a\"b'c",
        "<xml>&amp;</xml>",
        "]]>",
        "line\nfeed",
        "carriage\rreturn",
        "tab\tbed",
        "nul\u0000byte",
        "\u0000",
        "\u0001\u001f\u007f",
        "ü",
        "u\u0308",
        "日本語",
        "😀",
        "\u202eltr",
        "\ufeffbom",
        "\uffff",
        "~.minio.sys/config",
        ".ninebark/index",
        "MANIFEST-000001",
        "CURRENT",
        "stripes/0000000000000001",
        "null",
        "bucket",
        "target/x",
        "k".repeat(1024),
        "ü".repeat(512),
        "😀".repeat(256),
        "a/".repeat(512));
  }

  private static String enc(String key) {
    return PercentCoding.encode(key);
  }

  /** Every byte escaped, also where there is no need. */
  private static String fully(String key) {
    var text = new StringBuilder();
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      text.append("%%%02x".formatted(b & 0xFF));
    }
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("oddKeys")
  void aKeyIsTheSameInUrlsListsCopiesAndMassDeletes(String key) {
    var body = "body of " + enc(key);
    assertThat(http.put("/keys/" + enc(key), body).verdict()).isEqualTo("200");
    assertThat(http.get("/keys/" + fully(key)).text()).isEqualTo(body);

    // The only key there is; as a whole, as a prefix, behind a token.
    assertThat(listed("/keys?list-type=2&encoding-type=url")).containsExactly(key);
    assertThat(listed("/keys?list-type=2&encoding-type=url&prefix=" + enc(key)))
        .containsExactly(key);
    assertThat(listed("/keys?encoding-type=url&marker=" + enc(key))).isEmpty();
    assertThat(listed("/keys?list-type=2&encoding-type=url&start-after=" + enc(key))).isEmpty();

    var copy = http.put("/target/" + enc(key), "", "x-amz-copy-source: /keys/" + enc(key));
    assertThat(copy.verdict()).isEqualTo("200");
    assertThat(http.get("/target/" + enc(key)).text()).isEqualTo(body);
    assertThat(http.head("/target/" + enc(key)).header("content-length"))
        .isEqualTo(Integer.toString(body.length()));

    assertThat(http.delete("/target/" + enc(key)).status()).isEqualTo(204);
    assertThat(http.head("/target/" + enc(key)).status()).isEqualTo(404);
    if (isXml(key)) {
      var document = "<Delete><Object><Key>" + escaped(key) + "</Key></Object></Delete>";
      var deleted = http.post("/keys?delete", document, "content-md5: " + md5(document));
      assertThat(deleted.verdict()).isEqualTo("200");
      assertThat(deleted.text()).doesNotContain("<Error>");
    } else {
      assertThat(http.delete("/keys/" + enc(key)).status()).isEqualTo(204);
    }
    assertThat(listed("/keys?list-type=2&encoding-type=url")).isEmpty();
    assertThat(listed("/target?list-type=2&encoding-type=url")).isEmpty();
    assertThat(http.get("/bystander/victim").text()).isEqualTo("untouched");
    assertThat(listed("/bystander?list-type=2")).containsExactly("victim");
  }

  private static List<String> listed(String target) {
    var answer = http.get(target);
    assertThat(answer.verdict()).isEqualTo("200");
    return answer.xml().all("Contents").stream()
        .map((XmlElement each) -> PercentCoding.decodePath(each.required("Key")).orElseThrow())
        .toList();
  }

  private static boolean isXml(String key) {
    return key.codePoints()
        .allMatch(
            c -> c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xFFFE) || c > 0xFFFF);
  }

  private static String escaped(String key) {
    return key.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\r", "&#13;")
        .replace("\n", "&#10;")
        .replace("\t", "&#9;");
  }

  private static String md5(String document) {
    var digest = ninebark.gateway.digest.Md5.jdk();
    return java.util.Base64.getEncoder()
        .encodeToString(digest.digest(document.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%C0%AF",
        "%C0%80",
        "%E0%80%AF",
        "%ED%A0%80",
        "%FF",
        "%F4%90%80%80",
        "a%",
        "a%2",
        "%GG"
      })
  void whatIsNoUtf8OrNoEscapeIsNoKey(String raw) {
    assertThat(http.put("/keys/" + raw, "x").verdict()).isEqualTo("400 InvalidURI");
    assertThat(http.put("/target/x", "", "x-amz-copy-source: keys/" + raw).verdict())
        .isEqualTo("400 InvalidArgument");
    // A query that cannot be read cannot be signed either.
    assertThat(SignedHttp.anonymous(store).get("/keys?list-type=2&prefix=" + raw).verdict())
        .isEqualTo("400 InvalidURI");
    assertThat(listed("/keys?list-type=2")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", "ü", "😀"})
  void aKeyHasUpTo1024Bytes(String letter) {
    var longest = letter.repeat(1024 / letter.getBytes(StandardCharsets.UTF_8).length);
    var tooLong = enc(longest + "k");
    for (var method : List.of("PUT", "GET", "DELETE")) {
      var answer = http.send(method, "/keys/" + tooLong, new byte[0]);
      assertThat(answer.verdict()).isEqualTo("400 KeyTooLongError");
      assertThat(answer.element("MaxSizeAllowed")).isEqualTo("1024");
    }
    assertThat(http.head("/keys/" + tooLong).status()).isEqualTo(400);
    assertThat(http.post("/keys/" + tooLong + "?uploads", "").verdict())
        .isEqualTo("400 KeyTooLongError");
    assertThat(http.put("/keys/x", "", "x-amz-copy-source: keys/" + tooLong).verdict())
        .isEqualTo("400 KeyTooLongError");
    var document = "<Delete><Object><Key>" + longest + "k</Key></Object></Delete>";
    assertThat(http.post("/keys?delete", document, "content-md5: " + md5(document)).text())
        .contains("<Code>KeyTooLongError</Code>");
  }

  @Test
  void keysSortByTheirBytes() {
    var keys = List.of("a", "a/", "a//", "aa", "b\uffee", "b😀", "z", "ü");
    try {
      for (var key : keys) {
        http.put("/keys/" + enc(key), "x");
      }
      var sorted =
          keys.stream()
              .sorted(
                  (one, other) ->
                      Arrays.compareUnsigned(
                          one.getBytes(StandardCharsets.UTF_8),
                          other.getBytes(StandardCharsets.UTF_8)))
              .toList();
      assertThat(listed("/keys?list-type=2&encoding-type=url")).isEqualTo(sorted);
      assertThat(listed("/keys?list-type=2&encoding-type=url&start-after=" + enc("b\uffee")))
          .containsExactly("b😀", "z", "ü");
    } finally {
      for (var key : keys) {
        http.delete("/keys/" + enc(key));
      }
    }
  }

  @Test
  void withoutUrlEncodingAListIsStillADocument() {
    http.put("/keys/bell%07%3C%26%00", "x");
    try {
      assertThat(http.get("/keys?list-type=2").text())
          .contains("<Key>bell&#x7;&lt;&amp;&#x0;</Key>");
    } finally {
      http.delete("/keys/bell%07%3C%26%00");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../keys", "..", "%2e%2e", "keys%2F..", "keys%00", "KEYS", "-k", "k_k"})
  void aBucketsNameIsNoPath(String name) {
    assertThat(http.get("/" + name + "/victim").status()).isIn(400, 404);
    assertThat(http.put("/target/x", "", "x-amz-copy-source: " + name + "/victim").status())
        .isIn(400, 404);
    assertThat(http.put("/" + name, "").status()).isIn(400, 404, 409, 501);
    assertThat(listed("/target?list-type=2")).isEmpty();
  }
}
