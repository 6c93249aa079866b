package ninebark.metadata;

/** Which version of a key is meant. */
public sealed interface VersionChoice {
  /** The newest, whatever it is. */
  record Current() implements VersionChoice {}

  /** {@code versionId=}. */
  record Exactly(VersionId id) implements VersionChoice {}

  VersionChoice CURRENT = new Current();
}
