package ninebark.gateway.request;

import ninebark.gateway.message.Headers;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.ETag;
import ninebark.storagenode.StripeReader;

/** What a handler answers. */
public record S3Response(int status, Headers headers, Body body) {
  /** The body of a response. */
  public sealed interface Body {
    record Empty() implements Body {}

    /** Small and whole. */
    @SuppressWarnings("ArrayRecordComponent")
    record Whole(byte[] bytes) implements Body {}

    /** Read piece by piece while it is sent; whoever sends it closes the reader. */
    record Streamed(long length, StripeReader reader) implements Body {}
  }

  private static final Body EMPTY = new Body.Empty();

  public static S3Response of(int status, Headers headers) {
    return new S3Response(status, headers, EMPTY);
  }

  public static S3Response noContent() {
    return of(204, Headers.EMPTY);
  }

  public static S3Response ok() {
    return of(200, Headers.EMPTY);
  }

  public static S3Response xml(XmlWriter document) {
    return xml(document, Headers.EMPTY);
  }

  public static S3Response xml(XmlWriter document, Headers headers) {
    return new S3Response(
        200,
        Headers.builder().add("content-type", "application/xml").build().and(headers),
        new Body.Whole(document.bytes()));
  }

  /** The ETag header of something stored. */
  public static Headers.Builder etag(ETag etag) {
    return Headers.builder().add("etag", etag.quoted());
  }
}
