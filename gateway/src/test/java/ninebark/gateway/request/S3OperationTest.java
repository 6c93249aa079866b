package ninebark.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class S3OperationTest {
  private static S3Operation route(String method, String path, String query, Headers headers) {
    return Router.route(
        method,
        Address.of(path, "localhost:9000", List.of("localhost")),
        QueryParameters.parse(query, 100).orElseThrow(),
        headers);
  }

  @Test
  void theTableHasAllOperationsOfTheCoreModelAndTwoBesides() {
    assertThat(S3Operation.values()).hasSize(112 + 2);
    assertThat(Arrays.stream(S3Operation.values()).map(S3Operation::label)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void everyRowHasLabelActionAndResource(S3Operation row) {
    assertThat(row.label()).matches("[A-Z][A-Za-z0-9]+");
    assertThat(row.action()).matches("s3:[A-Z][A-Za-z]+");
    assertThat(row.resource()).isNotNull();
  }

  @ParameterizedTest
  @EnumSource
  void theActionForANamedVersionIsTheSameOrSaysVersion(S3Operation row) {
    assertThat(row.versionAction().replace("Version", ""))
        .isEqualTo(row.action().replace("Version", ""));
  }

  /** A request made from a row's own description comes back to that row. */
  @ParameterizedTest
  @EnumSource
  void everyRowIsReached(S3Operation row) {
    var path =
        switch (row.resource()) {
          case SERVICE -> "/";
          case BUCKET, ANY -> "/bucket";
          case OBJECT -> "/bucket/key";
        };
    var query = new StringBuilder();
    for (var selector : row.selectors()) {
      var value =
          switch (selector) {
            case "list-type", "select-type" -> "2";
            case "partNumber" -> "1";
            default -> selector.equals("uploadId") || selector.equals("id") ? "x" : "";
          };
      query.append(query.isEmpty() ? "" : "&").append(selector);
      if (!value.isEmpty()) {
        query.append('=').append(value);
      }
    }
    var headers = Headers.builder();
    switch (row) {
      case COPY_OBJECT, UPLOAD_PART_COPY -> headers.add("x-amz-copy-source", "b/k");
      case WRITE_GET_OBJECT_RESPONSE -> headers.add("x-amz-request-route", "r");
      default -> {}
    }
    assertThat(route(row.method().name(), path, query.toString(), headers.build())).isEqualTo(row);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/b,acl&policy",
    "DELETE,/b,acl",
    "DELETE,/b,versioning",
    "DELETE,/b,uploads",
    "GET,/b/k,policy",
    "PUT,/b/k,partNumber=1",
    "PUT,/b/k,uploads",
    "GET,/b,list-type=3",
    "GET,/b,tagging&prefix=x&list-type=2",
    "DELETE,/b/k,acl",
    "PUT,/b/k,versionId=1",
    "GET,/,policy"
  })
  void anUnknownCombinationNeverFallsThrough(String method, String path, String query) {
    assertThatThrownBy(() -> route(method, path, query, Headers.EMPTY))
        .isInstanceOfSatisfying(
            S3Exception.class,
            refused -> assertThat(refused.error()).isEqualTo(S3Error.NOT_IMPLEMENTED));
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/b/k,x-id=GetObject&foo=bar,GET_OBJECT",
    "GET,/b,x-id=ListObjects&fancy,LIST_OBJECTS",
    "GET,/b/k,response-expires=1&X-Amz-Date=2,GET_OBJECT",
    "PUT,/b/k,x-id=PutObject,PUT_OBJECT"
  })
  void parametersThatSelectNothingAreIgnored(
      String method, String path, String query, S3Operation expected) {
    assertThat(route(method, path, query, Headers.EMPTY)).isEqualTo(expected);
  }

  @Test
  void aMethodS3DoesNotKnowIsRefusedWithWhatIsAllowed() {
    assertThatThrownBy(() -> route("PATCH", "/b/k", "", Headers.EMPTY))
        .isInstanceOfSatisfying(
            S3Exception.class,
            refused -> {
              assertThat(refused.error()).isEqualTo(S3Error.METHOD_NOT_ALLOWED);
              assertThat(refused.headers().getFirst().value()).contains("GET", "PUT");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "/b/k,localhost,b,k",
    "/b/k,127.0.0.1:9000,b,k",
    "/k,b.localhost:9000,b,k",
    "/b/k,b.c.LOCALHOST,b.c,b/k",
    "/b//k,localhost,b,/k",
    "/b/../k,localhost,b,../k",
    "/b/a%2Fb+c%20d,localhost,b,a/b+c d",
    "/b/%2e%2e/k,localhost,b,../k",
    "/b/k/,localhost,b,k/",
    "/b/%252F,localhost,b,%2F",
    "//k,b.localhost,b,/k"
  })
  void bucketAndKeyAreTakenAsTheyCame(String path, String host, String bucket, String key) {
    var address = Address.of(path, host, List.of("s3.localhost", "localhost"));
    assertThat(address.bucket()).contains(bucket);
    assertThat(address.key()).contains(key);
  }

  @ParameterizedTest
  @CsvSource({"/b/%", "/b/%2", "/b/%zz", "/b/%C0%AF", "/b/%FF", "/b/%ED%A0%80", "/%F8%88/k"})
  void brokenEscapesAreRefused(String path) {
    assertThatThrownBy(() -> Address.of(path, "localhost", List.of()))
        .isInstanceOfSatisfying(
            S3Exception.class,
            refused -> assertThat(refused.error()).isEqualTo(S3Error.INVALID_URI));
  }

  @Test
  void aBucketWithoutAKeyIsABucket() {
    assertThat(Address.of("/b/", "localhost", List.of()))
        .isEqualTo(new Address(Optional.of("b"), Optional.empty()));
    assertThat(Address.of("/", "b.localhost", List.of("localhost")))
        .isEqualTo(new Address(Optional.of("b"), Optional.empty()));
  }
}
