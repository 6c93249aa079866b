package ninebark.metadata;

/**
 * What must hold of the current object for a command to go through; judged inside the state
 * machine.
 */
public sealed interface Precondition {
  /** Nothing is asked. */
  record None() implements Precondition {}

  /** {@code If-None-Match: *}. */
  record Absent() implements Precondition {}

  /** {@code If-Match: *}. */
  record Present() implements Precondition {}

  /** {@code If-Match: "etag"}. */
  record Matches(ETag etag) implements Precondition {}

  Precondition NONE = new None();
}
