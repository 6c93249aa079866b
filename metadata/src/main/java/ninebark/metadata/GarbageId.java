package ninebark.metadata;

/** A row of the garbage queue: when it became garbage, by the cluster clock, and a serial. */
public record GarbageId(long sinceMillis, long serial) {}
