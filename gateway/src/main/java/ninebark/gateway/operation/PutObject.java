package ninebark.gateway.operation;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Command;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectInfo;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.rows.DescriptionFormat;

/** PUT /bucket/key. */
final class PutObject implements Operation {
  private final Backend backend;
  private final Intake intake;
  private final AccessControl control;

  PutObject(Backend backend) {
    this.backend = backend;
    this.intake = new Intake(backend);
    this.control = new AccessControl(backend);
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var headers =
        control.with(
            request, StoredHeaders.of(request.headers(), backend.limits().maxMetadataBytes()));
    var owner = control.ownerOf(request);
    var storageClass = backend.classes().named(request.headers());
    var claimed = ClientDigests.of(request.headers(), request.payload());
    var precondition = Conditions.ofWrite(request.headers());
    var tags = ObjectTags.authorized(request, backend);
    var lock = LockHeaders.of(request, backend);
    if (!lock.equals(ObjectLock.NONE) && !claimed.isPresent()) {
      throw S3Error.INVALID_REQUEST.because(
          "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with"
              + " Object Lock parameters");
    }
    intake.checkLength(request.payload());
    refuseEarly(backend, request, precondition);
    var lifecycle = LifecycleHeaders.of(request, backend);

    // Bytes first, name last: nobody can see them until the commit below, and if we fail before
    // it, reclaim removes them.
    Function<Intake.Stored, Command.PutObject> commit =
        whole ->
            new Command.PutObject(
                bucket.id(),
                request.key(),
                new NewObject(
                    whole.digests().etag(),
                    whole.length(),
                    storageClass,
                    owner,
                    headers,
                    List.of(whole.checksum()),
                    tags,
                    lock,
                    whole.content()),
                precondition);
    var stored =
        intake.storeBody(
            request.payload(),
            claimed,
            bucket,
            request.key(),
            storageClass,
            whole -> DescriptionFormat.encode(bucket, commit.apply(whole)));
    var reply = backend.index().submit(commit.apply(stored));
    return switch (reply) {
      case Reply.PutObject.Stored(var etag, var when, var version) -> {
        var response = S3Response.etag(etag);
        response.add(Checksums.header(stored.checksum().algorithm()), stored.checksum().value());
        response.add("x-amz-checksum-type", stored.checksum().kind().name());
        version.ifPresent(id -> response.add("x-amz-version-id", id.text()));
        lifecycle.addExpiration(response, when, stored.length(), tags);
        yield S3Response.of(200, response.build());
      }
      case Reply.PutObject.PreconditionFailed(var condition) -> {
        intake.forget(Optional.of(stored));
        throw S3Error.preconditionFailed(condition);
      }
      case Reply.PutObject.NoSuchKey() -> {
        intake.forget(Optional.of(stored));
        throw S3Error.NO_SUCH_KEY.exception().with("Key", request.key().value());
      }
      case Reply.PutObject.NoLocksHere() -> {
        intake.forget(Optional.of(stored));
        throw S3Error.INVALID_REQUEST.because("Bucket is missing Object Lock Configuration");
      }
      case Reply.PutObject.NoSuchBucket() -> {
        intake.forget(Optional.of(stored));
        throw S3Error.NO_SUCH_BUCKET.exception().with("BucketName", bucket.name().value());
      }
      case Reply.PutObject.Fenced() -> {
        intake.forget(Optional.of(stored));
        throw S3Error.SERVICE_UNAVAILABLE.because(
            "The upload took too long to be taken over. Please try again.");
      }
    };
  }

  /** What can be refused before the body is invited; the commit judges again. */
  static void refuseEarly(Backend backend, S3Request request, Precondition precondition)
      throws IOException {
    if (!(precondition instanceof Precondition.None)) {
      var current =
          backend.index().ask(new Query.HeadObject(request.inBucket().id(), request.key()));
      Conditions.checkEarly(precondition, current.hit().map(ObjectInfo::etag));
    }
  }
}
