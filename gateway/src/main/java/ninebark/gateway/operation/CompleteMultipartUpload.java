package ninebark.gateway.operation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.digest.Md5;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Checksum;
import ninebark.metadata.Checksum.Algorithm;
import ninebark.metadata.Command;
import ninebark.metadata.ETag;
import ninebark.metadata.ObjectInfo;
import ninebark.metadata.PartInfo;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.Upload;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionChoice;

/** POST /bucket/key?uploadId=U. Moves no bytes: one command orders the parts. */
final class CompleteMultipartUpload implements Operation {
  private static final long MIN_PART_BYTES = 5L << 20;
  private static final int PARTS_PER_LOOKUP = 1000;

  private final Backend backend;

  CompleteMultipartUpload(Backend backend) {
    this.backend = backend;
  }

  /** A part as the client names it. */
  private record Named(int number, ETag etag, Map<Algorithm, String> checksums) {}

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var id = UploadRequest.id(request);
    var bucket = request.inBucket();
    var precondition = Conditions.ofWrite(request.headers());
    var named = named(request);
    var upload = backend.index().ask(new Query.FindUpload(bucket.id(), request.key(), id));
    if (upload.isEmpty()) {
      // Asked again after it was done: the first answer is given once more.
      var done =
          backend
              .index()
              .ask(new Query.FindCompleted(bucket.id(), request.key(), id))
              .orElseThrow(() -> UploadRequest.noSuchUpload(id.value()));
      return completed(request, done, checksumsOf(request, done), Headers.builder());
    }
    var parts = chosen(named, stored(request, upload.get()), upload.get());
    var checksums = checksums(request, upload.get(), parts);
    checkSize(request, parts);
    var lifecycle = LifecycleHeaders.of(request, backend);
    var command =
        new Command.CompleteUpload(
            bucket.id(),
            request.key(),
            id,
            parts.stream().map(part -> new Command.ChosenPart(part.number(), part.etag())).toList(),
            etag(parts),
            checksums,
            precondition);
    return switch (backend.index().submit(command)) {
      case Reply.CompleteUpload.Completed done -> {
        var headers = Headers.builder();
        lifecycle.addExpiration(headers, done.lastModified(), done.length(), upload.get().tags());
        yield completed(request, done, checksums, headers);
      }
      case Reply.CompleteUpload.NoSuchUpload() -> throw UploadRequest.noSuchUpload(id.value());
      case Reply.CompleteUpload.NoSuchBucket() ->
          throw S3Error.NO_SUCH_BUCKET.exception().with("BucketName", bucket.name().value());
      case Reply.CompleteUpload.InvalidPart(var number) -> throw invalidPart(id, number, "");
      case Reply.CompleteUpload.Conflict(var condition) ->
          throw S3Error.CONDITIONAL_REQUEST_CONFLICT.exception().with("Condition", condition);
      case Reply.CompleteUpload.PartTooSmall(var number, var length, var etag) ->
          throw tooSmall(number, length, etag);
      case Reply.CompleteUpload.PreconditionFailed(var condition) ->
          throw S3Error.preconditionFailed(condition);
      case Reply.CompleteUpload.NoSuchKey() ->
          throw S3Error.NO_SUCH_KEY.exception().with("Key", request.key().value());
    };
  }

  private List<Named> named(S3Request request) throws IOException {
    var document =
        Documents.read(wholeChecksumAside(request), backend)
            .orElseThrow(
                () -> S3Error.INVALID_REQUEST.because("You must specify at least one part"))
            .expect("CompleteMultipartUpload")
            .only("Part");
    var named = new ArrayList<Named>();
    for (var part : document.children()) {
      named.add(named(part));
    }
    if (named.isEmpty() || named.size() > PartInfo.MAX_NUMBER) {
      throw S3Error.MALFORMED_XML.exception();
    }
    for (int i = 1; i < named.size(); i++) {
      if (named.get(i).number() <= named.get(i - 1).number()) {
        throw S3Error.INVALID_PART_ORDER.exception();
      }
    }
    return named;
  }

  /** Here the checksum headers speak of the object, not of the document that is the body. */
  private static S3Request wholeChecksumAside(S3Request request) {
    var kept = Headers.builder();
    var headers = request.headers();
    for (int i = 0; i < headers.count(); i++) {
      if (Checksums.ofHeader(headers.name(i)).isEmpty()
          && !headers.name(i).equals("x-amz-sdk-checksum-algorithm")) {
        kept.add(headers.name(i), headers.value(i));
      }
    }
    return new S3Request(
        request.operation(),
        request.requestId(),
        request.principal(),
        request.bucketName(),
        request.bucket(),
        request.objectKey(),
        request.query(),
        kept.build(),
        request.payload(),
        request.now());
  }

  private static Named named(XmlElement part) {
    var checksums = new HashMap<Algorithm, String>();
    for (var child : part.children()) {
      switch (child.name()) {
        case "PartNumber", "ETag" -> {}
        default -> {
          var algorithm =
              List.of(Algorithm.values()).stream()
                  .filter(each -> Checksums.element(each).equals(child.name()))
                  .findFirst()
                  .orElseThrow(S3Error.MALFORMED_XML::exception);
          checksums.put(algorithm, child.text());
        }
      }
    }
    int number;
    try {
      number = Integer.parseInt(part.required("PartNumber").strip());
    } catch (NumberFormatException notANumber) {
      throw S3Error.MALFORMED_XML.exception();
    }
    if (number < 1 || number > PartInfo.MAX_NUMBER) {
      throw S3Error.invalidArgument(
          "PartNumber must be an integer between 1 and 10000, inclusive",
          "PartNumber",
          Integer.toString(number));
    }
    var etag = part.required("ETag").strip().replace("\"", "");
    if (etag.isEmpty()) {
      throw S3Error.MALFORMED_XML.exception();
    }
    return new Named(number, new ETag(etag), checksums);
  }

  private Map<Integer, PartInfo> stored(S3Request request, Upload upload) throws IOException {
    var parts = new HashMap<Integer, PartInfo>();
    int after = 0;
    while (true) {
      var page =
          backend
              .index()
              .ask(
                  new Query.ListParts(
                      request.inBucket().id(),
                      request.key(),
                      upload.id(),
                      after,
                      PARTS_PER_LOOKUP));
      page.forEach(part -> parts.put(part.number(), part));
      if (page.size() < PARTS_PER_LOOKUP) {
        return parts;
      }
      after = page.getLast().number();
    }
  }

  private static List<PartInfo> chosen(
      List<Named> named, Map<Integer, PartInfo> stored, Upload upload) {
    var chosen = new ArrayList<PartInfo>(named.size());
    for (var each : named) {
      var part = Optional.ofNullable(stored.get(each.number()));
      if (part.isEmpty() || !part.get().etag().equals(each.etag())) {
        throw invalidPart(upload.id(), each.number(), each.etag().value());
      }
      each.checksums()
          .forEach(
              (algorithm, value) -> {
                var kept = Checksums.of(algorithm, part.get().checksums());
                if (kept.isEmpty() || !kept.get().equals(value)) {
                  throw invalidPart(upload.id(), each.number(), each.etag().value());
                }
              });
      upload
          .checksum()
          .filter(choice -> choice.kind() == Checksum.Kind.COMPOSITE)
          .filter(choice -> !each.checksums().containsKey(choice.algorithm()))
          .ifPresent(
              choice -> {
                throw S3Error.INVALID_REQUEST.because(
                    "The upload was created using a "
                        + choice.algorithm().name().toLowerCase(java.util.Locale.ROOT)
                        + " checksum. The complete request must include the checksum for each"
                        + " part. It was missing for part "
                        + each.number()
                        + " in the request.");
              });
      chosen.add(part.get());
    }
    for (int i = 0; i < chosen.size() - 1; i++) {
      var part = chosen.get(i);
      if (part.length() < MIN_PART_BYTES) {
        throw tooSmall(part.number(), part.length(), part.etag());
      }
    }
    return chosen;
  }

  /** The checksum the object will carry; what the client claims of the whole is compared. */
  private static List<Checksum> checksums(S3Request request, Upload upload, List<PartInfo> parts) {
    var computed =
        upload
            .checksum()
            .map(choice -> Checksums.ofParts(choice.algorithm(), choice.kind(), parts))
            .orElseGet(
                () -> Checksums.ofParts(Algorithm.CRC64NVME, Checksum.Kind.FULL_OBJECT, parts));
    var type = request.headers().first("x-amz-checksum-type");
    if (type.isPresent()
        && upload.checksum().isPresent()
        && !upload.checksum().get().kind().name().equals(type.get())) {
      throw S3Error.BAD_DIGEST.because(
          "The upload was created with the checksum type "
              + upload.checksum().get().kind()
              + ", but the complete request names "
              + type.get()
              + ".");
    }
    for (var algorithm : Algorithm.values()) {
      var claimed = request.headers().first(Checksums.header(algorithm));
      if (claimed.isPresent()) {
        var own = computed.filter(each -> each.algorithm() == algorithm);
        var bare = claimed.get();
        if (own.isEmpty()
            || (!own.get().value().equals(bare)
                && !own.get().value().equals(bare + "-" + parts.size()))) {
          throw ClientDigests.badChecksum(algorithm);
        }
      }
    }
    return computed.map(List::of).orElseGet(List::of);
  }

  private static void checkSize(S3Request request, List<PartInfo> parts) {
    var claimed = request.headers().first("x-amz-mp-object-size");
    long size = parts.stream().mapToLong(PartInfo::length).sum();
    if (claimed.isPresent() && !claimed.get().equals(Long.toString(size))) {
      throw S3Error.INVALID_REQUEST.because(
          "The provided 'x-amz-mp-object-size' header value "
              + claimed.get()
              + " does not match what was computed: "
              + size);
    }
  }

  /** The MD5 of the parts' MD5s, and how many there are. */
  private static ETag etag(List<PartInfo> parts) {
    var digest = Md5.jdk();
    for (var part : parts) {
      digest.update(HexFormat.of().parseHex(part.etag().value()));
    }
    return new ETag(HexFormat.of().formatHex(digest.digest()) + "-" + parts.size());
  }

  /** Those of the object that was made then, while it is still there. */
  private List<Checksum> checksumsOf(S3Request request, Reply.CompleteUpload.Completed done)
      throws IOException {
    var choice =
        done.version().<VersionChoice>map(VersionChoice.Exactly::new).orElse(VersionChoice.CURRENT);
    var lookup =
        backend.index().ask(new Query.HeadObject(request.inBucket().id(), request.key(), choice));
    return lookup instanceof Query.Lookup.Hit<ObjectInfo>(var info)
            && info.etag().equals(done.etag())
            && info.lastModified().equals(done.lastModified())
        ? info.checksums()
        : List.of();
  }

  private static S3Response completed(
      S3Request request,
      Reply.CompleteUpload.Completed done,
      List<Checksum> checksums,
      Headers.Builder headers) {
    var bucket = request.inBucket().name().value();
    var xml = XmlWriter.document("CompleteMultipartUploadResult", 768);
    xml.text("Location", "/" + bucket + "/" + request.key().value())
        .text("Bucket", bucket)
        .text("Key", request.key().value())
        .text("ETag", done.etag().quoted());
    for (var checksum : checksums) {
      xml.text(Checksums.element(checksum.algorithm()), checksum.value());
      xml.text("ChecksumType", checksum.kind().name());
    }
    done.version().ifPresent(version -> headers.add("x-amz-version-id", version.text()));
    return S3Response.xml(xml.close("CompleteMultipartUploadResult"), headers.build());
  }

  private static S3Exception invalidPart(UploadId upload, int number, String etag) {
    return S3Error.INVALID_PART
        .exception()
        .with("UploadId", upload.value())
        .with("PartNumber", Integer.toString(number))
        .with("ETag", etag);
  }

  private static S3Exception tooSmall(int number, long length, ETag etag) {
    return S3Error.ENTITY_TOO_SMALL
        .exception()
        .with("ProposedSize", Long.toString(length))
        .with("MinSizeAllowed", Long.toString(MIN_PART_BYTES))
        .with("PartNumber", Integer.toString(number))
        .with("ETag", etag.value());
  }
}
