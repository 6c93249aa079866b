package ninebark.gateway.operation;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Checksum;
import ninebark.metadata.Checksum.Algorithm;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Header;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectInfo;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Precondition;
import ninebark.metadata.Reply;
import ninebark.metadata.Tag;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.rows.DescriptionFormat;

/**
 * PUT /bucket/key with a source. The copy names the very bytes of its source and none is moved,
 * unless they have to be written otherwise: in a class with another scheme, or to compute another
 * checksum.
 */
final class CopyObject implements Operation {
  /** How often a source may change between the look at it and the copy. */
  private static final int MAX_ATTEMPTS = 10;

  private static final String ANNOTATIONS = "x-amz-object-annotation-directive";

  private final Backend backend;
  private final Intake intake;
  private final AccessControl control;
  private final AnnotationCopy annotationCopy;

  CopyObject(Backend backend) {
    this.backend = backend;
    this.intake = new Intake(backend);
    this.control = new AccessControl(backend);
    this.annotationCopy = new AnnotationCopy(backend);
  }

  /**
   * What a request wants of the copy.
   *
   * @param replacesHeaders whether {@code headers} take the place of the source's
   * @param redirect is never copied from the source
   * @param replacesTags whether {@code tags} take the place of the source's
   * @param copiesAnnotations whether the source's come along
   * @param algorithm the checksum the copy must have
   */
  private record Wish(
      CopySource source,
      Precondition precondition,
      boolean replacesHeaders,
      List<Header> headers,
      Optional<Header> redirect,
      boolean replacesTags,
      List<Tag> tags,
      boolean copiesAnnotations,
      Optional<Algorithm> algorithm,
      String storageClass,
      ObjectLock lock) {}

  /** What has become of the copy. */
  private record Copied(
      ETag etag, Instant lastModified, Optional<VersionId> version, List<Checksum> checksums) {}

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var wish = wish(request);
    var lifecycle = LifecycleHeaders.of(request, backend);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      // Each time the source is looked at and judged anew: it may have become another object.
      var source = wish.source().open(request, backend);
      check(request, wish, source);
      var copied =
          sharesBytes(wish, source)
              ? share(request, wish, source)
              : Optional.of(rewrite(request, wish, source));
      if (copied.isPresent()) {
        var headers = Headers.builder();
        lifecycle.addExpiration(
            headers,
            copied.get().lastModified(),
            source.info().length(),
            tags(wish, source.info()));
        return answer(source, copied.get(), headers);
      }
    }
    throw S3Error.SERVICE_UNAVAILABLE.because(
        "The source kept changing while it was to be copied. Please try again.");
  }

  private Wish wish(S3Request request) throws IOException {
    var headers = request.headers();
    boolean replacesHeaders = replaces(headers, "x-amz-metadata-directive", "metadata");
    boolean replacesTags = replaces(headers, ObjectTags.DIRECTIVE, "tagging");
    var annotations = headers.first(ANNOTATIONS).orElse("COPY");
    if (!annotations.equals("COPY") && !annotations.equals("EXCLUDE")) {
      throw S3Error.invalidArgument("Unknown annotation directive.", ANNOTATIONS, annotations);
    }
    return new Wish(
        CopySource.of(request),
        Conditions.ofWrite(headers),
        replacesHeaders,
        replacesHeaders
            ? StoredHeaders.of(headers, backend.limits().maxMetadataBytes())
            : List.of(),
        StoredHeaders.redirect(headers),
        replacesTags,
        replacesTags ? ObjectTags.ofHeader(headers) : List.of(),
        annotations.equals("COPY"),
        headers.first("x-amz-checksum-algorithm").map(CopyObject::algorithm),
        backend.classes().named(headers),
        LockHeaders.of(request, backend));
  }

  private static boolean replaces(Headers headers, String name, String what) {
    var directive = headers.first(name).orElse("COPY");
    if (!directive.equals("COPY") && !directive.equals("REPLACE")) {
      throw S3Error.invalidArgument("Unknown " + what + " directive.", name, directive);
    }
    return directive.equals("REPLACE");
  }

  private static Algorithm algorithm(String name) {
    return Checksums.named(name)
        .orElseThrow(
            () ->
                S3Error.INVALID_REQUEST.because(
                    "Checksum algorithm provided is unsupported. Please try again with any of the"
                        + " valid types: "
                        + List.of(Algorithm.values())));
  }

  /** What speaks against copying this source so, whoever wins a race for it. */
  private void check(S3Request request, Wish wish, CopySource.Opened source) throws IOException {
    var info = source.info();
    boolean onItself =
        source.bucket().id().equals(request.inBucket().id())
            && info.key().equals(request.key())
            && !wish.source().isVersioned();
    if (onItself
        && !wish.replacesHeaders()
        && wish.redirect().isEmpty()
        && !request.headers().has("x-amz-storage-class")) {
      throw S3Error.INVALID_REQUEST.because(
          "This copy request is illegal because it is trying to copy an object to itself without"
              + " changing the object's metadata, storage class, website redirect location or"
              + " encryption attributes.");
    }
    if (info.length() > backend.limits().maxPutBytes()) {
      throw S3Error.INVALID_REQUEST.because(
          "The specified copy source is larger than the maximum allowable size for a copy source: "
              + backend.limits().maxPutBytes());
    }
    if (!wish.replacesTags() && !info.tags().isEmpty()) {
      wish.source().authorized(request, backend, S3Operation.GET_OBJECT_TAGGING);
    }
    if (!tags(wish, info).isEmpty()) {
      authorizeHere(request, S3Operation.PUT_OBJECT_TAGGING);
    }
    if (wish.copiesAnnotations() && info.annotationCount() > 0) {
      wish.source().authorized(request, backend, S3Operation.GET_OBJECT_ANNOTATION);
      authorizeHere(request, S3Operation.PUT_OBJECT_ANNOTATION);
    }
  }

  private void authorizeHere(S3Request request, S3Operation operation) throws IOException {
    var _ =
        backend
            .guard()
            .authorize(
                request, operation.action(), request.inBucket().name().value(), request.key());
  }

  private static List<Tag> tags(Wish wish, ObjectInfo source) {
    return wish.replacesTags() ? wish.tags() : source.tags();
  }

  private List<Header> headers(S3Request request, Wish wish, ObjectInfo source) throws IOException {
    if (wish.replacesHeaders()) {
      return control.with(request, wish.headers());
    }
    var headers = new ArrayList<Header>();
    for (var header : AccessControl.without(source.headers())) {
      if (!header.name().equals(StoredHeaders.REDIRECT)) {
        headers.add(header);
      }
    }
    wish.redirect().ifPresent(headers::add);
    return control.with(request, headers);
  }

  /** The checksums the copy takes over: all, or just the one asked for. */
  private static List<Checksum> checksums(Wish wish, ObjectInfo source) {
    return source.checksums().stream()
        .filter(
            each ->
                wish.algorithm().isEmpty()
                    || (wish.algorithm().get() == each.algorithm()
                        && each.kind() == Checksum.Kind.FULL_OBJECT))
        .toList();
  }

  private boolean sharesBytes(Wish wish, CopySource.Opened source) {
    if (wish.algorithm().isPresent() && checksums(wish, source.info()).isEmpty()) {
      return false;
    }
    return switch (source.content()) {
      case Content.Inline(var _) -> true;
      case Content.Striped(var _), Content.Parts(var _, var _) ->
          backend.classes().sameScheme(source.info().storageClass(), wish.storageClass());
    };
  }

  /** Empty if the source is not what was seen any more. */
  private Optional<Copied> share(S3Request request, Wish wish, CopySource.Opened source)
      throws IOException {
    var bucket = request.inBucket();
    var info = source.info();
    var checksums = checksums(wish, info);
    var command =
        new Command.CopyObject(
            bucket.id(),
            request.key(),
            new Command.Source(
                source.bucket().id(),
                info.key(),
                info.version(),
                info.etag(),
                Optional.of(info.storageClass())),
            new Command.CopiedObject(
                wish.storageClass(),
                control.ownerOf(request),
                headers(request, wish, info),
                checksums,
                tags(wish, info),
                wish.lock()),
            wish.copiesAnnotations(),
            wish.precondition());
    return switch (backend.index().submit(command)) {
      case Reply.CopyObject.Copied(var etag, var when, var version) ->
          Optional.of(new Copied(etag, when, version, checksums));
      case Reply.CopyObject.SourceChanged() -> Optional.empty();
      case Reply.CopyObject.NoLocksHere() -> throw noLocksHere();
      case Reply.CopyObject.PreconditionFailed(var condition) ->
          throw S3Error.preconditionFailed(condition);
      case Reply.CopyObject.NoSuchKey() -> throw noSuchKey(request);
      case Reply.CopyObject.NoSuchBucket() -> throw noSuchBucket(request);
    };
  }

  /** Reads the source and writes it again. */
  private Copied rewrite(S3Request request, Wish wish, CopySource.Opened source)
      throws IOException {
    var bucket = request.inBucket();
    var info = source.info();
    PutObject.refuseEarly(backend, request, wish.precondition());
    var algorithm =
        wish.algorithm()
            .or(() -> info.checksums().stream().map(Checksum::algorithm).findFirst())
            .orElse(Algorithm.CRC64NVME);
    var owner = control.ownerOf(request);
    var headers = headers(request, wish, info);
    var tags = tags(wish, info);
    Function<Intake.Stored, Command.PutObject> commit =
        whole ->
            new Command.PutObject(
                bucket.id(),
                request.key(),
                new NewObject(
                    whole.digests().etag(),
                    whole.length(),
                    wish.storageClass(),
                    owner,
                    headers,
                    List.of(whole.checksum()),
                    tags,
                    wish.lock(),
                    whole.content()),
                wish.precondition());
    Intake.Stored stored;
    try (var bytes =
        new ContentReader.Source(ContentReader.open(backend, source.content(), 0, info.length()))) {
      stored =
          intake.storeCopy(
              bytes,
              info.length(),
              algorithm,
              bucket,
              request.key(),
              wish.storageClass(),
              whole -> DescriptionFormat.encode(bucket, commit.apply(whole)));
    }
    var copied = committed(request, stored, backend.index().submit(commit.apply(stored)));
    if (wish.copiesAnnotations() && info.annotationCount() > 0) {
      annotationCopy.copy(
          source,
          new AnnotationCopy.Target(
              bucket,
              request.key(),
              copied
                  .version()
                  .<VersionChoice>map(VersionChoice.Exactly::new)
                  .orElse(VersionChoice.CURRENT),
              copied.etag(),
              wish.storageClass()));
    }
    return copied;
  }

  private Copied committed(S3Request request, Intake.Stored stored, Reply.PutObject reply)
      throws IOException {
    if (reply instanceof Reply.PutObject.Stored(var etag, var when, var version)) {
      return new Copied(etag, when, version, List.of(stored.checksum()));
    }
    intake.forget(Optional.of(stored));
    throw switch (reply) {
      case Reply.PutObject.Stored(var _, var _, var _) ->
          new IllegalStateException("answered above");
      case Reply.PutObject.NoLocksHere() -> noLocksHere();
      case Reply.PutObject.PreconditionFailed(var condition) ->
          S3Error.preconditionFailed(condition);
      case Reply.PutObject.NoSuchKey() -> noSuchKey(request);
      case Reply.PutObject.NoSuchBucket() -> noSuchBucket(request);
      case Reply.PutObject.Fenced() ->
          S3Error.SERVICE_UNAVAILABLE.because(
              "The copy took too long to be taken over. Please try again.");
    };
  }

  private static S3Exception noLocksHere() {
    return S3Error.INVALID_REQUEST.because("Bucket is missing Object Lock Configuration");
  }

  private static S3Exception noSuchKey(S3Request request) {
    return S3Error.NO_SUCH_KEY.exception().with("Key", request.key().value());
  }

  private static S3Exception noSuchBucket(S3Request request) {
    return S3Error.NO_SUCH_BUCKET.exception().with("BucketName", request.inBucket().name().value());
  }

  private static S3Response answer(
      CopySource.Opened source, Copied copied, Headers.Builder headers) {
    source.shownVersion().ifPresent(text -> headers.add("x-amz-copy-source-version-id", text));
    copied.version().ifPresent(id -> headers.add("x-amz-version-id", id.text()));
    var xml = XmlWriter.document("CopyObjectResult", 512);
    xml.text("LastModified", HttpDates.xml(copied.lastModified()))
        .text("ETag", copied.etag().quoted());
    copied.checksums().stream()
        .findFirst()
        .ifPresent(first -> xml.text("ChecksumType", first.kind().name()));
    for (var checksum : copied.checksums()) {
      xml.text(Checksums.element(checksum.algorithm()), checksum.value());
    }
    return S3Response.xml(xml.close("CopyObjectResult"), headers.build());
  }
}
