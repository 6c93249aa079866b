package ninebark.metadata.state;

import java.time.Instant;
import java.util.Optional;
import ninebark.metadata.Precondition;
import ninebark.metadata.rows.ObjectRow;

/** Judges what a command asks of the object that is there; a delete marker is none. */
final class Conditions {
  private Conditions() {}

  /** Why a condition does not hold. */
  sealed interface Refusal {
    /**
     * @param condition the header that asked
     */
    record Failed(String condition) implements Refusal {}

    /** What is asked can only be asked of an object, and there is none. */
    record NoSuchKey() implements Refusal {}
  }

  static Optional<Refusal> refusal(Precondition precondition, Optional<ObjectRow> current) {
    return switch (precondition) {
      case Precondition.None() -> Optional.empty();
      case Precondition.Absent() -> current.isEmpty() ? Optional.empty() : failed("If-None-Match");
      case Precondition.Present() ->
          current.isPresent() ? Optional.empty() : Optional.of(new Refusal.NoSuchKey());
      case Precondition.Matches(var etag) ->
          ofObject(current, "If-Match", object -> object.etag().equals(etag));
      case Precondition.Differs(var etag) ->
          current.isPresent() && current.get().etag().equals(etag)
              ? failed("If-None-Match")
              : Optional.empty();
      case Precondition.ModifiedSince(var moment) ->
          current.isPresent() && seconds(current.get()) <= moment.getEpochSecond()
              ? failed("If-Modified-Since")
              : Optional.empty();
      case Precondition.UnmodifiedSince(var moment) ->
          current.isPresent() && seconds(current.get()) > moment.getEpochSecond()
              ? failed("If-Unmodified-Since")
              : Optional.empty();
      case Precondition.ModifiedAt(var moment) ->
          ofObject(
              current,
              "x-amz-if-match-last-modified-time",
              object -> seconds(object) == moment.getEpochSecond());
      case Precondition.HasLength(long length) ->
          ofObject(current, "x-amz-if-match-size", object -> object.length() == length);
      case Precondition.AllOf(var parts) ->
          parts.stream().flatMap(part -> refusal(part, current).stream()).findFirst();
    };
  }

  private interface Test {
    boolean holds(ObjectRow object);
  }

  private static Optional<Refusal> ofObject(
      Optional<ObjectRow> current, String condition, Test test) {
    if (current.isEmpty()) {
      return Optional.of(new Refusal.NoSuchKey());
    }
    return test.holds(current.get()) ? Optional.empty() : failed(condition);
  }

  private static Optional<Refusal> failed(String condition) {
    return Optional.of(new Refusal.Failed(condition));
  }

  private static long seconds(ObjectRow object) {
    return Instant.ofEpochMilli(object.modifiedMillis()).getEpochSecond();
  }
}
