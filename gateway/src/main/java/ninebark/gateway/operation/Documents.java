package ninebark.gateway.operation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import ninebark.gateway.digest.BodyDigests;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlReader;

/** Reads the XML body of a request: bounded, and only if it is what its client says it is. */
final class Documents {
  private Documents() {}

  /** The body's root element, empty if there is no body. */
  static Optional<XmlElement> read(S3Request request, Backend backend) throws IOException {
    var bytes = bytes(request, backend);
    return bytes.length == 0 ? Optional.empty() : Optional.of(XmlReader.read(bytes));
  }

  /** The body as it came. */
  static String text(S3Request request, Backend backend) throws IOException {
    return PercentCoding.utf8(ByteBuffer.wrap(bytes(request, backend)))
        .orElseThrow(() -> S3Error.MALFORMED_XML.because("The document is not UTF-8."));
  }

  private static byte[] bytes(S3Request request, Backend backend) throws IOException {
    int limit = backend.limits().maxDocumentBytes();
    var payload = request.payload();
    var claimed = ClientDigests.of(request.headers(), payload);
    if (payload.decodedLength().orElse(0) > limit) {
      throw tooLong(limit);
    }
    long length = payload.decodedLength().orElse(0);
    boolean signed = payload.signedSha256().isPresent();
    try (var digests = new BodyDigests(backend.md5(), length, signed, claimed.toCompute())) {
      var bytes = new ByteArrayOutputStream();
      var source = payload.source();
      for (var piece = source.next(); piece.hasRemaining(); piece = source.next()) {
        if (bytes.size() + piece.remaining() > limit) {
          throw tooLong(limit);
        }
        digests.update(piece);
        var copy = new byte[piece.remaining()];
        piece.get(copy);
        bytes.writeBytes(copy);
      }
      var _ = claimed.verify(payload, digests.finish());
      return bytes.toByteArray();
    }
  }

  private static RuntimeException tooLong(int limit) {
    return S3Error.MAX_MESSAGE_LENGTH_EXCEEDED
        .exception()
        .with("MaxMessageLengthBytes", Integer.toString(limit));
  }
}
