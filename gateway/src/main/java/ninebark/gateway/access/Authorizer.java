package ninebark.gateway.access;

import java.util.Optional;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.request.Principal;
import ninebark.metadata.AccountId;

/** Decides whether a principal may do something. Threads: safe. */
public interface Authorizer {
  /**
   * What is asked.
   *
   * @param action as IAM calls it
   * @param resource as an ARN
   * @param owner of the bucket, if the action is about one that exists
   */
  record Question(
      Principal principal,
      String action,
      String resource,
      Optional<AccountId> owner,
      QueryParameters query,
      Headers headers) {}

  /** What is answered. */
  sealed interface Decision {
    record Allow() implements Decision {}

    /** With the reason, for logs; clients hear only that it is denied. */
    record Deny(String reason) implements Decision {}
  }

  Decision decide(Question question);

  /** A bucket and all in it belong to the account that made it; nobody else gets in. */
  static Authorizer ownerOnly() {
    return question ->
        switch (question.principal()) {
          case Principal.Anonymous() -> new Decision.Deny("anonymous");
          case Principal.Member(var account, var name, var key) ->
              question.owner().isEmpty() || question.owner().get().equals(account)
                  ? new Decision.Allow()
                  : new Decision.Deny("the bucket belongs to another account");
        };
  }
}
