package ninebark.metadata;

import java.util.Optional;

/**
 * That a bucket locks versions, and what new ones get that ask for nothing. Once on, it stays on.
 */
public record LockSettings(Optional<DefaultRetention> defaultRetention) {
  /**
   * @param period so many days or years from the version's birth
   */
  public record DefaultRetention(Retention.Mode mode, Period period) {}

  /** S3 counts in days or in years of 365 days. */
  public sealed interface Period {
    record Days(int count) implements Period {}

    record Years(int count) implements Period {}

    default int days() {
      return switch (this) {
        case Days(int count) -> count;
        case Years(int count) -> count * 365;
      };
    }
  }
}
