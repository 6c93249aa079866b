package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import ninebark.gateway.TestStore;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.message.Target;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.sigv4.Sha256;
import ninebark.gateway.sigv4.Signer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every operation there is, tried by everyone who must not get in. */
class AuthenticationTest {
  private static final Headers HOST = Headers.builder().add("host", "localhost").build();
  private static TestStore store;
  private static SignedHttp root;
  private static SignedHttp anonymous;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    root = SignedHttp.root(store);
    anonymous = SignedHttp.anonymous(store);
    assertThat(root.put("/guarded", "").status()).isEqualTo(200);
    assertThat(root.put("/guarded/key", "as it was").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  /** A request for a row of the table. */
  private record Asked(String method, String target, List<String> headers) {
    static Asked of(S3Operation operation) {
      var path =
          switch (operation.resource()) {
            case SERVICE -> "/";
            case BUCKET -> "/guarded";
            case OBJECT, ANY -> "/guarded/key";
          };
      var query = new ArrayList<String>();
      for (var condition : operation.conditions()) {
        query.add(condition.equals("id") ? "id=i" : condition);
      }
      var headers = new ArrayList<String>();
      for (var header : operation.headers()) {
        headers.add(header + ": /guarded/key");
      }
      return new Asked(
          operation.method().name(),
          path + (query.isEmpty() ? "" : "?" + String.join("&", query)),
          headers);
    }

    SignedHttp.Answer send(SignedHttp client, String... more) {
      var all = new ArrayList<>(headers);
      all.addAll(List.of(more));
      return client.send(method, target, new byte[0], all.toArray(String[]::new));
    }
  }

  private static void refused(SignedHttp.Answer answer, String code, Asked asked) {
    assertThat(answer.status()).as(asked.method() + " " + asked.target()).isEqualTo(403);
    if (!asked.method().equals("HEAD")) {
      assertThat(answer.code()).as(asked.method() + " " + asked.target()).isEqualTo(code);
    }
  }

  /** Preflights and forms prove themselves otherwise, and have tests of their own. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"PREFLIGHT", "POST_OBJECT"})
  void nobodyGetsInWithoutAProof(S3Operation operation) {
    var asked = Asked.of(operation);
    refused(asked.send(anonymous), "AccessDenied", asked);
    refused(
        asked.send(SignedHttp.as(store, "AKIASTRANGER", "secret")), "InvalidAccessKeyId", asked);
    refused(
        asked.send(SignedHttp.as(store, TestStore.ACCESS_KEY, "wrong")),
        "SignatureDoesNotMatch",
        asked);
    refused(
        asked.send(SignedHttp.as(store, TestStore.ACCESS_KEY, TestStore.OTHER_SECRET_KEY)),
        "SignatureDoesNotMatch",
        asked);
    refused(
        asked.send(
            anonymous,
            "date: " + HttpDates.http(Instant.now()),
            "authorization: AWS " + TestStore.ACCESS_KEY + ":AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        "SignatureDoesNotMatch",
        asked);
    refused(asked.send(anonymous, "authorization: Basic cm9vdDpyb290"), "AccessDenied", asked);
    refused(asked.send(anonymous, "authorization: Bearer token"), "AccessDenied", asked);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"PREFLIGHT", "POST_OBJECT"})
  void aProofHoldsForItsTimeOnly(S3Operation operation) {
    var asked = Asked.of(operation);
    var parsed = Target.parse(asked.target()).orElseThrow();
    var query = QueryParameters.parse(parsed.query(), 9).orElseThrow();
    var given = Headers.builder().add("host", "localhost");
    for (var header : asked.headers()) {
      given.add(header.substring(0, header.indexOf(':')), header.substring(header.indexOf('/')));
    }
    var signer = new Signer(TestStore.ACCESS_KEY, TestStore.SECRET_KEY, "us-east-1");
    for (var when : List.of(Instant.now().minusSeconds(3600), Instant.now().plusSeconds(3600))) {
      var signed =
          signer
              .sign(asked.method(), parsed.path(), query, given.build(), Sha256.EMPTY_HEX, when)
              .headers();
      var lines = new ArrayList<String>();
      for (int i = 0; i < signed.count(); i++) {
        lines.add(signed.name(i) + ": " + signed.value(i));
      }
      refused(
          anonymous.send(asked.method(), asked.target(), new byte[0], lines.toArray(String[]::new)),
          "RequestTimeTooSkewed",
          asked);
      var presigned =
          signer.presign(
              asked.method(), parsed.path(), query, given.build(), Duration.ofMinutes(5), when);
      refused(
          new Asked(asked.method(), parsed.path() + "?" + presigned, asked.headers())
              .send(anonymous),
          "AccessDenied",
          asked);
    }
  }

  /** Their own service is theirs to use, and a name that is taken is told as such. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "PREFLIGHT",
        "POST_OBJECT",
        "LIST_BUCKETS",
        "LIST_DIRECTORY_BUCKETS",
        "CREATE_BUCKET",
        "DELETE_OBJECTS"
      })
  void otherAccountsStayOutside(S3Operation operation) {
    var asked = Asked.of(operation);
    refused(asked.send(SignedHttp.other(store)), "AccessDenied", asked);
  }

  @Test
  void otherAccountsCannotTakeNamesOrSeeThem() {
    var other = SignedHttp.other(store);
    assertThat(other.put("/guarded", "").verdict()).isEqualTo("409 BucketAlreadyExists");
    assertThat(other.get("/").text()).doesNotContain("guarded");
    assertThat(other.post("/guarded?delete", "<Delete/>").status()).isEqualTo(403);
  }

  @Test
  void nothingWasChanged() {
    assertThat(root.get("/guarded/key").text()).isEqualTo("as it was");
    assertThat(root.get("/guarded?list-type=2").text()).contains("<KeyCount>1</KeyCount>");
    assertThat(root.get("/guarded?uploads").text()).doesNotContain("<Upload>");
  }

  @Test
  void aProofForOneHostOrPathOrMethodIsNoneForAnother() {
    var signed =
        new Signer(TestStore.ACCESS_KEY, TestStore.SECRET_KEY, "us-east-1")
            .presign(
                "GET",
                "/guarded/key",
                QueryParameters.NONE,
                HOST,
                Duration.ofMinutes(5),
                Instant.now());
    assertThat(anonymous.get("/guarded/key?" + signed).status()).isEqualTo(200);
    for (var answer :
        List.of(
            anonymous.get("/guarded/key?" + signed, "host: 127.0.0.1"),
            anonymous.get("/guarded/other?" + signed),
            anonymous.get("/guarded/key/?" + signed),
            anonymous.get("/guarded//key?" + signed),
            anonymous.get("/guarded/key?" + signed + "&versionId=null"),
            anonymous.put("/guarded/key?" + signed, "changed"),
            anonymous.delete("/guarded/key?" + signed))) {
      assertThat(answer.verdict()).isEqualTo("403 SignatureDoesNotMatch");
    }
    assertThat(anonymous.head("/guarded/key?" + signed).status()).isEqualTo(403);
  }
}
