package ninebark.gateway.operation;

import java.io.IOException;
import java.util.regex.Pattern;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.ByteRange;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Checksum.Algorithm;
import ninebark.metadata.Upload;

/** PUT /bucket/key?partNumber=N&amp;uploadId=U with a source. */
final class UploadPartCopy implements Operation {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{1,18})");
  private static final String RANGE_HEADER = "x-amz-copy-source-range";

  private final Backend backend;
  private final Intake intake;

  UploadPartCopy(Backend backend) {
    this.backend = backend;
    this.intake = new Intake(backend);
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    int number = UploadRequest.partNumber(request);
    var upload = UploadRequest.find(request, backend);
    var source = CopySource.of(request).open(request, backend);
    var range = range(request, source.info().length());
    if (range.length() > backend.limits().maxPutBytes()) {
      throw S3Error.INVALID_REQUEST.because(
          "The specified copy source is larger than the maximum allowable size for a copy source: "
              + backend.limits().maxPutBytes());
    }

    Intake.Stored stored;
    try (var bytes =
        new ContentReader.Source(
            ContentReader.open(backend, source.content(), range.first(), range.length()))) {
      stored =
          intake.storeCopy(
              bytes,
              range.length(),
              upload.checksum().map(Upload.ChecksumChoice::algorithm).orElse(Algorithm.CRC64NVME),
              Intake.ownerOfPart(request.inBucket(), upload, number),
              upload.storageClass(),
              whole -> PartCommit.describe(request, upload, number, whole));
    }
    var when = PartCommit.commit(request, backend, intake, upload, number, stored);
    var xml = XmlWriter.document("CopyPartResult", 512);
    xml.text("LastModified", HttpDates.xml(when));
    xml.text("ETag", stored.digests().etag().quoted());
    xml.text(Checksums.element(stored.checksum().algorithm()), stored.checksum().value());
    var headers = Headers.builder();
    source.shownVersion().ifPresent(text -> headers.add("x-amz-copy-source-version-id", text));
    return S3Response.xml(xml.close("CopyPartResult"), headers.build());
  }

  /** All of the source, or the range, which must lie within it. */
  private static ByteRange range(S3Request request, long size) {
    var header = request.headers().first(RANGE_HEADER);
    if (header.isEmpty()) {
      return new ByteRange(0, size);
    }
    var match = RANGE.matcher(header.get());
    if (!match.matches()) {
      throw S3Error.invalidArgument(
          "The x-amz-copy-source-range value must be of the form bytes=first-last where first and"
              + " last are the zero-based offsets of the first and last bytes to copy",
          RANGE_HEADER,
          header.get());
    }
    long first = Long.parseLong(match.group(1));
    long last = Long.parseLong(match.group(2));
    if (first > last || last >= size) {
      throw S3Error.invalidArgument(
          "Range specified is not valid for source object of size: " + size,
          RANGE_HEADER,
          header.get());
    }
    return new ByteRange(first, last - first + 1);
  }
}
