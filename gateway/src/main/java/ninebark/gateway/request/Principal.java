package ninebark.gateway.request;

import ninebark.metadata.AccountId;

/** Who sent a request. */
public sealed interface Principal {
  /** It carried no credentials. */
  record Anonymous() implements Principal {}

  /** It was signed with an access key of this account. */
  record Member(AccountId account, String displayName, String accessKeyId) implements Principal {}
}
