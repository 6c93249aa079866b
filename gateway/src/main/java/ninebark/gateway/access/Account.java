package ninebark.gateway.access;

import java.util.Map;
import ninebark.metadata.AccountId;

/**
 * One account.
 *
 * @param keys its access key ids and their secrets
 */
public record Account(AccountId id, String displayName, Map<String, String> keys) {
  public Account {
    keys = Map.copyOf(keys);
  }

  /** Never the secrets. */
  @Override
  public String toString() {
    return "Account[" + id + ", " + displayName + ", keys " + keys.keySet() + "]";
  }
}
