package ninebark.gateway.document;

import static ninebark.gateway.xml.XmlShape.anyText;
import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.many;
import static ninebark.gateway.xml.XmlShape.oneOf;
import static ninebark.gateway.xml.XmlShape.optional;
import static ninebark.gateway.xml.XmlShape.required;
import static ninebark.gateway.xml.XmlShape.someText;

import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;

/**
 * Where a bucket's access log is to be written. Kept until such logs are delivered.
 *
 * @param target the bucket that gets it; empty if none is written
 * @param grants whether it names who may read the log, which only ACLs can say
 */
public record LoggingDocument(Optional<String> target, boolean grants) {
  public static final DocumentKind<LoggingDocument> KIND =
      DocumentKind.xml("logging", LoggingDocument::parse);

  public static final String ROOT = "BucketLoggingStatus";

  private static final int MAX_GRANTS = 100;
  private static final XmlShape SHAPE =
      elements(
          optional(
              "LoggingEnabled",
              elements(
                  required("TargetBucket", someText()),
                  required("TargetPrefix", anyText()),
                  optional(
                      "TargetGrants",
                      elements(
                          many(
                              "Grant",
                              0,
                              MAX_GRANTS,
                              elements(
                                  required(
                                      "Grantee",
                                      elements(
                                          optional("ID", someText()),
                                          optional("DisplayName", anyText()),
                                          optional("URI", someText()),
                                          optional("EmailAddress", someText()))),
                                  required(
                                      "Permission", oneOf("FULL_CONTROL", "READ", "WRITE")))))),
                  optional(
                      "TargetObjectKeyFormat",
                      elements(
                          optional("SimplePrefix", elements()),
                          optional(
                              "PartitionedPrefix",
                              elements(
                                  optional(
                                      "PartitionDateSource",
                                      oneOf("EventTime", "DeliveryTime")))))))));

  static LoggingDocument parse(XmlElement root) {
    SHAPE.check(root.expect(ROOT));
    var enabled = root.child("LoggingEnabled");
    var format = enabled.flatMap(each -> each.child("TargetObjectKeyFormat"));
    if (format.isPresent() && format.get().children().size() != 1) {
      throw S3Error.MALFORMED_XML.because(
          "A TargetObjectKeyFormat holds either SimplePrefix or PartitionedPrefix.");
    }
    return new LoggingDocument(
        enabled.map(each -> each.required("TargetBucket")),
        enabled
            .flatMap(each -> each.child("TargetGrants"))
            .map(each -> !each.children().isEmpty())
            .orElse(false));
  }
}
