package ninebark.gateway.operation;

import java.io.IOException;
import java.util.regex.Pattern;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlElement;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Reply;

/** PUT /bucket. */
final class CreateBucket implements Operation {
  /** The region where making one's own bucket again is no error. */
  private static final String OLDEST_REGION = "us-east-1";

  private static final Pattern REGION = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private final Backend backend;

  CreateBucket(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var name = request.bucketName().orElse("");
    if (!BucketName.isLegal(name)) {
      throw S3Error.INVALID_BUCKET_NAME.exception().with("BucketName", name);
    }
    var region =
        Documents.read(request, backend).map(this::region).orElse(backend.limits().region());
    var command =
        new Command.CreateBucket(new BucketName(name), request.principal().account(), region);
    return switch (backend.index().submit(command)) {
      case Reply.CreateBucket.Created(var bucket) -> created(bucket);
      case Reply.CreateBucket.Exists(var bucket) -> again(bucket, request);
      case Reply.CreateBucket.TooMany(var limit) ->
          throw S3Error.TOO_MANY_BUCKETS.because(
              "You have attempted to create more buckets than allowed: " + limit);
    };
  }

  private String region(XmlElement document) {
    document.expect("CreateBucketConfiguration");
    for (var child : document.children()) {
      if (!child.name().equals("LocationConstraint")) {
        throw child.name().equals("Location")
                || child.name().equals("Bucket")
                || child.name().equals("Tags")
            ? S3Error.NOT_IMPLEMENTED.because(
                "The element " + child.name() + " of CreateBucketConfiguration is not implemented")
            : S3Error.MALFORMED_XML.exception();
      }
    }
    var constraint = document.optional("LocationConstraint").orElse("");
    if (constraint.isEmpty() || constraint.equals(backend.limits().region())) {
      return backend.limits().region();
    }
    if (!REGION.matcher(constraint).matches()) {
      throw S3Error.INVALID_LOCATION_CONSTRAINT.exception().with("LocationConstraint", constraint);
    }
    if (!backend.limits().anyRegion()) {
      throw S3Error.ILLEGAL_LOCATION_CONSTRAINT_EXCEPTION.because(
          "The "
              + constraint
              + " location constraint is incompatible for the region specific endpoint this"
              + " request was sent to.");
    }
    return constraint;
  }

  private static S3Response created(Bucket bucket) {
    return S3Response.of(
        200, Headers.builder().add("location", "/" + bucket.name().value()).build());
  }

  private static S3Response again(Bucket bucket, S3Request request) {
    if (!bucket.owner().equals(request.principal().account())) {
      throw S3Error.BUCKET_ALREADY_EXISTS.exception().with("BucketName", bucket.name().value());
    }
    if (bucket.region().equals(OLDEST_REGION)) {
      return created(bucket);
    }
    throw S3Error.BUCKET_ALREADY_OWNED_BY_YOU.exception().with("BucketName", bucket.name().value());
  }
}
