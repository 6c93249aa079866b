package ninebark.metadata;

/** Whether a bucket keeps versions. */
public enum Versioning {
  /** Never asked for. */
  OFF,
  ENABLED,
  /** Kept once; new objects take the place of the null version. */
  SUSPENDED
}
