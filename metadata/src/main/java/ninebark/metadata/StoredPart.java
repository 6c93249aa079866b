package ninebark.metadata;

/** A part of a completed object: where it begins in the object, and where its bytes are. */
public record StoredPart(PartInfo info, long offset, Content content) {}
