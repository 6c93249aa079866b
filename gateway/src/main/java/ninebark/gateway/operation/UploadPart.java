package ninebark.gateway.operation;

import java.io.IOException;
import java.util.Optional;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Upload;

/** PUT /bucket/key?partNumber=N&amp;uploadId=U. */
final class UploadPart implements Operation {
  private final Backend backend;
  private final Intake intake;

  UploadPart(Backend backend) {
    this.backend = backend;
    this.intake = new Intake(backend);
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    int number = UploadRequest.partNumber(request);
    var claimed = ClientDigests.of(request.headers(), request.payload());
    intake.checkedLength(request.payload().length());
    var upload = UploadRequest.find(request, backend);
    var stored =
        intake.storeBody(
            request.payload(),
            withChoice(claimed, upload),
            Intake.ownerOfPart(request.inBucket(), upload, number),
            upload.storageClass(),
            whole -> PartCommit.describe(request, upload, number, whole));
    var _ = PartCommit.commit(request, backend, intake, upload, number, stored);
    var response = S3Response.etag(stored.digests().etag());
    response.add(Checksums.header(stored.checksum().algorithm()), stored.checksum().value());
    return S3Response.of(200, response.build());
  }

  /** The upload's own algorithm is computed even if the client claims nothing. */
  private static ClientDigests withChoice(ClientDigests claimed, Upload upload) {
    if (upload.checksum().isEmpty()) {
      return claimed;
    }
    var wanted = upload.checksum().get().algorithm();
    if (claimed.algorithm().isPresent() && claimed.algorithm().get() != wanted) {
      throw S3Error.INVALID_REQUEST.because(
          "Checksum Type mismatch occurred, expected checksum Type: "
              + wanted.name().toLowerCase(java.util.Locale.ROOT)
              + ", actual checksum Type: "
              + claimed.algorithm().get().name().toLowerCase(java.util.Locale.ROOT));
    }
    return claimed.algorithm().isPresent()
        ? claimed
        : new ClientDigests(claimed.md5(), Optional.of(wanted), Optional.empty());
  }
}
