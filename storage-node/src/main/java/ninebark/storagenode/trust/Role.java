package ninebark.storagenode.trust;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a process of the cluster does. */
public enum Role {
  /** Serves S3. */
  GATEWAY,
  /** Keeps a replica of the index. */
  INDEX,
  /** Serves disks. */
  STORAGE;

  /** As people and certificates write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> parse(String label) {
    return Arrays.stream(values()).filter(role -> role.label().equals(label)).findFirst();
  }
}
