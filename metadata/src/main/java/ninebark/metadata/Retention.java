package ninebark.metadata;

import java.time.Instant;

/** Until when a version may not be removed, and whether somebody may say otherwise. */
public record Retention(Mode mode, Instant until) {
  public enum Mode {
    /** May be shortened or bypassed by who is allowed to and says so. */
    GOVERNANCE,
    /** May be lengthened only, by anybody. */
    COMPLIANCE
  }
}
