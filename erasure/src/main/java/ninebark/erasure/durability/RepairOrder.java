package ninebark.erasure.durability;

/** How the missing shards of one stripe are repaired. */
public enum RepairOrder {
  /** All at once, each on its own. */
  SIDE_BY_SIDE,
  /** One after the other: a stuck repair holds up those behind it. */
  ONE_AT_A_TIME
}
