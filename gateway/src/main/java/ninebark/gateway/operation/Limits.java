package ninebark.gateway.operation;

/**
 * What S3 and this gateway allow of one request.
 *
 * @param inlineBytes bodies up to this size live in the index
 * @param maxPutBytes of one PUT, part or copy: 5 GiB
 * @param maxDocumentBytes of an XML body
 * @param maxMetadataBytes of user metadata, names and values together: 2 KiB
 * @param maxDeleteKeys of one DeleteObjects
 * @param maxPageEntries of one listing page
 * @param region what buckets get when their maker names none
 * @param anyRegion whether other region names are taken as well
 */
public record Limits(
    int inlineBytes,
    long maxPutBytes,
    int maxDocumentBytes,
    int maxMetadataBytes,
    int maxDeleteKeys,
    int maxPageEntries,
    String region,
    boolean anyRegion) {
  /** S3's own, and 16 KiB inline. */
  public static final Limits DEFAULT =
      new Limits(16 * 1024, 5L << 30, 8 << 20, 2 * 1024, 1000, 1000, "us-east-1", true);

  public Limits withMaxDocumentBytes(int most) {
    return new Limits(
        inlineBytes,
        maxPutBytes,
        most,
        maxMetadataBytes,
        maxDeleteKeys,
        maxPageEntries,
        region,
        anyRegion);
  }

  public Limits withRegion(String name, boolean any) {
    return new Limits(
        inlineBytes,
        maxPutBytes,
        maxDocumentBytes,
        maxMetadataBytes,
        maxDeleteKeys,
        maxPageEntries,
        name,
        any);
  }
}
