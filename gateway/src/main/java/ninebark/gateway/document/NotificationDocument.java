package ninebark.gateway.document;

import static ninebark.gateway.xml.XmlShape.anyText;
import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.many;
import static ninebark.gateway.xml.XmlShape.oneOf;
import static ninebark.gateway.xml.XmlShape.optional;
import static ninebark.gateway.xml.XmlShape.required;
import static ninebark.gateway.xml.XmlShape.someText;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;

/**
 * Who is told of what happens in a bucket. Kept until events exist.
 *
 * @param destinations the ARNs it names
 * @param isEmpty whether it says nothing at all: that is how a configuration is taken away
 */
public record NotificationDocument(List<String> destinations, boolean isEmpty) {
  public static final DocumentKind<NotificationDocument> KIND =
      DocumentKind.xml("notification", NotificationDocument::parse);

  public static final String ROOT = "NotificationConfiguration";

  private static final int MAX_RULES = 100;

  private static final String[] EVENTS = {
    "s3:ReducedRedundancyLostObject",
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Post",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationNotTracked",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationReplicatedAfterThreshold",
    "s3:LifecycleTransition",
    "s3:IntelligentTiering",
    "s3:ObjectAcl:Put",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Put",
    "s3:ObjectTagging:Delete"
  };

  /** One kind of destination: the element around it, its own, and what its ARN looks like. */
  private record Target(String rule, String element, Pattern arn) {}

  private static final List<Target> TARGETS =
      List.of(
          new Target(
              "TopicConfiguration",
              "Topic",
              Pattern.compile("arn:[a-z0-9-]+:sns:[a-z0-9-]*:[^:]*:[^:]+")),
          new Target(
              "QueueConfiguration",
              "Queue",
              Pattern.compile("arn:[a-z0-9-]+:sqs:[a-z0-9-]*:[^:]*:[^:]+")),
          new Target(
              "CloudFunctionConfiguration",
              "CloudFunction",
              Pattern.compile("arn:[a-z0-9-]+:lambda:[a-z0-9-]*:[^:]*:function:[^:]+(:[^:]+)?")));

  private static final XmlShape FILTER =
      elements(
          optional(
              "S3Key",
              elements(
                  many(
                      "FilterRule",
                      0,
                      2,
                      elements(required("Name", someText()), required("Value", anyText()))))));

  private static final XmlShape SHAPE = shape();

  private static XmlShape shape() {
    var children = new ArrayList<XmlShape.Child>();
    for (var target : TARGETS) {
      children.add(
          many(
              target.rule(),
              0,
              MAX_RULES,
              elements(
                  optional("Id", anyText()),
                  required(target.element(), someText()),
                  many("Event", 1, EVENTS.length, oneOf(EVENTS)),
                  optional("Filter", FILTER))));
    }
    children.add(optional("EventBridgeConfiguration", elements()));
    return elements(children.toArray(XmlShape.Child[]::new));
  }

  public NotificationDocument {
    destinations = List.copyOf(destinations);
  }

  static NotificationDocument parse(XmlElement root) {
    SHAPE.check(root.expect(ROOT));
    var destinations = new ArrayList<String>();
    var ids = new HashSet<String>();
    var interests = new ArrayList<Interest>();
    for (var target : TARGETS) {
      for (var rule : root.all(target.rule())) {
        var id = rule.optional("Id").filter(text -> !text.isEmpty());
        if (id.isPresent() && !ids.add(id.get())) {
          throw S3Error.invalidArgument(
              "Same ID used for multiple configurations. IDs must be unique", "Id", id.get());
        }
        var arn = rule.required(target.element());
        if (!target.arn().matcher(arn).matches()) {
          throw S3Error.invalidArgument("The ARN could not be parsed", target.element(), arn);
        }
        destinations.add(arn);
        var interest = interest(rule);
        for (var other : interests) {
          if (interest.overlaps(other)) {
            throw S3Error.INVALID_ARGUMENT.because(
                "Configurations overlap. Configurations on the same bucket cannot share a common"
                    + " event type.");
          }
        }
        interests.add(interest);
      }
    }
    return new NotificationDocument(destinations, root.children().isEmpty());
  }

  /** What a rule wants to hear of. */
  private record Interest(List<String> events, String prefix, String suffix) {
    boolean overlaps(Interest other) {
      return events.stream().anyMatch(one -> other.events.stream().anyMatch(two -> meet(one, two)))
          && (prefix.startsWith(other.prefix) || other.prefix.startsWith(prefix))
          && (suffix.endsWith(other.suffix) || other.suffix.endsWith(suffix));
    }

    private static boolean meet(String one, String two) {
      return one.equals(two) || covers(one, two) || covers(two, one);
    }

    private static boolean covers(String wide, String narrow) {
      return wide.endsWith("*") && narrow.startsWith(wide.substring(0, wide.length() - 1));
    }
  }

  private static Interest interest(XmlElement rule) {
    var prefix = "";
    var suffix = "";
    var names = new HashSet<String>();
    var key = rule.child("Filter").flatMap(filter -> filter.child("S3Key"));
    for (var each : key.map(found -> found.all("FilterRule")).orElse(List.of())) {
      var name = each.required("Name").toLowerCase(Locale.ROOT);
      if (!names.add(name)) {
        throw S3Error.invalidArgument(
            "Cannot specify more than one " + name + " rule in a filter.", "FilterRule.Name", name);
      }
      switch (name) {
        case "prefix" -> prefix = each.required("Value");
        case "suffix" -> suffix = each.required("Value");
        default ->
            throw S3Error.invalidArgument(
                "filter rule name must be either prefix or suffix", "FilterRule.Name", name);
      }
    }
    var events = rule.all("Event").stream().map(XmlElement::text).toList();
    return new Interest(events, prefix, suffix);
  }
}
