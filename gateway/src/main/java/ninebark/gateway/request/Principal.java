package ninebark.gateway.request;

import ninebark.metadata.AccountId;

/** Who sent a request. */
public sealed interface Principal {
  /** Who owns what it writes, where writers own. */
  AccountId account();

  /** It carried no credentials. */
  record Anonymous() implements Principal {
    /** What S3 calls nobody. No account has this id: theirs are longer. */
    private static final AccountId NOBODY = new AccountId("65a011a29cdf8ec533ec3d1ccaae921c");

    @Override
    public AccountId account() {
      return NOBODY;
    }
  }

  /** It was signed with an access key of this account. */
  record Member(AccountId account, String displayName, String accessKeyId) implements Principal {}
}
