package ninebark.metadata;

import java.time.Instant;
import java.util.List;

/**
 * What must hold of the current object for a command to go through; judged inside the state
 * machine. A delete marker counts as no object.
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

  /** {@code If-None-Match: "etag"}; holds where no object is. */
  record Differs(ETag etag) implements Precondition {}

  /** {@code If-Modified-Since}, in whole seconds. */
  record ModifiedSince(Instant moment) implements Precondition {}

  /** {@code If-Unmodified-Since}, in whole seconds. */
  record UnmodifiedSince(Instant moment) implements Precondition {}

  /** {@code x-amz-if-match-last-modified-time}, in whole seconds. */
  record ModifiedAt(Instant moment) implements Precondition {}

  /** {@code x-amz-if-match-size}. */
  record HasLength(long length) implements Precondition {}

  /** Each of them; the first that does not hold is the one reported. */
  record AllOf(List<Precondition> parts) implements Precondition {
    public AllOf {
      parts = List.copyOf(parts);
    }
  }

  Precondition NONE = new None();
}
