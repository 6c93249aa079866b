package ninebark.gateway.document;

import static ninebark.gateway.xml.XmlShape.anyText;
import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.many;
import static ninebark.gateway.xml.XmlShape.oneOf;
import static ninebark.gateway.xml.XmlShape.optional;
import static ninebark.gateway.xml.XmlShape.required;
import static ninebark.gateway.xml.XmlShape.someText;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import ninebark.gateway.document.Grant.Grantee;
import ninebark.gateway.document.Grant.Permission;
import ninebark.gateway.document.Grant.PredefinedGroup;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.AccountId;

/**
 * An access control list: its owner and up to 100 grants. It comes as a canned name, in grant
 * headers or as XML, and is always kept and told in the one form that {@link #text} writes.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html">ACL
 *     overview</a>
 */
public record AccessControlList(AccountId owner, List<Grant> grants) {
  /** Of buckets. */
  public static final DocumentKind<AccessControlList> KIND =
      DocumentKind.xml("acl", root -> parse(root, account -> true));

  public static final String CANNED = "x-amz-acl";
  private static final int MAX_GRANTS = 100;
  private static final String ROOT = "AccessControlPolicy";

  private static final XmlShape SHAPE =
      elements(
          required(
              "Owner", elements(required("ID", someText()), optional("DisplayName", anyText()))),
          required(
              "AccessControlList",
              elements(
                  many(
                      "Grant",
                      0,
                      MAX_GRANTS,
                      elements(
                          required(
                              "Grantee",
                              elements(
                                  optional("ID", someText()),
                                  optional("DisplayName", anyText()),
                                  optional("URI", someText()),
                                  optional("EmailAddress", someText()))),
                          required(
                              "Permission",
                              oneOf("FULL_CONTROL", "READ", "READ_ACP", "WRITE", "WRITE_ACP")))))));

  /** {@code id="..."} and the like, one of a list. */
  private static final Pattern GRANTEE =
      Pattern.compile("\\s*([A-Za-z]+)\\s*=\\s*\"?([^\",]*)\"?\\s*");

  public AccessControlList {
    grants = List.copyOf(grants);
  }

  /** What everything has that was given nothing else. */
  public static AccessControlList ownersOnly(AccountId owner) {
    return new AccessControlList(owner, List.of(full(owner)));
  }

  private static Grant full(AccountId account) {
    return new Grant(new Grantee.Canonical(account), Permission.FULL_CONTROL);
  }

  private static Grant to(PredefinedGroup group, Permission permission) {
    return new Grant(new Grantee.Group(group), permission);
  }

  /** Whether it lets in more than accounts it names. */
  public boolean isPublic() {
    return grants.stream().anyMatch(Grant::isPublic);
  }

  /** Whether nobody but this account gets anything by it. */
  public boolean isOnlyFor(AccountId account) {
    return grants.stream()
        .allMatch(
            grant -> grant.grantee() instanceof Grantee.Canonical(var id) && id.equals(account));
  }

  // --- canned -----------------------------------------------------------------------------------

  /**
   * @param bucketOwner who owns the bucket that holds the object; the owner itself for a bucket
   * @return empty if there is no such name
   */
  public static Optional<AccessControlList> canned(
      String name, AccountId owner, AccountId bucketOwner) {
    var own = full(owner);
    boolean same = owner.equals(bucketOwner);
    var grants =
        switch (name) {
          case "private", "aws-exec-read" -> List.of(own);
          case "public-read" -> List.of(own, to(PredefinedGroup.ALL_USERS, Permission.READ));
          case "public-read-write" ->
              List.of(
                  own,
                  to(PredefinedGroup.ALL_USERS, Permission.READ),
                  to(PredefinedGroup.ALL_USERS, Permission.WRITE));
          case "authenticated-read" ->
              List.of(own, to(PredefinedGroup.AUTHENTICATED_USERS, Permission.READ));
          case "log-delivery-write" ->
              List.of(
                  own,
                  to(PredefinedGroup.LOG_DELIVERY, Permission.WRITE),
                  to(PredefinedGroup.LOG_DELIVERY, Permission.READ_ACP));
          case "bucket-owner-read" ->
              same
                  ? List.of(own)
                  : List.of(own, new Grant(new Grantee.Canonical(bucketOwner), Permission.READ));
          case "bucket-owner-full-control" -> same ? List.of(own) : List.of(own, full(bucketOwner));
          default -> List.<Grant>of();
        };
    return grants.isEmpty() ? Optional.empty() : Optional.of(new AccessControlList(owner, grants));
  }

  // --- headers ----------------------------------------------------------------------------------

  /** Whether a request says anything of an ACL in its headers. */
  public static boolean isIn(Headers headers) {
    return headers.has(CANNED) || hasGrants(headers);
  }

  private static boolean hasGrants(Headers headers) {
    for (var permission : Permission.values()) {
      if (headers.has(permission.header())) {
        return true;
      }
    }
    return false;
  }

  /**
   * What the headers of a request say; empty if nothing.
   *
   * @param isAccount which ids belong to somebody
   */
  public static Optional<AccessControlList> of(
      Headers headers, AccountId owner, AccountId bucketOwner, Predicate<AccountId> isAccount) {
    var canned = headers.first(CANNED);
    if (canned.isEmpty() && !hasGrants(headers)) {
      return Optional.empty();
    }
    if (canned.isPresent()) {
      if (hasGrants(headers)) {
        throw S3Error.INVALID_REQUEST.because(
            "Specifying both Canned ACLs and Header Grants is not allowed");
      }
      return Optional.of(
          canned(canned.get(), owner, bucketOwner)
              .orElseThrow(
                  () -> S3Error.invalidArgument("Invalid canned ACL.", CANNED, canned.get())));
    }
    var grants = new ArrayList<Grant>();
    for (var permission : Permission.values()) {
      for (var value : headers.all(permission.header())) {
        for (var part : value.split(",", -1)) {
          grants.add(new Grant(grantee(part, permission, isAccount), permission));
        }
      }
    }
    if (grants.size() > MAX_GRANTS) {
      throw S3Error.INVALID_REQUEST.because("An ACL holds at most " + MAX_GRANTS + " grants.");
    }
    return Optional.of(new AccessControlList(owner, grants));
  }

  private static Grantee grantee(
      String text, Permission permission, Predicate<AccountId> isAccount) {
    var matcher = GRANTEE.matcher(text);
    if (!matcher.matches()) {
      throw S3Error.invalidArgument(
          "Argument format not recognized", permission.header(), text.strip());
    }
    var value = matcher.group(2);
    return switch (matcher.group(1)) {
      case "id" -> canonical(value, "id", isAccount);
      case "uri" -> group(value, "uri");
      case "emailAddress" -> throw noSuchAddress();
      default ->
          throw S3Error.invalidArgument(
              "Argument format not recognized", permission.header(), text.strip());
    };
  }

  private static Grantee canonical(String id, String name, Predicate<AccountId> isAccount) {
    if (id.isEmpty() || !isAccount.test(new AccountId(id))) {
      throw S3Error.invalidArgument("Invalid id", name, id);
    }
    return new Grantee.Canonical(new AccountId(id));
  }

  private static Grantee group(String uri, String name) {
    return PredefinedGroup.named(uri)
        .<Grantee>map(Grantee.Group::new)
        .orElseThrow(() -> S3Error.invalidArgument("Invalid group uri", name, uri));
  }

  private static S3Exception noSuchAddress() {
    // Accounts have no mail address here, so none can be resolved.
    return S3Error.UNRESOLVABLE_GRANT_BY_EMAIL_ADDRESS.exception();
  }

  // --- XML --------------------------------------------------------------------------------------

  /**
   * @param isAccount which ids belong to somebody
   * @throws S3Exception {@code MalformedACLError} and others
   */
  public static AccessControlList parse(XmlElement root, Predicate<AccountId> isAccount) {
    try {
      SHAPE.check(root.expect(ROOT));
    } catch (S3Exception malformed) {
      throw S3Error.MALFORMED_ACL_ERROR.because(malformed.message());
    }
    var grants = new ArrayList<Grant>();
    for (var grant : root.all("AccessControlList").getFirst().all("Grant")) {
      grants.add(
          new Grant(
              grantee(grant.all("Grantee").getFirst(), isAccount),
              Permission.named(grant.required("Permission")).orElseThrow()));
    }
    return new AccessControlList(
        new AccountId(root.all("Owner").getFirst().required("ID")), grants);
  }

  private static Grantee grantee(XmlElement grantee, Predicate<AccountId> isAccount) {
    var id = grantee.optional("ID");
    var uri = grantee.optional("URI");
    var address = grantee.optional("EmailAddress");
    var type =
        id.isPresent() ? "CanonicalUser" : uri.isPresent() ? "Group" : "AmazonCustomerByEmail";
    boolean oneOnly =
        (id.isPresent() ? 1 : 0) + (uri.isPresent() ? 1 : 0) + (address.isPresent() ? 1 : 0) == 1;
    if (!oneOnly || !grantee.type().orElse(type).equals(type)) {
      throw S3Error.MALFORMED_ACL_ERROR.exception();
    }
    if (id.isPresent()) {
      return canonical(id.get(), "CanonicalUser/ID", isAccount);
    }
    if (uri.isPresent()) {
      return group(uri.get(), "Group/URI");
    }
    throw noSuchAddress();
  }

  /** As it is kept: without what accounts are called, which may change. */
  public String text() {
    return write(account -> Optional.empty()).string();
  }

  /** As it is told, with what accounts are called. */
  public XmlWriter document(Function<AccountId, String> displayName) {
    return write(account -> Optional.of(displayName.apply(account)));
  }

  private XmlWriter write(Function<AccountId, Optional<String>> displayName) {
    var xml = XmlWriter.document(ROOT, 1024).open("Owner");
    account(xml, owner, displayName).close("Owner").open("AccessControlList");
    for (var grant : grants) {
      xml.open("Grant");
      switch (grant.grantee()) {
        case Grantee.Canonical(var id) ->
            account(xml.open("Grantee", "CanonicalUser"), id, displayName).close("Grantee");
        case Grantee.Group(var group) ->
            xml.open("Grantee", "Group").text("URI", group.uri()).close("Grantee");
      }
      xml.text("Permission", grant.permission().name()).close("Grant");
    }
    return xml.close("AccessControlList").close(ROOT);
  }

  private static XmlWriter account(
      XmlWriter xml, AccountId id, Function<AccountId, Optional<String>> displayName) {
    xml.text("ID", id.value());
    displayName.apply(id).ifPresent(name -> xml.text("DisplayName", name));
    return xml;
  }
}
