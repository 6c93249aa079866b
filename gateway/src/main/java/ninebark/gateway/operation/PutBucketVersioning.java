package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Command;
import ninebark.metadata.Versioning;

/** PUT /bucket?versioning. */
final class PutBucketVersioning implements Operation {
  private final Backend backend;

  PutBucketVersioning(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var document =
        Documents.read(request, backend)
            .orElseThrow(S3Error.MALFORMED_XML::exception)
            .expect("VersioningConfiguration")
            .only("Status", "MfaDelete");
    if (document.optional("MfaDelete").filter(text -> !text.equals("Disabled")).isPresent()) {
      throw S3Error.NOT_IMPLEMENTED.because("Deleting with MFA is not implemented.");
    }
    var status =
        document
            .optional("Status")
            .orElseThrow(
                () ->
                    S3Error.ILLEGAL_VERSIONING_CONFIGURATION.because(
                        "The Versioning element must be specified"));
    var versioning =
        switch (status) {
          case "Enabled" -> Versioning.ENABLED;
          case "Suspended" -> Versioning.SUSPENDED;
          default -> throw S3Error.MALFORMED_XML.exception();
        };
    var bucket = request.inBucket();
    BucketChanges.changed(
        backend.index().submit(new Command.SetVersioning(bucket.id(), versioning)),
        bucket,
        "An Object Lock configuration is present on this bucket, so the versioning state cannot be"
            + " changed.");
    return S3Response.of(200, Headers.builder().build());
  }
}
