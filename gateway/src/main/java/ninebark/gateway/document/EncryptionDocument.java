package ninebark.gateway.document;

import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.flag;
import static ninebark.gateway.xml.XmlShape.many;
import static ninebark.gateway.xml.XmlShape.oneOf;
import static ninebark.gateway.xml.XmlShape.optional;
import static ninebark.gateway.xml.XmlShape.required;
import static ninebark.gateway.xml.XmlShape.someText;

import ninebark.gateway.error.S3Error;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;
import ninebark.gateway.xml.XmlWriter;

/**
 * How new objects of a bucket are encrypted by default. Kept until encryption exists; keys of a key
 * service are refused, because there is none to ask.
 */
public final class EncryptionDocument {
  public static final DocumentKind<XmlElement> KIND =
      DocumentKind.xml("encryption", EncryptionDocument::parse);

  private static final String ROOT = "ServerSideEncryptionConfiguration";
  private static final String DEFAULT_RULE = "ApplyServerSideEncryptionByDefault";
  private static final XmlShape SHAPE =
      elements(
          required(
              "Rule",
              elements(
                  optional(
                      DEFAULT_RULE,
                      elements(
                          required(
                              "SSEAlgorithm",
                              oneOf("AES256", "aws:kms", "aws:kms:dsse", "aws:fsx")),
                          optional("KMSMasterKeyID", someText()))),
                  optional("BucketKeyEnabled", flag()),
                  optional(
                      "BlockedEncryptionTypes",
                      elements(many("EncryptionType", 0, 2, oneOf("NONE", "SSE-C")))))));

  /** What every bucket answers that was told nothing else, since January 2023. */
  public static final String DEFAULT =
      XmlWriter.document(ROOT, 512)
          .open("Rule")
          .open(DEFAULT_RULE)
          .text("SSEAlgorithm", "AES256")
          .close(DEFAULT_RULE)
          .text("BucketKeyEnabled", false)
          .close("Rule")
          .close(ROOT)
          .string();

  private EncryptionDocument() {}

  static XmlElement parse(XmlElement root) {
    SHAPE.check(root.expect(ROOT));
    var rule = root.all("Rule").getFirst().child(DEFAULT_RULE);
    if (rule.isPresent()) {
      var algorithm = rule.get().required("SSEAlgorithm");
      var key = rule.get().optional("KMSMasterKeyID");
      if (algorithm.equals("AES256") && key.isPresent()) {
        throw S3Error.invalidArgument(
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or"
                + " aws:kms:dsse",
            "KMSMasterKeyID",
            key.get());
      }
      if (!algorithm.equals("AES256")) {
        throw S3Error.NOT_IMPLEMENTED
            .because("There is no key service to encrypt with: " + algorithm)
            .with("SSEAlgorithm", algorithm);
      }
    }
    return root;
  }
}
