package ninebark.deploy.config;

import java.util.List;

/**
 * An account beside the root account.
 *
 * @param id its canonical id: 64 hex digits
 * @param displayName how listings show it
 * @param keys its access keys
 */
public record AccountConfig(String id, String displayName, List<KeyConfig> keys) {
  /** One access key; its secret is never shown. */
  public record KeyConfig(String accessKey, String secretKey) {
    public KeyConfig {
      if (accessKey.length() < 3 || secretKey.length() < 8) {
        throw new IllegalArgumentException(
            "an access key has at least 3 characters and a secret key 8, found "
                + accessKey.length()
                + " and "
                + secretKey.length());
      }
    }

    @Override
    public String toString() {
      return "KeyConfig[" + accessKey + ", secret not shown]";
    }
  }

  public AccountConfig {
    if (!id.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("an account id is 64 hex digits, found '" + id + "'");
    }
    keys = List.copyOf(keys);
  }
}
