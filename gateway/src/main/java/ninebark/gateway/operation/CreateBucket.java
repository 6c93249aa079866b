package ninebark.gateway.operation;

import static ninebark.gateway.xml.XmlShape.anyText;
import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.many;
import static ninebark.gateway.xml.XmlShape.optional;
import static ninebark.gateway.xml.XmlShape.required;

import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import ninebark.gateway.document.AccessControlList;
import ninebark.gateway.document.ObjectOwnership;
import ninebark.gateway.document.PublicAccessBlock;
import ninebark.gateway.document.TagSet;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.DocumentName;
import ninebark.metadata.Reply;

/** PUT /bucket. */
final class CreateBucket implements Operation {
  /** The region where making one's own bucket again is no error. */
  private static final String OLDEST_REGION = "us-east-1";

  private static final Pattern REGION = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private static final String OWNERSHIP_HEADER = "x-amz-object-ownership";

  private static final XmlShape SHAPE =
      elements(
          optional("LocationConstraint", anyText()),
          optional(
              "Tags",
              elements(
                  many(
                      "Tag",
                      0,
                      Integer.MAX_VALUE,
                      elements(required("Key", anyText()), required("Value", anyText()))))));

  private final Backend backend;

  CreateBucket(Backend backend) {
    this.backend = backend;
  }

  private static boolean locksObjects(Headers headers) {
    var value = headers.first("x-amz-bucket-object-lock-enabled").orElse("false");
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw S3Error.invalidArgument(
              "Object Lock is enabled with true or not at all",
              "x-amz-bucket-object-lock-enabled",
              value);
    };
  }

  /** What the body of the request says. */
  private record Wishes(String region, Optional<TagSet> tags) {}

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var name = request.bucketName().orElse("");
    if (!BucketName.isLegal(name)) {
      throw S3Error.INVALID_BUCKET_NAME.exception().with("BucketName", name);
    }
    var body = Documents.read(request, backend);
    var wishes =
        body.isPresent()
            ? wishes(body.get())
            : new Wishes(region(Optional.empty()), Optional.empty());
    var documents = documents(request);
    wishes.tags().ifPresent(tags -> documents.put(TagSet.KIND.name(), tags.text()));
    var command =
        new Command.CreateBucket(
            new BucketName(name),
            request.principal().account(),
            wishes.region(),
            locksObjects(request.headers()),
            Map.copyOf(documents));
    return switch (backend.index().submit(command)) {
      case Reply.CreateBucket.Created(var bucket) -> created(bucket);
      case Reply.CreateBucket.Exists(var bucket) -> again(bucket, request);
      case Reply.CreateBucket.TooMany(var limit) ->
          throw S3Error.TOO_MANY_BUCKETS.because(
              "You have attempted to create more buckets than allowed: " + limit);
    };
  }

  // --- the body ---------------------------------------------------------------------------------

  private Wishes wishes(XmlElement document) {
    document.expect("CreateBucketConfiguration");
    for (var name : new String[] {"Location", "Bucket"}) {
      if (document.child(name).isPresent()) {
        throw S3Error.NOT_IMPLEMENTED.because(
            "The element " + name + " of CreateBucketConfiguration is not implemented");
      }
    }
    SHAPE.check(document);
    return new Wishes(
        region(document.optional("LocationConstraint").filter(text -> !text.isEmpty())),
        document.child("Tags").map(TagSet::of).filter(tags -> !tags.tags().isEmpty()));
  }

  /**
   * The oldest region is named by saying nothing; its name is taken as well, because many clients
   * send it.
   */
  private String region(Optional<String> constraint) {
    var own = backend.limits().region();
    if (constraint.isEmpty()) {
      if (!backend.limits().anyRegion() && !own.equals(OLDEST_REGION)) {
        throw illegalRegion("unspecified");
      }
      return own;
    }
    var name = constraint.get().equals("EU") ? "eu-west-1" : constraint.get();
    if (!REGION.matcher(name).matches()) {
      throw S3Error.INVALID_LOCATION_CONSTRAINT.exception().with("LocationConstraint", name);
    }
    if (!name.equals(own) && !backend.limits().anyRegion()) {
      throw illegalRegion(name);
    }
    return name;
  }

  private static S3Exception illegalRegion(String name) {
    return S3Error.ILLEGAL_LOCATION_CONSTRAINT_EXCEPTION.because(
        "The "
            + name
            + " location constraint is incompatible for the region specific endpoint this request"
            + " was sent to.");
  }

  // --- the headers ------------------------------------------------------------------------------

  /** What the bucket is born with. */
  private Map<DocumentName, String> documents(S3Request request) {
    var documents = new HashMap<DocumentName, String>();
    boolean legacy = backend.legacyBucketDefaults();
    var ownership = request.headers().first(OWNERSHIP_HEADER).map(CreateBucket::ownership);
    if (ownership.isPresent() || !legacy) {
      documents.put(
          ObjectOwnership.KIND.name(),
          ownership.orElse(ObjectOwnership.BUCKET_OWNER_ENFORCED).text());
    }
    if (!legacy) {
      documents.put(PublicAccessBlock.KIND.name(), PublicAccessBlock.EVERYTHING.text());
    }
    var owner = request.principal().account();
    var acl =
        AccessControlList.of(request.headers(), owner, owner, backend.accounts()::has)
            .filter(list -> !list.equals(AccessControlList.ownersOnly(owner)));
    if (acl.isPresent()) {
      boolean enforced = ownership.map(each -> !each.allowsAcls()).orElse(!legacy);
      if (enforced && !acl.get().isOnlyFor(owner)) {
        throw S3Error.INVALID_BUCKET_ACL_WITH_OBJECT_OWNERSHIP.exception();
      }
      if (!legacy && acl.get().isPublic()) {
        throw S3Error.INVALID_BUCKET_ACL_WITH_BLOCK_PUBLIC_ACCESS.exception();
      }
      documents.put(AccessControlList.KIND.name(), acl.get().text());
    }
    return documents;
  }

  private static ObjectOwnership ownership(String label) {
    return ObjectOwnership.labelled(label)
        .orElseThrow(
            () ->
                S3Error.invalidArgument(
                    "Invalid " + OWNERSHIP_HEADER + " header: " + label, OWNERSHIP_HEADER, label));
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
