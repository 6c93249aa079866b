package ninebark.bench.load;

import java.util.Optional;

/** What one worker asks, one request after the other. Threads: one. */
public interface Script {
  /** The next request; empty once there is nothing left to do. */
  Optional<Step> next();

  /** Says that a step did not come to what it should have. */
  default void failed(Step step) {}
}
