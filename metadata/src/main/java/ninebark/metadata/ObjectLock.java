package ninebark.metadata;

import java.util.Optional;

/** What protects one version. */
public record ObjectLock(Optional<Retention> retention, boolean legalHold) {
  public static final ObjectLock NONE = new ObjectLock(Optional.empty(), false);
}
