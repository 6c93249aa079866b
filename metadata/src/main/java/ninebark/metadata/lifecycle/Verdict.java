package ninebark.metadata.lifecycle;

import java.util.Optional;

/** What is to be done with a version or an upload now. */
public sealed interface Verdict {
  /**
   * Nothing.
   *
   * @param until what comes next if nothing changes before; empty if no rule demands anything, or
   *     while a legal hold forbids it
   */
  record Keep(Optional<Due> until) implements Verdict {}

  record Act(Due due) implements Verdict {}
}
