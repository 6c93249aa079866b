package ninebark.metadata.lifecycle;

import java.time.Instant;

/**
 * What a rule demands of one version or upload, and when.
 *
 * @param rule its id; one without is called by its place in the document
 */
public record Due(Instant at, String rule, Action action) {
  /** What rules can demand. */
  public sealed interface Action {
    /** A marker covers the current object where versions are kept, else it goes. */
    record ExpireCurrent() implements Action {}

    /**
     * A version that is not current goes for good.
     *
     * @param keepNewest only while so many noncurrent objects of its key are newer
     */
    record RemoveNoncurrent(int keepNewest) implements Action {}

    /**
     * The version goes to a cheaper class and stays what it is.
     *
     * @param storageClass where to
     * @param keepNewest of a version that is not current: only while so many noncurrent objects of
     *     its key are newer
     */
    record Transition(String storageClass, int keepNewest) implements Action {}

    /** A delete marker goes that covers nothing any more. */
    record RemoveMarker() implements Action {}

    /** An upload that was never finished goes with its parts. */
    record AbortUpload() implements Action {}
  }
}
