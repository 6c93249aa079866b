package ninebark.scrubber.journal;

import java.time.Instant;
import ninebark.storagenode.DiskId;

/** One line of the journal. */
public sealed interface JournalRecord {
  /** This is the whole of what the stripe has lost; replaces what was said before. */
  record Lost(Loss loss) implements JournalRecord {}

  /** The stripe needs nothing any more. */
  record Mended(StripeKey stripe) implements JournalRecord {}

  record Marked(PatrolMark mark) implements JournalRecord {}

  /** All stripes born before have had their check of that age. */
  record Grown(int ageIndex, Instant until) implements JournalRecord {}

  /** The patrol rests until then; a moment that has passed means that it goes on. */
  record Paused(Instant until) implements JournalRecord {}

  /** How far a census has come; one that has ended stays known until the next one has. */
  record Counted(CensusMark mark) implements JournalRecord {}

  /** All that was lived through until now. */
  record Experienced(Experience experience) implements JournalRecord {}

  record Away(Absence absence) implements JournalRecord {}

  record Back(DiskId disk) implements JournalRecord {}
}
