package ninebark.gateway.access;

import java.util.Optional;
import java.util.Set;
import ninebark.gateway.policy.Policy;
import ninebark.gateway.request.Principal;
import ninebark.metadata.AccountId;

/**
 * Accounts do what they like in their own buckets; what others may, and what even the owner may
 * not, says the bucket's policy. ACLs are kept and told but let nobody in yet. Pure.
 */
final class BucketPolicies implements Authorizer {
  /** What a bad policy must not lock the owner out of, and what others are never let into. */
  private static final Set<String> OWNERS_ALWAYS =
      Set.of("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy");

  private static final Decision ALLOW = new Decision.Allow();

  @Override
  public Decision decide(Question question) {
    if (question.bucket().isEmpty()) {
      return switch (question.principal()) {
        case Principal.Anonymous() -> new Decision.Deny("anonymous");
        case Principal.Member(var account, var name, var key) -> ALLOW;
      };
    }
    var access = question.bucket().get();
    Optional<AccountId> account =
        switch (question.principal()) {
          case Principal.Anonymous() -> Optional.empty();
          case Principal.Member(var id, var name, var key) -> Optional.of(id);
        };
    boolean owner = account.isPresent() && account.get().equals(access.owner());
    if (OWNERS_ALWAYS.contains(question.action())) {
      return owner ? ALLOW : new Decision.Deny("only the bucket's owner reads and sets its policy");
    }
    if (access.policy().isEmpty()) {
      return owner ? ALLOW : new Decision.Deny("the bucket belongs to another account");
    }
    var policy = access.policy().get();
    return switch (policy.judge(account, question.action(), question.resource())) {
      case Policy.Verdict.Denied(var statement) ->
          new Decision.Deny("statement " + statement + " of the bucket's policy denies it");
      case Policy.Verdict.Silent() ->
          owner ? ALLOW : new Decision.Deny("no statement of the bucket's policy allows it");
      case Policy.Verdict.Allowed() ->
          owner || !access.block().restrictPublicBuckets() || !policy.isPublic()
              ? ALLOW
              : new Decision.Deny("the bucket is restricted and its policy public");
    };
  }
}
