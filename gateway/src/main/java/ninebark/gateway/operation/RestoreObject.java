package ninebark.gateway.operation;

import static ninebark.gateway.xml.XmlShape.anyText;
import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.oneOf;
import static ninebark.gateway.xml.XmlShape.optional;
import static ninebark.gateway.xml.XmlShape.required;
import static ninebark.gateway.xml.XmlShape.wholeNumber;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.operation.StorageClasses.Archive;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;
import ninebark.gateway.xml.XmlValues;
import ninebark.metadata.Command;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.VersionChoice;

/**
 * POST /bucket/key?restore: makes an archived object readable for some days.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html">
 *     RestoreObject</a>
 */
final class RestoreObject implements Operation {
  /** How often an object may go to another class between the look at it and the command. */
  private static final int MAX_ATTEMPTS = 10;

  /** What AWS takes for Days; more would leave what dates can say. */
  private static final int MAX_DAYS = 2_147_483;

  private static final XmlShape SHAPE =
      elements(
          optional("Days", wholeNumber()),
          optional("Tier", oneOf("Standard", "Bulk", "Expedited")),
          optional("Description", anyText()),
          optional(
              "GlacierJobParameters",
              elements(required("Tier", oneOf("Standard", "Bulk", "Expedited")))));

  private final Backend backend;

  RestoreObject(Backend backend) {
    this.backend = backend;
  }

  /** What is asked for. */
  private record Wish(int days, String tier) {}

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var choice = ChosenVersion.of(request);
    var document =
        Documents.read(request, backend)
            .orElseThrow(S3Error.MALFORMED_XML::exception)
            .expect("RestoreRequest");
    var wish = wish(document);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      var reply = restore(request, choice, wish);
      if (!(reply instanceof Reply.RestoreObject.OtherClass)) {
        return answer(reply, request, choice);
      }
    }
    throw S3Error.SERVICE_UNAVAILABLE.because(
        "The object kept changing its storage class. Please try again.");
  }

  private static Wish wish(XmlElement document) {
    if (document.optional("Type").isPresent() || !document.all("SelectParameters").isEmpty()) {
      throw S3Error.NOT_IMPLEMENTED.because(
          "A restore that selects from objects is not implemented.");
    }
    SHAPE.check(document);
    var days = document.optional("Days");
    if (days.isEmpty()) {
      throw S3Error.MALFORMED_XML.exception();
    }
    int count = XmlValues.number(days.get()).orElseThrow();
    if (count < 1 || count > MAX_DAYS) {
      throw S3Error.invalidArgument("Days must be a positive number.", "Days", days.get());
    }
    var job = document.all("GlacierJobParameters").stream().findFirst();
    return new Wish(
        count,
        job.map(parameters -> parameters.required("Tier"))
            .or(() -> document.optional("Tier"))
            .orElse("Standard"));
  }

  private Reply.RestoreObject restore(S3Request request, VersionChoice choice, Wish wish)
      throws IOException {
    var bucket = request.inBucket().id();
    var info =
        ChosenVersion.found(
            backend.index().ask(new Query.HeadObject(bucket, request.key(), choice)),
            request,
            choice);
    var archive =
        backend
            .classes()
            .archive(info.storageClass())
            .orElseThrow(
                () ->
                    S3Error.INVALID_OBJECT_STATE
                        .because("Restore is not allowed for the object's current storage class")
                        .with("StorageClass", info.storageClass()));
    return backend
        .index()
        .submit(
            new Command.RestoreObject(
                bucket,
                request.key(),
                choice,
                info.storageClass(),
                delay(archive, wish.tier())
                    .orElseThrow(
                        () ->
                            S3Error.invalidArgument(
                                "Retrieval option is not supported by this storage class",
                                "Tier",
                                wish.tier())),
                wish.days(),
                backend.lifecycleDay().length()));
  }

  private static Optional<Duration> delay(Archive archive, String tier) {
    return switch (tier) {
      case "Expedited" -> archive.expedited();
      case "Bulk" -> Optional.of(archive.bulk());
      default -> Optional.of(archive.standard());
    };
  }

  private static S3Response answer(
      Reply.RestoreObject reply, S3Request request, VersionChoice choice) {
    return switch (reply) {
      case Reply.RestoreObject.Begun() -> S3Response.of(202, Headers.EMPTY);
      case Reply.RestoreObject.Extended() -> S3Response.of(200, Headers.EMPTY);
      case Reply.RestoreObject.InProgress() ->
          throw S3Error.RESTORE_ALREADY_IN_PROGRESS.exception();
      case Reply.RestoreObject.NoSuchKey(), Reply.RestoreObject.NoSuchVersion() ->
          throw ChosenVersion.nothing(request, choice);
      case Reply.RestoreObject.IsDeleteMarker(var version) ->
          throw ChosenVersion.marker(request, version);
      case Reply.RestoreObject.NoSuchBucket() ->
          throw S3Error.NO_SUCH_BUCKET
              .exception()
              .with("BucketName", request.inBucket().name().value());
      case Reply.RestoreObject.OtherClass() ->
          throw new IllegalStateException("looked at again instead");
    };
  }
}
