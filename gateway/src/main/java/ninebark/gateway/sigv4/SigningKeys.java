package ninebark.gateway.sigv4;

import java.util.concurrent.ConcurrentHashMap;

/** Signing keys already derived, bounded; a key costs ten compressions, a look-up none. */
final class SigningKeys {
  private static final int LIMIT = 4096;

  private record Name(String secret, CredentialScope scope) {
    @Override
    public String toString() {
      return scope.toString();
    }
  }

  private final ConcurrentHashMap<Name, SigningKey> keys = new ConcurrentHashMap<>();

  SigningKey of(String secret, CredentialScope scope) {
    var name = new Name(secret, scope);
    var known = keys.get(name);
    if (known != null) {
      return known;
    }
    if (keys.size() >= LIMIT) {
      keys.clear();
    }
    var derived = SigningKey.derive(secret, scope);
    keys.put(name, derived);
    return derived;
  }
}
