package ninebark.gateway.operation;

import java.io.IOException;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlElement;
import ninebark.metadata.Command;
import ninebark.metadata.Retention;

/** PUT /bucket/key?retention. An empty document takes retention away, where that is allowed. */
final class PutObjectRetention implements Operation {
  private final Backend backend;

  PutObjectRetention(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    ClientDigests.require(request);
    var bucket = request.inBucket();
    var choice = ChosenVersion.of(request);
    var document =
        Documents.read(request, backend)
            .orElseThrow(S3Error.MALFORMED_XML::exception)
            .expect("Retention")
            .only("Mode", "RetainUntilDate");
    var command =
        new Command.SetRetention(
            bucket.id(),
            request.key(),
            choice,
            retention(request, document),
            LockHeaders.bypasses(request, backend));
    var version = ChosenVersion.changed(backend.index().submit(command), request, choice);
    var headers = Headers.builder();
    ChosenVersion.addTo(headers, bucket, version);
    return S3Response.of(200, headers.build());
  }

  private static Optional<Retention> retention(S3Request request, XmlElement document) {
    var mode = document.optional("Mode");
    var until = document.optional("RetainUntilDate");
    if (mode.isEmpty() && until.isEmpty()) {
      return Optional.empty();
    }
    if (mode.isEmpty() || until.isEmpty()) {
      throw S3Error.MALFORMED_XML.exception();
    }
    var parsed =
        switch (mode.get()) {
          case "GOVERNANCE" -> Retention.Mode.GOVERNANCE;
          case "COMPLIANCE" -> Retention.Mode.COMPLIANCE;
          default -> throw S3Error.MALFORMED_XML.exception();
        };
    return Optional.of(
        new Retention(parsed, LockHeaders.future(until.get(), "RetainUntilDate", request.now())));
  }
}
