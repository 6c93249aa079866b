package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ninebark.gateway.TestStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors have one shape, wherever they come from. */
class ErrorsTest {
  private static TestStore store;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    assertThat(SignedHttp.root(store).put("/errors", "").status()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/errors/none,404 NoSuchKey",
    "GET,/nowhere/none,404 NoSuchBucket",
    "GET,/Bad_Name/k,400 InvalidBucketName",
    "GET,/errors/k?uploadId=none,404 NoSuchUpload",
    "GET,/errors?max-keys=x,400 InvalidArgument",
    "GET,/errors/%FF,400 InvalidURI",
    "PATCH,/errors/k,405 MethodNotAllowed",
    "POST,/errors/k,405 MethodNotAllowed",
    "POST,/errors?delete,400 InvalidRequest"
  })
  void everyErrorIsADocumentWithItsRequestId(String method, String target, String verdict) {
    var answer = SignedHttp.root(store).send(method, target, new byte[0]);
    assertThat(answer.verdict()).isEqualTo(verdict);
    assertThat(answer.header("content-type")).isEqualTo("application/xml");
    assertThat(answer.element("RequestId")).isEqualTo(answer.header("x-amz-request-id"));
    assertThat(answer.element("HostId")).isEqualTo(answer.header("x-amz-id-2"));
    assertThat(answer.element("Message")).isNotBlank();
    assertThat(answer.text()).doesNotContain("Exception", "ninebark.");
  }
}
