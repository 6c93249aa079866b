package ninebark.gateway.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import ninebark.gateway.error.S3Exception;
import ninebark.metadata.Tag;
import ninebark.metadata.lifecycle.LifecycleRule;
import ninebark.metadata.lifecycle.LifecycleRule.Expiration;
import ninebark.metadata.lifecycle.LifecycleRule.Filter;
import ninebark.metadata.lifecycle.LifecycleRule.NoncurrentExpiration;
import ninebark.metadata.lifecycle.LifecycleRule.NoncurrentTransition;
import ninebark.metadata.lifecycle.LifecycleRule.Transition;
import ninebark.metadata.lifecycle.LifecycleRule.When;
import ninebark.metadata.lifecycle.LifecycleRules;
import ninebark.metadata.lifecycle.LifecycleRules.SmallObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleDocumentTest {
  private static String document(String... rules) {
    return "<LifecycleConfiguration><Rule>"
        + String.join("</Rule><Rule>", rules)
        + "</Rule></LifecycleConfiguration>";
  }

  private static LifecycleRules rules(String... rules) {
    return LifecycleDocument.of(Optional.empty(), document(rules)).rules();
  }

  private static String refusal(String... rules) {
    try {
      rules(rules);
      return "taken";
    } catch (S3Exception refused) {
      return refused.error().code();
    }
  }

  @Test
  void everyElementBecomesAPartOfItsRule() {
    var rule =
        rules(
                "<ID>all</ID><Status>Enabled</Status><Filter><And><Prefix>p/</Prefix>"
                    + "<Tag><Key>k</Key><Value>v</Value></Tag><Tag><Key>l</Key><Value/></Tag>"
                    + "<ObjectSizeGreaterThan>10</ObjectSizeGreaterThan>"
                    + "<ObjectSizeLessThan>20</ObjectSizeLessThan></And></Filter>"
                    + "<Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass>"
                    + "</Transition><Transition><Days>0</Days>"
                    + "<StorageClass>GLACIER</StorageClass></Transition>"
                    + "<Expiration><Days>365</Days></Expiration><NoncurrentVersionTransition>"
                    + "<NoncurrentDays>3</NoncurrentDays><StorageClass>GLACIER_IR</StorageClass>"
                    + "</NoncurrentVersionTransition><NoncurrentVersionExpiration>"
                    + "<NoncurrentDays>4</NoncurrentDays>"
                    + "<NewerNoncurrentVersions>5</NewerNoncurrentVersions>"
                    + "</NoncurrentVersionExpiration>")
            .rules()
            .getFirst();
    assertThat(rule)
        .isEqualTo(
            new LifecycleRule(
                Optional.of("all"),
                true,
                new Filter(
                    "p/",
                    List.of(new Tag("k", "v"), new Tag("l", "")),
                    OptionalLong.of(10),
                    OptionalLong.of(20)),
                Optional.of(new Expiration.Objects(new When.AfterDays(365))),
                List.of(
                    new Transition(new When.AfterDays(30), "STANDARD_IA"),
                    new Transition(new When.AfterDays(0), "GLACIER")),
                Optional.of(new NoncurrentExpiration(4, OptionalInt.of(5))),
                List.of(new NoncurrentTransition(3, OptionalInt.empty(), "GLACIER_IR")),
                OptionalInt.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<Prefix/>",
        "<Prefix>a</Prefix>",
        "<Filter/>",
        "<Filter><Prefix/></Filter>",
        "<Filter><Prefix>a</Prefix></Filter>",
        "<Filter><Tag><Key>k</Key><Value/></Tag></Filter>",
        "<Filter><ObjectSizeGreaterThan>0</ObjectSizeGreaterThan></Filter>",
        "<Filter><ObjectSizeLessThan>1</ObjectSizeLessThan></Filter>",
        "<Filter><And><Prefix/><Tag><Key>k</Key><Value/></Tag></And></Filter>"
      })
  void everyFormOfAFilterIsTaken(String filter) {
    assertThat(refusal("<Status>Disabled</Status><Expiration><Days>1</Days></Expiration>" + filter))
        .isEqualTo("taken");
  }

  @ParameterizedTest
  @CsvSource({
    "2030-01-01T00:00:00.000Z",
    "2030-01-01T00:00:00Z",
    "2030-01-01T00:00:00",
    "2030-01-01",
    "2030-01-01T00:00:00+00:00",
    "2030-01-01T02:00:00+02:00"
  })
  void datesAreMidnightsInAnyForm(String date) {
    var rule =
        rules("<Status>Enabled</Status><Filter/><Expiration><Date>" + date + "</Date></Expiration>")
            .rules()
            .getFirst();
    assertThat(rule.expiration())
        .contains(new Expiration.Objects(new When.OnDate(Instant.parse("2030-01-01T00:00:00Z"))));
  }

  @Test
  void aRuleMayEndLonelyMarkersAndUploads() {
    var rules =
        rules(
                "<Status>Enabled</Status><Prefix/><Expiration><ExpiredObjectDeleteMarker>true"
                    + "</ExpiredObjectDeleteMarker></Expiration><AbortIncompleteMultipartUpload>"
                    + "<DaysAfterInitiation>7</DaysAfterInitiation>"
                    + "</AbortIncompleteMultipartUpload>",
                "<Status>Enabled</Status><Prefix/><Expiration><ExpiredObjectDeleteMarker>false"
                    + "</ExpiredObjectDeleteMarker></Expiration>")
            .rules();
    assertThat(rules.get(0).expiration()).contains(new Expiration.LonelyMarkers());
    assertThat(rules.get(0).abortUploadsAfterDays()).hasValue(7);
    assertThat(rules.get(1).expiration()).isEmpty();
  }

  private static final String DAY = "<Expiration><Days>1</Days></Expiration>";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<Filter/>" + DAY + "|MalformedXML",
        "<Status>On</Status><Filter/>" + DAY + "|MalformedXML",
        "<Status>Enabled</Status>" + DAY + "|MalformedXML",
        "<Status>Enabled</Status><Prefix/><Filter/>" + DAY + "|MalformedXML",
        "<Status>Enabled</Status><Filter><Prefix>a</Prefix><Tag><Key>k</Key><Value/></Tag></Filter>"
            + DAY
            + "|MalformedXML",
        "<Status>Enabled</Status><Filter><And><Prefix>a</Prefix></And></Filter>"
            + DAY
            + "|MalformedXML",
        "<Status>Enabled</Status><Filter><And><Tag><Key>k</Key><Value/></Tag><Tag><Key>k</Key><Value/></Tag></And></Filter>"
            + DAY
            + "|InvalidRequest",
        "<Status>Enabled</Status><Filter><Suffix>a</Suffix></Filter>" + DAY + "|MalformedXML",
        "<Status>Enabled</Status><Filter><ObjectSizeLessThan>0</ObjectSizeLessThan></Filter>"
            + DAY
            + "|InvalidArgument",
        "<Status>Enabled</Status><Filter><And><ObjectSizeGreaterThan>9</ObjectSizeGreaterThan><ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter>"
            + DAY
            + "|InvalidRequest",
        "<Status>Enabled</Status><Filter/>|InvalidRequest",
        "<Status>Enabled</Status><Filter/><Expiration/>|MalformedXML",
        "<Status>Enabled</Status><Filter/><Expiration><Days>0</Days></Expiration>|InvalidArgument",
        "<Status>Enabled</Status><Filter/><Expiration><Days>-1</Days></Expiration>|InvalidArgument",
        "<Status>Enabled</Status><Filter/><Expiration><Days>x</Days></Expiration>|MalformedXML",
        "<Status>Enabled</Status><Filter/><Expiration><Days>1</Days><Date>2030-01-01</Date></Expiration>|MalformedXML",
        "<Status>Enabled</Status><Filter/><Expiration><Date>2030-01-01T00:00:01Z</Date></Expiration>|InvalidArgument",
        "<Status>Enabled</Status><Filter/><Expiration><Date>2030-01-01T00:00:00+02:00</Date></Expiration>|InvalidArgument",
        "<Status>Enabled</Status><Filter/><Expiration><Date>20300101</Date></Expiration>|MalformedXML",
        "<Status>Enabled</Status><Filter><Tag><Key>k</Key><Value/></Tag></Filter><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>|InvalidRequest",
        "<Status>Enabled</Status><Filter/><Transition><StorageClass>GLACIER</StorageClass></Transition>|MalformedXML",
        "<Status>Enabled</Status><Filter/><Transition><Days>1</Days></Transition>|MalformedXML",
        "<Status>Enabled</Status><Filter/><Transition><Days>1</Days><StorageClass>CELLAR</StorageClass></Transition>|MalformedXML",
        "<Status>Enabled</Status><Filter/><Transition><Days>-1</Days><StorageClass>GLACIER</StorageClass></Transition>|InvalidArgument",
        "<Status>Enabled</Status><Filter/><Transition><Days>29</Days><StorageClass>STANDARD_IA</StorageClass></Transition>|InvalidArgument",
        "<Status>Enabled</Status><Filter/><Transition><Days>1</Days><StorageClass>GLACIER</StorageClass></Transition><Transition><Days>2</Days><StorageClass>GLACIER</StorageClass></Transition>|InvalidRequest",
        "<Status>Enabled</Status><Filter/><Transition><Days>5</Days><StorageClass>GLACIER</StorageClass></Transition><Expiration><Days>5</Days></Expiration>|InvalidArgument",
        "<Status>Enabled</Status><Filter/><Transition><Date>2030-01-01</Date><StorageClass>GLACIER</StorageClass></Transition><Expiration><Days>5</Days></Expiration>|InvalidRequest",
        "<Status>Enabled</Status><Filter/><Transition><Date>2030-01-01</Date><StorageClass>GLACIER</StorageClass></Transition><Expiration><Date>2029-01-01</Date></Expiration>|InvalidArgument",
        "<Status>Enabled</Status><Filter/><NoncurrentVersionExpiration/>|MalformedXML",
        "<Status>Enabled</Status><Filter/><NoncurrentVersionExpiration><NoncurrentDays>0</NoncurrentDays></NoncurrentVersionExpiration>|InvalidArgument",
        "<Status>Enabled</Status><Filter/><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>101</NewerNoncurrentVersions></NoncurrentVersionExpiration>|InvalidArgument",
        "<Status>Enabled</Status><Filter/><NoncurrentVersionTransition><NoncurrentDays>5</NoncurrentDays><StorageClass>GLACIER</StorageClass></NoncurrentVersionTransition><NoncurrentVersionExpiration><NoncurrentDays>5</NoncurrentDays></NoncurrentVersionExpiration>|InvalidArgument",
        "<Status>Enabled</Status><Filter/><AbortIncompleteMultipartUpload><DaysAfterInitiation>0</DaysAfterInitiation></AbortIncompleteMultipartUpload>|InvalidArgument",
        "<Status>Enabled</Status><Filter><Tag><Key>k</Key><Value/></Tag></Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>|InvalidRequest",
        "<Status>Enabled</Status><Filter/><Retirement><Days>1</Days></Retirement>|MalformedXML"
      })
  void illegalRulesAreRefusedWithTheirCode(String rule, String code) {
    assertThat(refusal(rule)).isEqualTo(code);
  }

  @Test
  void idsAreUniqueAndBounded() {
    var rest = "<Status>Enabled</Status><Filter/>" + DAY;
    assertThat(refusal("<ID>a</ID>" + rest, "<ID>b</ID>" + rest, rest, rest)).isEqualTo("taken");
    assertThat(refusal("<ID>a</ID>" + rest, "<ID>a</ID>" + rest)).isEqualTo("InvalidArgument");
    assertThat(refusal("<ID>" + "i".repeat(255) + "</ID>" + rest)).isEqualTo("taken");
    assertThat(refusal("<ID>" + "i".repeat(256) + "</ID>" + rest)).isEqualTo("InvalidArgument");
  }

  @Test
  void thereAreUpToAThousandRules() {
    var rule = "<Status>Enabled</Status><Filter/>" + DAY;
    var many = new String[1001];
    java.util.Arrays.fill(many, rule);
    assertThat(refusal(java.util.Arrays.copyOf(many, 1000))).isEqualTo("taken");
    assertThat(refusal(many)).isEqualTo("MalformedXML");
  }

  @Test
  void theHeaderIsKeptBesideTheDocument() {
    var xml = document("<Status>Enabled</Status><Filter/>" + DAY) + "\n";
    var varies = LifecycleDocument.of(Optional.of("varies_by_storage_class"), xml);
    assertThat(LifecycleDocument.of(varies.text())).isEqualTo(varies);
    assertThat(varies.rules().smallObjects()).isEqualTo(SmallObjects.VARIES_BY_STORAGE_CLASS);
    assertThat(LifecycleDocument.of(varies.text()).rules()).isEqualTo(varies.rules());
    assertThat(LifecycleDocument.of(Optional.empty(), xml).header())
        .isEqualTo("all_storage_classes_128K");
    assertThatThrownBy(() -> LifecycleDocument.of(Optional.of("none"), xml))
        .isInstanceOf(S3Exception.class);
  }
}
