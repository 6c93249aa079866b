package ninebark.gateway.operation;

import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.oneOf;
import static ninebark.gateway.xml.XmlShape.required;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;

/**
 * PUT and GET of a switch that stands where it stands: told so it answers 200, told otherwise that
 * this is not implemented. Nothing is kept.
 *
 * @param element the one child of {@code root} that says it
 * @param value where the switch stands
 * @param other where S3 could put it
 */
record DefaultOnly(String root, String element, String value, String other) {
  /** The document that says where the switch stands. */
  String document() {
    return XmlWriter.document(root, 256).text(element, value).close(root).string();
  }

  /** The document that says nothing, as of a switch that was never touched. */
  String emptyDocument() {
    return XmlWriter.document(root, 256).close(root).string();
  }

  S3Response put(S3Request request, Backend backend) throws IOException {
    var document = Documents.read(request, backend).orElseThrow(S3Error.MALFORMED_XML::exception);
    elements(required(element, oneOf(value, other))).check(document.expect(root));
    if (document.required(element).equals(other)) {
      throw S3Error.NOT_IMPLEMENTED
          .because(root + " with " + element + " " + other + " is not implemented.")
          .with("Operation", request.operation().label());
    }
    return S3Response.of(200, Headers.EMPTY);
  }
}
