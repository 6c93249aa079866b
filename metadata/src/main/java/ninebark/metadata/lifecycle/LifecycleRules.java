package ninebark.metadata.lifecycle;

import java.util.List;

/**
 * A bucket's rules in the order of its document.
 *
 * @param smallObjects which small objects transitions leave alone
 */
public record LifecycleRules(List<LifecycleRule> rules, SmallObjects smallObjects) {
  public LifecycleRules {
    rules = List.copyOf(rules);
  }

  /** Transitions of rules whose filter names no size. */
  public enum SmallObjects {
    /** Below 128 KiB nothing moves. */
    ALL_STORAGE_CLASSES_128K,
    /** To GLACIER and DEEP_ARCHIVE everything moves, elsewhere nothing below 128 KiB. */
    VARIES_BY_STORAGE_CLASS
  }
}
