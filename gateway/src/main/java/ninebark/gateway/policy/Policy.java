package ninebark.gateway.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import ninebark.gateway.document.DocumentKind;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.metadata.AccountId;

/**
 * What the owner of a bucket lets others do in it, or forbids. Unchangeable.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html">
 *     Policy evaluation logic</a>
 */
public record Policy(List<Statement> statements) {
  public static final DocumentKind<Policy> KIND = DocumentKind.of("policy", PolicyFormat::parse);

  /** Of the JSON, 20 KiB. */
  public static final int MAX_BYTES = 20 * 1024;

  private static final String ARN = "arn:aws:s3:::";

  public Policy {
    statements = List.copyOf(statements);
  }

  enum Effect {
    ALLOW,
    DENY
  }

  /** Whom a statement is about. */
  sealed interface Principals {
    /** Whoever comes, with or without credentials. */
    record Everyone() implements Principals {}

    record These(Set<AccountId> accounts) implements Principals {}

    /** Whoever comes but these. */
    record Except(Set<AccountId> accounts) implements Principals {}

    default boolean include(Optional<AccountId> account) {
      return switch (this) {
        case Everyone() -> true;
        case These(var accounts) -> account.isPresent() && accounts.contains(account.get());
        case Except(var accounts) -> account.isEmpty() || !accounts.contains(account.get());
      };
    }
  }

  /**
   * Actions or resources.
   *
   * @param listed whether those that match are meant, or those that do not
   */
  record Selection(List<Wildcard> patterns, boolean listed) {
    Selection {
      patterns = List.copyOf(patterns);
    }

    boolean includes(String text) {
      return patterns.stream().anyMatch(pattern -> pattern.matches(text)) == listed;
    }
  }

  /** One statement. */
  public record Statement(
      String id, Effect effect, Principals principals, Selection actions, Selection resources) {
    boolean speaksOf(Optional<AccountId> account, String action, String resource) {
      return principals.include(account)
          && actions.includes(action)
          && resources.includes(resource);
    }
  }

  /** What a policy says to one question. */
  public sealed interface Verdict {
    record Allowed() implements Verdict {}

    /**
     * @param statement its Sid, or its place
     */
    record Denied(String statement) implements Verdict {}

    /** No statement speaks of it. */
    record Silent() implements Verdict {}
  }

  /**
   * A statement that denies wins over all that allow.
   *
   * @param account empty for who brings no credentials
   * @param resource as an ARN
   */
  public Verdict judge(Optional<AccountId> account, String action, String resource) {
    boolean allowed = false;
    for (var statement : statements) {
      if (statement.speaksOf(account, action, resource)) {
        if (statement.effect() == Effect.DENY) {
          return new Verdict.Denied(statement.id());
        }
        allowed = true;
      }
    }
    return allowed ? new Verdict.Allowed() : new Verdict.Silent();
  }

  /** Whether it lets in more than accounts it names. */
  public boolean isPublic() {
    return statements.stream()
        .anyMatch(
            statement ->
                statement.effect() == Effect.ALLOW
                    && statement.principals() instanceof Principals.Everyone);
  }

  /**
   * Refuses it where it says something of another bucket, of accounts nobody has, or nothing at
   * all.
   *
   * @param isAccount which ids belong to somebody
   * @throws S3Exception {@code MalformedPolicy}
   */
  public void checkFor(String bucket, Predicate<AccountId> isAccount) {
    for (var statement : statements) {
      var accounts =
          switch (statement.principals()) {
            case Principals.Everyone() -> Set.<AccountId>of();
            case Principals.These(var these) -> these;
            case Principals.Except(var these) -> these;
          };
      for (var account : accounts) {
        if (!isAccount.test(account)) {
          throw PolicyFormat.invalidPrincipal(account.value());
        }
      }
      for (var resource : statement.resources().patterns()) {
        if (!isIn(bucket, resource.pattern())) {
          throw S3Error.MALFORMED_POLICY
              .because("Policy has invalid resource")
              .with("Detail", resource.pattern());
        }
      }
      checkActions(bucket, statement);
    }
  }

  private static boolean isIn(String bucket, String resource) {
    var arn = ARN + bucket;
    return resource.equals(arn) || resource.equals(arn + "*") || resource.startsWith(arn + "/");
  }

  /** An action that fits none of the resources is a mistake: it would never do anything. */
  private static void checkActions(String bucket, Statement statement) {
    if (!statement.actions().listed() || !statement.resources().listed()) {
      return;
    }
    var arn = ARN + bucket;
    boolean bucketItself = statement.resources().includes(arn);
    boolean objects =
        statement.resources().patterns().stream()
            .anyMatch(pattern -> pattern.mayStartWith(arn + "/"));
    for (var action : statement.actions().patterns()) {
      boolean applies =
          (bucketItself && S3Actions.BUCKET.stream().anyMatch(action::matches))
              || (objects && S3Actions.OBJECT.stream().anyMatch(action::matches));
      if (!applies) {
        throw S3Error.MALFORMED_POLICY
            .because("Action does not apply to any resource(s) in statement")
            .with("Detail", action.pattern());
      }
    }
  }

  static Selection selection(List<String> texts, boolean listed, boolean anyCase) {
    var patterns = new ArrayList<Wildcard>();
    for (var text : new HashSet<>(texts)) {
      patterns.add(new Wildcard(text, anyCase));
    }
    return new Selection(patterns, listed);
  }
}
