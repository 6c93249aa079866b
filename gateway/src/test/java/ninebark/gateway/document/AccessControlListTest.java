package ninebark.gateway.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.metadata.AccountId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessControlListTest {
  private static final AccountId OWNER = new AccountId("a".repeat(64));
  private static final AccountId OTHER = new AccountId("b".repeat(64));

  private static Optional<AccessControlList> ofHeaders(String... lines) {
    var headers = Headers.builder();
    for (var line : lines) {
      headers.add(
          line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1).strip());
    }
    return AccessControlList.of(
        headers.build(), OWNER, OWNER, id -> id.equals(OWNER) || id.equals(OTHER));
  }

  private static String refusal(Runnable parsing) {
    try {
      parsing.run();
      return "taken";
    } catch (S3Exception refused) {
      return refused.error().code();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "private,1,false",
    "aws-exec-read,1,false",
    "public-read,2,true",
    "public-read-write,3,true",
    "authenticated-read,2,true",
    "log-delivery-write,3,false",
    "bucket-owner-read,1,false",
    "bucket-owner-full-control,1,false"
  })
  void everyCannedNameIsAListThatIsWrittenAsItIsRead(String name, int grants, boolean isPublic) {
    var list = ofHeaders("x-amz-acl:" + name).orElseThrow();
    assertThat(list.grants()).hasSize(grants);
    assertThat(list.isPublic()).isEqualTo(isPublic);
    assertThat(list.isOnlyFor(OWNER)).isEqualTo(grants == 1);
    assertThat(AccessControlList.KIND.parser().apply(list.text())).isEqualTo(list);
    var told = list.document(AccountId::value).string();
    assertThat(AccessControlList.KIND.parser().apply(told)).isEqualTo(list);
  }

  @Test
  void theBucketsOwnerGetsWhatItsCannedNamesSay() {
    assertThat(AccessControlList.canned("bucket-owner-read", OWNER, OTHER).orElseThrow().grants())
        .contains(new Grant(new Grant.Grantee.Canonical(OTHER), Grant.Permission.READ));
    assertThat(
            AccessControlList.canned("bucket-owner-full-control", OWNER, OTHER)
                .orElseThrow()
                .grants())
        .contains(new Grant(new Grant.Grantee.Canonical(OTHER), Grant.Permission.FULL_CONTROL));
  }

  @Test
  void grantsComeInHeaders() {
    var list =
        ofHeaders(
                "x-amz-grant-read: id=\""
                    + OTHER.value()
                    + "\", uri=\""
                    + Grant.PredefinedGroup.ALL_USERS.uri()
                    + "\"",
                "x-amz-grant-full-control: id=" + OWNER.value())
            .orElseThrow();
    assertThat(list.grants())
        .containsExactly(
            new Grant(new Grant.Grantee.Canonical(OWNER), Grant.Permission.FULL_CONTROL),
            new Grant(new Grant.Grantee.Canonical(OTHER), Grant.Permission.READ),
            new Grant(
                new Grant.Grantee.Group(Grant.PredefinedGroup.ALL_USERS), Grant.Permission.READ));
    assertThat(ofHeaders("x-amz-meta-a: b")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x-amz-acl: everything|InvalidArgument",
        "x-amz-grant-read: nobody|InvalidArgument",
        "x-amz-grant-read: name=\"x\"|InvalidArgument",
        "x-amz-grant-read: id=\"c\"|InvalidArgument",
        "x-amz-grant-read: id=\"\"|InvalidArgument",
        "x-amz-grant-read: uri=\"http://example.com\"|InvalidArgument",
        "x-amz-grant-read: emailAddress=\"a@b.c\"|UnresolvableGrantByEmailAddress"
      })
  void headersThatSayNothingSensibleAreRefused(String line, String code) {
    assertThat(refusal(() -> ofHeaders(line))).isEqualTo(code);
  }

  @Test
  void aCannedNameAndGrantsExcludeEachOther() {
    assertThat(
            refusal(() -> ofHeaders("x-amz-acl: private", "x-amz-grant-read: id=" + OWNER.value())))
        .isEqualTo("InvalidRequest");
  }

  private static String document(String grants) {
    return "<AccessControlPolicy><Owner><ID>"
        + OWNER.value()
        + "</ID></Owner><AccessControlList>"
        + grants
        + "</AccessControlList></AccessControlPolicy>";
  }

  private static String grant(String grantee, String permission) {
    return "<Grant><Grantee "
        + grantee
        + "</Grantee><Permission>"
        + permission
        + "</Permission></Grant>";
  }

  private static final String XSI = " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<AccessControlPolicy/>",
        "<AccessControlPolicy><AccessControlList/></AccessControlPolicy>",
        "<Acl/>"
      })
  void aListNeedsItsOwner(String text) {
    assertThat(
            refusal(
                () ->
                    AccessControlList.parse(
                        DocumentKind.read(text.isEmpty() ? "<a/>" : text), id -> true)))
        .isEqualTo("MalformedACLError");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "><ID>known</ID>|READ|taken",
        XSI + " xsi:type='CanonicalUser'><ID>known</ID>|READ|taken",
        XSI + " xsi:type='Group'><ID>known</ID>|READ|MalformedACLError",
        "><ID>known</ID>|ALL|MalformedACLError",
        "><ID>unknown</ID>|READ|InvalidArgument",
        "><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>|WRITE_ACP|taken",
        "><URI>http://acs.amazonaws.com/groups/global/Nobody</URI>|WRITE|InvalidArgument",
        "><EmailAddress>a@b.c</EmailAddress>|WRITE|UnresolvableGrantByEmailAddress",
        ">|READ|MalformedACLError",
        "><ID>known</ID><URI>u</URI>|READ|MalformedACLError",
        "><Name>known</Name>|READ|MalformedACLError"
      })
  void grantsInXmlAreJudged(String grantee, String permission, String expected) {
    var text = document(grant(grantee, permission));
    assertThat(
            refusal(
                () ->
                    AccessControlList.parse(
                        DocumentKind.read(text), id -> id.value().equals("known"))))
        .isEqualTo(expected);
  }

  @Test
  void aListHoldsUpToAHundredGrants() {
    var one = grant("><ID>known</ID>", "READ");
    assertThat(
            AccessControlList.parse(DocumentKind.read(document(one.repeat(100))), id -> true)
                .grants())
        .hasSize(100);
    assertThat(
            refusal(
                () ->
                    AccessControlList.parse(
                        DocumentKind.read(document(one.repeat(101))), id -> true)))
        .isEqualTo("MalformedACLError");
  }
}
