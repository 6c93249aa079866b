package ninebark.scrubber.patrol;

import ninebark.scrubber.journal.Loss;

/** Where losses are told. */
public interface Findings {
  void found(Loss loss);

  /** Whether there is room for more; whoever looks for many waits until there is. */
  boolean hasRoom();

  /** Whether something is under way that all looking must stand back for. */
  boolean isUrgent();
}
