package ninebark.gateway.access;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import ninebark.gateway.request.Principal;
import ninebark.gateway.sigv4.SignatureVerifier;
import ninebark.metadata.AccountId;

/**
 * All accounts, from the configuration. Unchangeable: an access key belongs to one account, and a
 * doubtful list is refused as a whole.
 */
public final class Accounts implements SignatureVerifier.Secrets {
  private static final Pattern CANONICAL_ID = Pattern.compile("[0-9a-f]{64}");

  private final Map<String, Account> byKey;
  private final Map<AccountId, Account> byId;

  public Accounts(List<Account> accounts) {
    var keys = new HashMap<String, Account>();
    var ids = new HashMap<AccountId, Account>();
    for (var account : accounts) {
      if (!CANONICAL_ID.matcher(account.id().value()).matches()) {
        throw new IllegalArgumentException(
            "an account id is 64 hexadecimal digits, found '" + account.id() + "'");
      }
      if (ids.put(account.id(), account) != null) {
        throw new IllegalArgumentException("two accounts have the id " + account.id());
      }
      account
          .keys()
          .forEach(
              (accessKeyId, secret) -> {
                if (accessKeyId.isBlank() || secret.isBlank()) {
                  throw new IllegalArgumentException(
                      "account " + account.displayName() + " has an empty access key or secret");
                }
                if (keys.put(accessKeyId, account) != null) {
                  throw new IllegalArgumentException(
                      "the access key " + accessKeyId + " stands in two accounts");
                }
              });
    }
    this.byKey = Map.copyOf(keys);
    this.byId = Map.copyOf(ids);
  }

  @Override
  public Optional<String> secretOf(String accessKeyId) {
    return Optional.ofNullable(byKey.get(accessKeyId))
        .map(account -> account.keys().get(accessKeyId));
  }

  /** Who holds this key. */
  public Optional<Principal.Member> memberOf(String accessKeyId) {
    return Optional.ofNullable(byKey.get(accessKeyId))
        .map(account -> new Principal.Member(account.id(), account.displayName(), accessKeyId));
  }

  /** Whether there is an account of this id. */
  public boolean has(AccountId id) {
    return byId.containsKey(id);
  }

  /** What an account is called in listings; its id if it is gone. */
  public String displayName(AccountId id) {
    var account = Optional.ofNullable(byId.get(id));
    return account.map(Account::displayName).orElse(id.value());
  }
}
