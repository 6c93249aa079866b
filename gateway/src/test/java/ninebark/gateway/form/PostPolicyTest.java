package ninebark.gateway.form;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import ninebark.gateway.error.S3Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostPolicyTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String UNTIL = "\"expiration\": \"2026-03-01T13:00:00.000Z\"";

  private static PostPolicy parse(String json) {
    return PostPolicy.parse(
        Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static PostPolicy of(String conditions) {
    return parse("{" + UNTIL + ", \"conditions\": [{\"bucket\": \"b\"}, " + conditions + "]}");
  }

  private static String verdict(Runnable judging) {
    try {
      judging.run();
      return "allowed";
    } catch (S3Exception refused) {
      return refused.error().code() + ": " + refused.message();
    }
  }

  private static Map<String, String> fields(String list) {
    var fields = new LinkedHashMap<String, String>();
    for (var each : list.split(";", -1)) {
      if (!each.isBlank()) {
        fields.put(
            each.substring(0, each.indexOf('=')).strip(), each.substring(each.indexOf('=') + 1));
      }
    }
    return fields;
  }

  private static final String FAILED =
      "AccessDenied: Invalid according to Policy: Policy Condition failed: ";
  private static final String EXTRA =
      "AccessDenied: Invalid according to Policy: Extra input fields: ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"key\": \"a\"}|key=a|allowed",
        "{\"key\": \"a\"}|key=b|failed",
        "{\"key\": \"a\"}||failed",
        "{\"KEY\": \"a\"}|key=a|allowed",
        "[\"eq\", \"$key\", \"a\"]|key=a|allowed",
        "[\"EQ\", \"$Key\", \"a\"]|key=a|allowed",
        "[\"eq\", \"$key\", \"a\"]|key=A|failed",
        "[\"eq\", \"$key\", \"a\"]|key=ab|failed",
        "[\"starts-with\", \"$key\", \"user/\"]|key=user/x|allowed",
        "[\"starts-with\", \"$key\", \"user/\"]|key=user/|allowed",
        "[\"StArTs-WiTh\", \"$KeY\", \"user/\"]|key=user/x|allowed",
        "[\"starts-with\", \"$key\", \"user/\"]|key=other/x|failed",
        "[\"starts-with\", \"$key\", \"user/\"]|key=use|failed",
        "[\"starts-with\", \"$key\", \"\"]|key=anything|allowed",
        "[\"starts-with\", \"$x-amz-meta-a\", \"\"]|key=|extra key",
        "[\"starts-with\", \"$x-amz-meta-a\", \"v\"]||failed",
        "[\"starts-with\", \"$Content-Type\", \"image/\"]|content-type=image/png|allowed",
        "[\"starts-with\", \"$Content-Type\", \"image/\"]|content-type=image/png, image/gif|allowed",
        "[\"starts-with\", \"$Content-Type\", \"image/\"]|content-type=image/png,text/html|failed",
        "[\"starts-with\", \"$Content-Type\", \"image/\"]|content-type=text/html|failed",
        "[\"eq\", \"$content-type\", \"a,b\"]|content-type=a,b|allowed",
        "[\"starts-with\", \"$key\", \"a,\"]|key=a,b|allowed",
        "{\"acl\": \"public-read\"}|acl=public-read|allowed",
        "{\"acl\": \"public-read\"}|acl=private|failed",
        "{\"success_action_status\": \"201\"}|success_action_status=201|allowed",
        "{\"success_action_status\": 201}|success_action_status=201|allowed",
        "{\"success_action_redirect\": \"http://h/\"}|success_action_redirect=http://evil/|failed",
        "{\"x-amz-meta-a\": \"\"}|x-amz-meta-a=|allowed",
        "{\"key\": \"a\"}|key=a;x-amz-meta-b=1|extra x-amz-meta-b",
        "{\"key\": \"a\"}|key=a;acl=private;tagging=x|extra acl, tagging",
        "{\"key\": \"a\"}|key=a;submit=go|extra submit",
        "{\"key\": \"a\"}|key=a;x-ignore-this=1|allowed",
        "{\"key\": \"a\"}|key=a;x-ignored=1|extra x-ignored",
        "{\"key\": \"a\"}|key=a;policy=p;signature=s;awsaccesskeyid=k|allowed",
        "{\"key\": \"a\"}|key=a;policy=p;x-amz-signature=s|allowed",
        "{\"key\": \"a\"}|key=a;x-amz-credential=c|extra x-amz-credential",
        "[\"content-length-range\", 1, 2]|key=a|extra key",
        "{\"key\": \"a\"}, {\"key\": \"b\"}|key=a|failed",
        "{\"bucket\": \"other\"}||failed",
        "[\"starts-with\", \"$bucket\", \"b\"]||allowed",
        "[\"eq\", \"$key\", \"\\$x\"]|key=$x|allowed",
        "[\"eq\", \"$key\", \"\\u00fc\"]|key=\u00fc|allowed"
      })
  void conditionsAreJudged(String condition, String given, String expected) {
    var policy = of(condition);
    var fields = fields(given == null ? "" : given);
    var verdict = verdict(() -> policy.check(fields, "b", NOW));
    switch (expected.split(" ", 2)[0]) {
      case "allowed" -> assertThat(verdict).isEqualTo("allowed");
      case "failed" -> assertThat(verdict).startsWith(FAILED);
      default -> assertThat(verdict).isEqualTo(EXTRA + expected.substring(6));
    }
  }

  @Test
  void theRefusalSaysWhichConditionFailed() {
    assertThat(
            verdict(
                () ->
                    of("[\"starts-with\", \"$key\", \"user/\"]").check(fields("key=x"), "b", NOW)))
        .isEqualTo(FAILED + "[\"starts-with\",\"$key\",\"user/\"]");
  }

  @Test
  void theBucketMustBeAllowedToo() {
    var policy = parse("{" + UNTIL + ", \"conditions\": [{\"key\": \"a\"}]}");
    assertThat(verdict(() -> policy.check(fields("key=a"), "b", NOW))).isEqualTo(EXTRA + "bucket");
  }

  @Test
  void aPolicyHoldsUntilItExpires() {
    var policy = of("{\"key\": \"a\"}");
    var end = Instant.parse("2026-03-01T13:00:00Z");
    assertThat(verdict(() -> policy.check(fields("key=a"), "b", end.minusMillis(1))))
        .isEqualTo("allowed");
    assertThat(verdict(() -> policy.check(fields("key=a"), "b", end)))
        .isEqualTo("AccessDenied: Invalid according to Policy: Policy expired.");
  }

  @Test
  void lengthsAreTheNarrowestOfAllRanges() {
    var none = of("{\"key\": \"a\"}");
    assertThat(none.leastLength()).isZero();
    assertThat(none.mostLength()).isEqualTo(Long.MAX_VALUE);
    var two = of("[\"content-length-range\", 1, \"20\"], [\"content-length-range\", \"5\", 100]");
    assertThat(two.leastLength()).isEqualTo(5);
    assertThat(two.mostLength()).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "no json",
        "{",
        "{} {}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\"}",
        "{\"conditions\": []}",
        "{\"EXPIRATION\": \"2026-03-01T13:00:00Z\", \"conditions\": []}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"CONDITIONS\": []}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": {}}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [], \"more\": 1}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [], \"conditions\": []}",
        "{\"expiration\": \"2026-03-01\", \"conditions\": []}",
        "{\"expiration\": \"2026-03-01 13:00:00+00:00\", \"conditions\": []}",
        "{\"expiration\": \"2026-02-31T13:00:00Z\", \"conditions\": []}",
        "{\"expiration\": 1772370000, \"conditions\": []}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [{}]}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [{\"a\": \"1\", \"b\": \"2\"}]}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [{\"a\": []}]}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [{\"a\": null}]}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [\"key\"]}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [[]]}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [[\"eq\", \"$key\"]]}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [[\"eq\", \"key\", \"a\"]]}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [[\"ends-with\", \"$key\", \"a\"]]}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [[\"eq\", \"$key\", {}]]}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [[\"content-length-range\", 1]]}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [[\"content-length-range\", -1, 0]]}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [[\"content-length-range\", 0, 1.5]]}",
        "{\"expiration\": \"2026-03-01T13:00:00Z\", \"conditions\": [[\"content-length-range\", \"a\", 1]]}"
      })
  void whatIsNoPolicyIsRefused(String json) {
    assertThat(verdict(() -> parse(json))).startsWith("InvalidPolicyDocument: Invalid Policy: ");
  }

  @Test
  void whatIsNoBase64IsRefused() {
    assertThat(verdict(() -> PostPolicy.parse("e30=e30=")))
        .startsWith("InvalidPolicyDocument: Invalid Policy: ");
  }
}
