package ninebark.scrubber.rebuild;

/** What the index says about a stripe. */
public enum Standing {
  /** An object holds it, or its garbage row does. */
  NAMED,
  /** Not named, but young enough that a commit may still name it. */
  UNDECIDED,
  /** Not named, and no commit can name it any more: reclaim erases it. */
  ORPHAN
}
