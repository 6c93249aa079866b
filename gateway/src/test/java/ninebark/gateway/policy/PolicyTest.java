package ninebark.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.policy.Policy.Verdict;
import ninebark.gateway.request.S3Operation;
import ninebark.metadata.AccountId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
  private static final AccountId OWNER = new AccountId("a".repeat(64));
  private static final AccountId FRIEND = new AccountId("b".repeat(64));

  private static Policy policy(String text) {
    var policy = Policy.KIND.parser().apply(text.replace('\'', '"'));
    policy.checkFor("bucket", id -> id.equals(OWNER) || id.equals(FRIEND));
    return policy;
  }

  private static Policy of(String... statements) {
    return policy("{'Version':'2012-10-17','Statement':[" + String.join(",", statements) + "]}");
  }

  private static final String READ =
      "{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/*'}";

  private static String refusal(String text) {
    try {
      policy(text);
      return "taken";
    } catch (S3Exception refused) {
      assertThat(refused.error()).isEqualTo(S3Error.MALFORMED_POLICY);
      return refused.message();
    }
  }

  // --- what is taken ----------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'Statement':" + READ + "}",
        "{'Version':'2012-10-17','Id':'p','Statement':[" + READ + "]}",
        "{'Version':'2008-10-17','Statement':[" + READ + "," + READ + "]}",
        "{'Statement':{'Sid':'a','Effect':'Deny','NotPrincipal':{'AWS':'arn:aws:iam::aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:root'},'NotAction':['s3:GetObject','s3:Put*'],'NotResource':'arn:aws:s3:::bucket/open/*'}}",
        "{'Statement':{'Effect':'Allow','Principal':{'AWS':['*']},'Action':'*','Resource':['arn:aws:s3:::bucket','arn:aws:s3:::bucket/*']}}",
        "{'Statement':{'Effect':'Allow','Principal':{'CanonicalUser':'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'},'Action':'S3:getobject','Resource':'arn:aws:s3:::bucket*','Condition':{}}}"
      })
  void policiesThatCanBeJudgedAreTaken(String text) {
    assertThat(refusal(text)).isEqualTo("taken");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|first byte",
        "' {}'|first byte",
        "[]|first byte",
        "{|first byte",
        "{} {}|first byte",
        "{}|Missing required field Statement",
        "{'Statement':[]}|Statement is empty",
        "{'Statement':'x'}|expected an object",
        "{'Statement':[],'Statement':[]}|twice",
        "{'Version':'2020-01-01','Statement':[]}|version",
        "{'Version':1,'Statement':[]}|must be a string",
        "{'Author':'me','Statement':[]}|Unknown field Author",
        "{'Statement':{'Effect':'Allow'}}|Missing required field",
        "{'Statement':{'Effect':'Maybe','Principal':'*','Action':'s3:*','Resource':'arn:aws:s3:::bucket/*'}}|Invalid effect",
        "{'Statement':{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::bucket/*'}}|Missing required field Principal",
        "{'Statement':{'Effect':'Allow','Principal':'*','Resource':'arn:aws:s3:::bucket/*'}}|Missing required field Action",
        "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*'}}|Missing required field Resource",
        "{'Statement':{'Effect':'Allow','Effect':'Deny','Principal':'*','Action':'s3:*','Resource':'arn:aws:s3:::bucket/*'}}|twice",
        "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*','NotAction':'s3:*','Resource':'arn:aws:s3:::bucket/*'}}|either",
        "{'Statement':{'Effect':'Allow','Principal':'*','Action':[],'Resource':'arn:aws:s3:::bucket/*'}}|at least one",
        "{'Statement':{'Effect':'Allow','Principal':'*','Action':[1],'Resource':'arn:aws:s3:::bucket/*'}}|must hold strings",
        "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:Fly','Resource':'arn:aws:s3:::bucket/*'}}|invalid action",
        "{'Statement':{'Effect':'Allow','Principal':'*','Action':'ec2:*','Resource':'arn:aws:s3:::bucket/*'}}|invalid action",
        "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::other/*'}}|invalid resource",
        "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'*'}}|invalid resource",
        "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket2/*'}}|invalid resource",
        "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket'}}|does not apply",
        "{'Statement':{'Effect':'Allow','Principal':'*','Action':['s3:GetObject','s3:ListBucket'],'Resource':'arn:aws:s3:::bucket/*'}}|does not apply",
        "{'Version':'2012-10-17','Statement':{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/${aws:username}/*'}}|variables",
        "{'Statement':{'Effect':'Allow','Principal':'me','Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/*'}}|Invalid principal",
        "{'Statement':{'Effect':'Allow','Principal':{},'Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/*'}}|Invalid principal",
        "{'Statement':{'Effect':'Allow','Principal':{'AWS':'123456789012'},'Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/*'}}|Invalid principal",
        "{'Statement':{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::123456789012:user/u'},'Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/*'}}|Invalid principal",
        "{'Statement':{'Effect':'Allow','Principal':{'Service':'logging.s3.amazonaws.com'},'Action':'s3:PutObject','Resource':'arn:aws:s3:::bucket/*'}}|Invalid principal",
        "{'Statement':{'Effect':'Allow','NotPrincipal':{'AWS':'*'},'Action':'s3:PutObject','Resource':'arn:aws:s3:::bucket/*'}}|NotPrincipal",
        "{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/*','Condition':{'Bool':{'aws:SecureTransport':'true'}}}}|aws:SecureTransport",
        "{'Statement':[{'Sid':'a','Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'arn:aws:s3:::bucket/*'},{'Sid':'a','Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'arn:aws:s3:::bucket/*'}]}|unique"
      })
  void policiesThatCannotBeJudgedAreRefusedAndSayWhy(String text, String why) {
    assertThat(refusal(text)).contains(why);
  }

  @Test
  void aPolicyHasAtMost20KiB() {
    var head = "{'Id':'";
    var tail = "','Statement':" + READ + "}";
    int rest = Policy.MAX_BYTES - head.length() - tail.length();
    assertThat(refusal(head + "i".repeat(rest) + tail)).isEqualTo("taken");
    assertThat(refusal(head + "i".repeat(rest + 1) + tail)).contains("20480");
  }

  @ParameterizedTest
  @EnumSource
  void everyActionOfTheTableCanBeNamedInAPolicy(S3Operation operation) {
    if (operation.resource() != S3Operation.Resource.SERVICE) {
      assertThat(
              S3Actions.BUCKET.contains(operation.action())
                  || S3Actions.OBJECT.contains(operation.action()))
          .as(operation.action())
          .isTrue();
    }
  }

  // --- what they say ----------------------------------------------------------------------------

  private static Verdict judge(Policy policy, String who, String action, String resource) {
    var account =
        switch (who) {
          case "owner" -> Optional.of(OWNER);
          case "friend" -> Optional.of(FRIEND);
          default -> Optional.<AccountId>empty();
        };
    return policy.judge(account, action, "arn:aws:s3:::" + resource);
  }

  @ParameterizedTest
  @CsvSource({
    "nobody,s3:GetObject,bucket/open/a,Allowed",
    "friend,s3:GetObject,bucket/open/a,Allowed",
    "nobody,s3:PutObject,bucket/open/a,Silent",
    "nobody,s3:GetObject,bucket/closed,Silent",
    "friend,s3:PutObject,bucket/friend/x,Allowed",
    "friend,s3:PutObjectTagging,bucket/friend/x,Allowed",
    "nobody,s3:PutObject,bucket/friend/x,Silent",
    "owner,s3:PutObject,bucket/friend/x,Silent",
    "friend,s3:PutObject,bucket/friend/secret,Denied",
    "owner,s3:PutObject,bucket/friend/secret,Denied",
    "nobody,s3:DeleteObject,bucket/open/a,Denied",
    "friend,s3:DeleteObject,bucket/open/a,Denied",
    "owner,s3:DeleteObject,bucket/open/a,Silent",
    "nobody,s3:ListBucket,bucket,Allowed",
    "nobody,s3:ListBucketVersions,bucket,Silent"
  })
  void statementsAllowDenyOrSayNothing(String who, String action, String resource, String verdict) {
    var policy =
        of(
            "{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/open/*'}",
            "{'Effect':'Allow','Principal':'*','Action':'s3:listbucket','Resource':'arn:aws:s3:::bucket'}",
            "{'Effect':'Allow','Principal':{'AWS':'"
                + FRIEND
                + "'},'Action':'s3:Put*','Resource':'arn:aws:s3:::bucket/friend/?*'}",
            "{'Effect':'Deny','Principal':'*','Action':'*','Resource':'arn:aws:s3:::bucket/friend/secret'}",
            "{'Effect':'Deny','NotPrincipal':{'CanonicalUser':'"
                + OWNER
                + "'},'Action':'s3:Delete*','Resource':'arn:aws:s3:::bucket/*'}");
    assertThat(judge(policy, who, action, resource).getClass().getSimpleName()).isEqualTo(verdict);
  }

  @Test
  void notActionAndNotResourceMeanAllTheOthers() {
    var policy =
        of(
            "{'Effect':'Allow','Principal':'*','NotAction':'s3:Put*','Resource':'arn:aws:s3:::bucket/*'}",
            "{'Sid':'outside','Effect':'Deny','Principal':'*','Action':'s3:*','NotResource':'arn:aws:s3:::bucket/in/*'}");
    assertThat(judge(policy, "nobody", "s3:GetObject", "bucket/in/a"))
        .isEqualTo(new Verdict.Allowed());
    assertThat(judge(policy, "nobody", "s3:PutObject", "bucket/in/a"))
        .isEqualTo(new Verdict.Silent());
    assertThat(judge(policy, "nobody", "s3:GetObject", "bucket/out"))
        .isEqualTo(new Verdict.Denied("outside"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/*'}|true",
        "{'Effect':'Allow','Principal':{'AWS':['*','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb']},'Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/*'}|true",
        "{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/*'}|false",
        "{'Effect':'Allow','Principal':{'AWS':'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'},'Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket/*'}|false"
      })
  void aPolicyIsPublicIfItAllowsEveryoneSomething(String statement, boolean isPublic) {
    assertThat(of(statement).isPublic()).isEqualTo(isPublic);
  }

  // --- patterns ---------------------------------------------------------------------------------

  @Property(tries = 500)
  void wildcardsMatchAsRegularExpressionsDo(
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 8) String text,
      @ForAll("patterns") String pattern) {
    var regex =
        pattern
            .chars()
            .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
            .collect(Collectors.joining());
    assertThat(new Wildcard(pattern, false).matches(text)).isEqualTo(Pattern.matches(regex, text));
  }

  @net.jqwik.api.Provide
  net.jqwik.api.Arbitrary<String> patterns() {
    return net.jqwik.api.Arbitraries.strings().withChars("ab*?").ofMaxLength(7);
  }

  @Test
  void aPatternOfManyStarsIsQuick() {
    assertThat(new Wildcard("*a".repeat(200) + "b", false).matches("a".repeat(5_000))).isFalse();
  }
}
