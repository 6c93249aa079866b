package ninebark.gateway.operation;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.request.ByteRange;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Checksum;
import ninebark.metadata.Content;
import ninebark.metadata.ObjectInfo;
import ninebark.metadata.PartInfo;
import ninebark.metadata.Query;
import ninebark.metadata.VersionChoice;

/** GET and HEAD /bucket/key: they differ in whether the bytes follow. */
final class GetObject implements Operation {
  private final Backend backend;
  private final boolean withBody;

  private GetObject(Backend backend, boolean withBody) {
    this.backend = backend;
    this.withBody = withBody;
  }

  static GetObject get(Backend backend) {
    return new GetObject(backend, true);
  }

  static GetObject head(Backend backend) {
    return new GetObject(backend, false);
  }

  /** What of the object is sent. */
  private record Section(
      int status,
      long first,
      long length,
      Optional<String> contentRange,
      List<Checksum> checksums) {}

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var choice = ChosenVersion.of(request);
    var found = ChosenVersion.found(find(request, choice), request, choice);
    var info = found.info();
    ObjectResponse.checkConditions(request, info);
    if (withBody && backend.classes().isArchived(info, request.now())) {
      throw S3Error.INVALID_OBJECT_STATE.exception().with("StorageClass", info.storageClass());
    }
    var section = section(request, found);

    var response = ObjectResponse.headers(request, info, info.etag());
    ChosenVersion.addTo(response, request.inBucket(), info.version());
    if (choice instanceof VersionChoice.Current) {
      LifecycleHeaders.of(request, backend)
          .addExpiration(response, info.lastModified(), info.length(), info.tags());
    }
    section.contentRange().ifPresent(range -> response.add("content-range", range));
    if (request.query().has("partNumber") && info.partCount() > 0) {
      response.add("x-amz-mp-parts-count", Integer.toString(info.partCount()));
    }
    ObjectResponse.addChecksums(response, request, section.checksums());
    if (!withBody) {
      response.add("content-length", Long.toString(section.length()));
      return S3Response.of(section.status(), response.build());
    }
    return new S3Response(
        section.status(), response.build(), body(found.content().orElseThrow(), section));
  }

  /**
   * An object, and where its bytes are if that is needed: a plain HEAD spares the index that
   * look-up.
   */
  private record Found(ObjectInfo info, Optional<Content> content) {}

  private Query.Lookup<Found> find(S3Request request, VersionChoice choice) throws IOException {
    var bucket = request.inBucket().id();
    if (withBody || request.query().has("partNumber")) {
      return backend
          .index()
          .ask(new Query.ReadObject(bucket, request.key(), choice))
          .map(found -> new Found(found.info(), Optional.of(found.content())));
    }
    return backend
        .index()
        .ask(new Query.HeadObject(bucket, request.key(), choice))
        .map(info -> new Found(info, Optional.empty()));
  }

  private S3Response.Body body(Content content, Section section) throws IOException {
    if (section.length() == 0) {
      return new S3Response.Body.Whole(new byte[0]);
    }
    if (content instanceof Content.Inline(var bytes)) {
      boolean all = section.length() == bytes.length;
      int first = (int) section.first();
      return new S3Response.Body.Whole(
          all ? bytes : Arrays.copyOfRange(bytes, first, first + (int) section.length()));
    }
    return new S3Response.Body.Streamed(
        section.length(), ContentReader.open(backend, content, section.first(), section.length()));
  }

  private Section section(S3Request request, Found found) throws IOException {
    var info = found.info();
    var range = request.headers().first("range");
    var partNumber = Parameters.number(request.query(), "partNumber", 1, PartInfo.MAX_NUMBER);
    if (partNumber.isPresent()) {
      if (range.isPresent()) {
        throw S3Error.INVALID_REQUEST.because(
            "Cannot specify both Range header and partNumber query parameter");
      }
      return part(info, found.content().orElseThrow(), partNumber.getAsInt());
    }
    if (range.isPresent()
        && Conditions.rangeApplies(request.headers(), info.etag(), info.lastModified())) {
      var parsed = ByteRange.parse(range.get(), info.length());
      if (parsed.isPresent()) {
        var bytes = parsed.get();
        return new Section(
            206, bytes.first(), bytes.length(), Optional.of(bytes.of(info.length())), List.of());
      }
    }
    return new Section(200, 0, info.length(), Optional.empty(), info.checksums());
  }

  private Section part(ObjectInfo info, Content content, int number) throws IOException {
    if (content instanceof Content.Parts(var contentId, var count)) {
      var part =
          backend
              .index()
              .ask(new Query.ReadPart(contentId, number))
              .orElseThrow(() -> noSuchPart(number, info));
      var length = part.info().length();
      return new Section(
          206,
          part.offset(),
          length,
          length == 0
              ? Optional.empty()
              : Optional.of(new ByteRange(part.offset(), length).of(info.length())),
          part.info().checksums());
    }
    if (number != 1) {
      throw noSuchPart(number, info);
    }
    return new Section(
        206,
        0,
        info.length(),
        info.length() == 0
            ? Optional.empty()
            : Optional.of(new ByteRange(0, info.length()).of(info.length())),
        info.checksums());
  }

  private static RuntimeException noSuchPart(int number, ObjectInfo info) {
    return S3Error.INVALID_PART_NUMBER
        .exception()
        .with("PartNumberRequested", Integer.toString(number))
        .with("ActualPartCount", Integer.toString(Math.max(1, info.partCount())));
  }
}
