package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Command;

/** PUT /bucket/key?legal-hold. */
final class PutObjectLegalHold implements Operation {
  private final Backend backend;

  PutObjectLegalHold(Backend backend) {
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
            .expect("LegalHold")
            .only("Status");
    boolean on =
        switch (document.required("Status")) {
          case "ON" -> true;
          case "OFF" -> false;
          default -> throw S3Error.MALFORMED_XML.exception();
        };
    var command = new Command.SetLegalHold(bucket.id(), request.key(), choice, on);
    var version = ChosenVersion.changed(backend.index().submit(command), request, choice);
    var headers = Headers.builder();
    ChosenVersion.addTo(headers, bucket, version);
    return S3Response.of(200, headers.build());
  }
}
