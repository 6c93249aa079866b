package ninebark.gateway.document;

import static ninebark.gateway.xml.XmlShape.anyText;
import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.many;
import static ninebark.gateway.xml.XmlShape.oneOf;
import static ninebark.gateway.xml.XmlShape.optional;
import static ninebark.gateway.xml.XmlShape.required;
import static ninebark.gateway.xml.XmlShape.someText;
import static ninebark.gateway.xml.XmlShape.wholeNumber;

import java.util.HashSet;
import java.util.regex.Pattern;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;
import ninebark.gateway.xml.XmlValues;

/** Where a bucket's objects are to be copied to. Kept until replication exists. */
public final class ReplicationDocument {
  public static final DocumentKind<XmlElement> KIND =
      DocumentKind.xml("replication", ReplicationDocument::parse);

  private static final int MAX_RULES = 1_000;
  private static final int MAX_ID_CHARS = 255;
  private static final int MAX_PREFIX_CHARS = 1_024;
  private static final int REPLICATION_TIME_MINUTES = 15;
  private static final Pattern BUCKET_ARN =
      Pattern.compile("arn:[a-z0-9-]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  private static final XmlShape STATUS = oneOf("Enabled", "Disabled");
  private static final XmlShape SWITCH = elements(required("Status", STATUS));
  private static final XmlShape MINUTES = elements(optional("Minutes", wholeNumber()));
  private static final XmlShape TAG =
      elements(required("Key", someText()), required("Value", anyText()));

  private static final XmlShape SHAPE =
      elements(
          required("Role", someText()),
          many(
              "Rule",
              1,
              MAX_RULES,
              elements(
                  optional("ID", anyText()),
                  optional("Priority", wholeNumber()),
                  optional("Prefix", anyText()),
                  optional(
                      "Filter",
                      elements(
                          optional("Prefix", anyText()),
                          optional("Tag", TAG),
                          optional(
                              "And",
                              elements(
                                  optional("Prefix", anyText()),
                                  many("Tag", 0, TagSet.MAX_OBJECT_TAGS, TAG))))),
                  required("Status", STATUS),
                  optional(
                      "SourceSelectionCriteria",
                      elements(
                          optional("SseKmsEncryptedObjects", SWITCH),
                          optional("ReplicaModifications", SWITCH))),
                  optional("ExistingObjectReplication", SWITCH),
                  required(
                      "Destination",
                      elements(
                          required("Bucket", someText()),
                          optional("Account", someText()),
                          optional(
                              "StorageClass",
                              oneOf(
                                  "STANDARD",
                                  "REDUCED_REDUNDANCY",
                                  "STANDARD_IA",
                                  "ONEZONE_IA",
                                  "INTELLIGENT_TIERING",
                                  "GLACIER",
                                  "DEEP_ARCHIVE",
                                  "GLACIER_IR")),
                          optional(
                              "AccessControlTranslation",
                              elements(required("Owner", oneOf("Destination")))),
                          optional(
                              "EncryptionConfiguration",
                              elements(optional("ReplicaKmsKeyID", someText()))),
                          optional(
                              "ReplicationTime",
                              elements(required("Status", STATUS), required("Time", MINUTES))),
                          optional(
                              "Metrics",
                              elements(
                                  required("Status", STATUS),
                                  optional("EventThreshold", MINUTES))))),
                  optional("DeleteMarkerReplication", elements(optional("Status", STATUS))))));

  private ReplicationDocument() {}

  static XmlElement parse(XmlElement root) {
    SHAPE.check(root.expect("ReplicationConfiguration"));
    var ids = new HashSet<String>();
    var priorities = new HashSet<String>();
    for (var rule : root.all("Rule")) {
      checkRule(rule);
      var id = rule.optional("ID").filter(text -> !text.isEmpty());
      if (id.isPresent() && !ids.add(id.get())) {
        throw S3Error.invalidArgument(
            "Rule ID must be unique. Found same ID for more than one rule", "ID", id.get());
      }
      var priority = rule.optional("Priority");
      if (priority.isPresent() && !priorities.add(priority.get().strip())) {
        throw S3Error.invalidArgument(
            "Found duplicate priority " + priority.get() + ".", "Priority", priority.get());
      }
    }
    return root;
  }

  private static void checkRule(XmlElement rule) {
    var id = rule.optional("ID").orElse("");
    if (id.length() > MAX_ID_CHARS) {
      throw S3Error.invalidArgument(
          "ID length should not exceed allowed limit of " + MAX_ID_CHARS, "ID", id);
    }
    var filter = rule.child("Filter");
    if (filter.isPresent() && rule.child("Prefix").isPresent()) {
      throw S3Error.MALFORMED_XML.because("A Rule has either a Filter or a Prefix.");
    }
    if (filter.isPresent() && filter.get().children().size() > 1) {
      throw S3Error.MALFORMED_XML.because("A Filter of several conditions holds them in an And.");
    }
    var priority = rule.optional("Priority").flatMap(ReplicationDocument::number);
    if (filter.isPresent()) {
      if (priority.isEmpty()) {
        throw S3Error.INVALID_REQUEST.because(
            "Priority must be specified for this version of Cross Region Replication"
                + " configuration schema. Please refer to S3 Developer Guide for more information.");
      }
      if (rule.child("DeleteMarkerReplication").isEmpty()) {
        throw S3Error.INVALID_REQUEST.because(
            "DeleteMarkerReplication must be specified for this version of Cross Region Replication"
                + " configuration schema. Please refer to S3 Developer Guide for more information.");
      }
    }
    if (priority.isPresent() && priority.get() < 0) {
      throw S3Error.invalidArgument(
          "Priority must be a non-negative integer", "Priority", Integer.toString(priority.get()));
    }
    var prefix =
        rule.optional("Prefix")
            .or(() -> filter.flatMap(each -> each.optional("Prefix")))
            .orElse("");
    if (prefix.length() > MAX_PREFIX_CHARS) {
      throw S3Error.invalidArgument(
          "Rule prefix cannot be longer than maximum allowed key length of " + MAX_PREFIX_CHARS,
          "Prefix",
          prefix);
    }
    checkDestination(rule.all("Destination").getFirst());
  }

  private static void checkDestination(XmlElement destination) {
    var bucket = destination.required("Bucket");
    if (!BUCKET_ARN.matcher(bucket).matches()) {
      throw S3Error.invalidArgument("Invalid bucket ARN", "Bucket", bucket);
    }
    for (var name : new String[] {"ReplicationTime", "Metrics"}) {
      var minutes =
          destination
              .child(name)
              .flatMap(each -> each.child("Time").or(() -> each.child("EventThreshold")))
              .flatMap(each -> each.optional("Minutes"));
      if (minutes.isPresent() && number(minutes.get()).orElseThrow() != REPLICATION_TIME_MINUTES) {
        throw S3Error.invalidArgument(
            "The only valid value is " + REPLICATION_TIME_MINUTES + " minutes",
            "Minutes",
            minutes.get());
      }
    }
  }

  private static java.util.Optional<Integer> number(String text) {
    var found = XmlValues.number(text);
    return found.isPresent() ? java.util.Optional.of(found.getAsInt()) : java.util.Optional.empty();
  }
}
