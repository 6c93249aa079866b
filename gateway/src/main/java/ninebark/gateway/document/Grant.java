package ninebark.gateway.document;

import java.util.Arrays;
import java.util.Optional;
import ninebark.metadata.AccountId;

/** One permission that an ACL gives to one grantee. */
public record Grant(Grantee grantee, Permission permission) {
  /** Who may. */
  public sealed interface Grantee {
    record Canonical(AccountId id) implements Grantee {}

    record Group(PredefinedGroup group) implements Grantee {}
  }

  /** Groups everybody knows without asking. */
  public enum PredefinedGroup {
    /** Whoever comes. */
    ALL_USERS("http://acs.amazonaws.com/groups/global/AllUsers"),
    /** Whoever comes from any account at all. */
    AUTHENTICATED_USERS("http://acs.amazonaws.com/groups/global/AuthenticatedUsers"),
    LOG_DELIVERY("http://acs.amazonaws.com/groups/s3/LogDelivery");

    private final String uri;

    PredefinedGroup(String uri) {
      this.uri = uri;
    }

    public String uri() {
      return uri;
    }

    public static Optional<PredefinedGroup> named(String uri) {
      return Arrays.stream(values()).filter(each -> each.uri.equals(uri)).findFirst();
    }

    /** S3 calls both public: anybody can open an account. */
    boolean isPublic() {
      return this != LOG_DELIVERY;
    }
  }

  /** What a grantee may. The order is that of the headers that give it. */
  public enum Permission {
    FULL_CONTROL("x-amz-grant-full-control"),
    READ("x-amz-grant-read"),
    READ_ACP("x-amz-grant-read-acp"),
    WRITE("x-amz-grant-write"),
    WRITE_ACP("x-amz-grant-write-acp");

    private final String header;

    Permission(String header) {
      this.header = header;
    }

    public String header() {
      return header;
    }

    public static Optional<Permission> named(String name) {
      return Arrays.stream(values()).filter(each -> each.name().equals(name)).findFirst();
    }
  }

  boolean isPublic() {
    return grantee instanceof Grantee.Group(var group) && group.isPublic();
  }
}
