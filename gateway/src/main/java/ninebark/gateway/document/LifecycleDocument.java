package ninebark.gateway.document;

import static ninebark.gateway.xml.XmlShape.anyText;
import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.flag;
import static ninebark.gateway.xml.XmlShape.many;
import static ninebark.gateway.xml.XmlShape.moment;
import static ninebark.gateway.xml.XmlShape.oneOf;
import static ninebark.gateway.xml.XmlShape.optional;
import static ninebark.gateway.xml.XmlShape.required;
import static ninebark.gateway.xml.XmlShape.someText;
import static ninebark.gateway.xml.XmlShape.wholeLong;
import static ninebark.gateway.xml.XmlShape.wholeNumber;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;
import ninebark.gateway.xml.XmlValues;
import ninebark.metadata.Tag;
import ninebark.metadata.lifecycle.LifecycleRule;
import ninebark.metadata.lifecycle.LifecycleRule.Expiration;
import ninebark.metadata.lifecycle.LifecycleRule.Filter;
import ninebark.metadata.lifecycle.LifecycleRule.NoncurrentExpiration;
import ninebark.metadata.lifecycle.LifecycleRule.NoncurrentTransition;
import ninebark.metadata.lifecycle.LifecycleRule.Transition;
import ninebark.metadata.lifecycle.LifecycleRule.When;
import ninebark.metadata.lifecycle.LifecycleRules;
import ninebark.metadata.lifecycle.LifecycleRules.SmallObjects;
import ninebark.metadata.lifecycle.RuleBook;

/**
 * The lifecycle configuration: up to 1,000 rules in the form of today (with a Filter) or in that of
 * before 2016 (with a Prefix), and a header beside the document, which is kept in a line before it.
 *
 * @param smallObjects as the header says it
 * @param xml word for word
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html">
 *     Lifecycle configuration elements</a>
 */
public record LifecycleDocument(SmallObjects smallObjects, String xml) {
  public static final DocumentKind<RuleBook> KIND =
      DocumentKind.of("lifecycle", text -> new RuleBook(of(text).rules()));

  /** The header, in requests and responses. */
  public static final String SMALL_OBJECTS_HEADER = "x-amz-transition-default-minimum-object-size";

  private static final int MAX_RULES = 1_000;
  private static final int MAX_ID_CHARS = 255;
  private static final int MAX_PREFIX_CHARS = 1_024;
  private static final int MAX_KEPT_VERSIONS = 100;
  private static final int INFREQUENT_ACCESS_DAYS = 30;

  private static final String[] CLASSES = {
    "GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"
  };

  private static final XmlShape TAG =
      elements(required("Key", someText()), required("Value", anyText()));
  private static final XmlShape SHAPE =
      elements(
          many(
              "Rule",
              1,
              MAX_RULES,
              elements(
                  optional("ID", anyText()),
                  optional("Prefix", anyText()),
                  optional(
                      "Filter",
                      elements(
                          optional("Prefix", anyText()),
                          optional("Tag", TAG),
                          optional("ObjectSizeGreaterThan", wholeLong()),
                          optional("ObjectSizeLessThan", wholeLong()),
                          optional(
                              "And",
                              elements(
                                  optional("Prefix", anyText()),
                                  many("Tag", 0, TagSet.MAX_OBJECT_TAGS, TAG),
                                  optional("ObjectSizeGreaterThan", wholeLong()),
                                  optional("ObjectSizeLessThan", wholeLong()))))),
                  required("Status", oneOf("Enabled", "Disabled")),
                  optional(
                      "Expiration",
                      elements(
                          optional("Date", moment()),
                          optional("Days", wholeNumber()),
                          optional("ExpiredObjectDeleteMarker", flag()))),
                  many(
                      "Transition",
                      0,
                      CLASSES.length,
                      elements(
                          optional("Date", moment()),
                          optional("Days", wholeNumber()),
                          required("StorageClass", oneOf(CLASSES)))),
                  optional(
                      "NoncurrentVersionExpiration",
                      elements(
                          required("NoncurrentDays", wholeNumber()),
                          optional("NewerNoncurrentVersions", wholeNumber()))),
                  many(
                      "NoncurrentVersionTransition",
                      0,
                      CLASSES.length,
                      elements(
                          required("NoncurrentDays", wholeNumber()),
                          optional("NewerNoncurrentVersions", wholeNumber()),
                          required("StorageClass", oneOf(CLASSES)))),
                  optional(
                      "AbortIncompleteMultipartUpload",
                      elements(required("DaysAfterInitiation", wholeNumber()))))));

  /** Of a document that comes with this header. */
  public static LifecycleDocument of(Optional<String> header, String xml) {
    return new LifecycleDocument(
        header.map(LifecycleDocument::smallObjects).orElse(SmallObjects.ALL_STORAGE_CLASSES_128K),
        xml);
  }

  /** Of a document that was kept. */
  public static LifecycleDocument of(String kept) {
    int line = kept.indexOf('\n');
    return new LifecycleDocument(
        smallObjects(kept.substring(0, Math.max(0, line))), kept.substring(line + 1));
  }

  /** To be kept. */
  public String text() {
    return header() + "\n" + xml;
  }

  public String header() {
    return switch (smallObjects) {
      case ALL_STORAGE_CLASSES_128K -> "all_storage_classes_128K";
      case VARIES_BY_STORAGE_CLASS -> "varies_by_storage_class";
    };
  }

  private static SmallObjects smallObjects(String text) {
    return switch (text) {
      case "all_storage_classes_128K" -> SmallObjects.ALL_STORAGE_CLASSES_128K;
      case "varies_by_storage_class" -> SmallObjects.VARIES_BY_STORAGE_CLASS;
      default ->
          throw S3Error.INVALID_REQUEST.because(
              "Invalid TransitionDefaultMinimumObjectSize found: " + text);
    };
  }

  /** What it says, if it is legal. */
  public LifecycleRules rules() {
    var root = DocumentKind.read(xml).expect("LifecycleConfiguration");
    SHAPE.check(root);
    var ids = new HashSet<String>();
    var rules = new ArrayList<LifecycleRule>();
    for (var element : root.all("Rule")) {
      var rule = rule(element);
      if (rule.id().isPresent() && !ids.add(rule.id().get())) {
        throw S3Error.invalidArgument(
            "Rule ID must be unique. Found same ID for more than one rule", "ID", rule.id().get());
      }
      rules.add(rule);
    }
    return new LifecycleRules(rules, smallObjects);
  }

  private static LifecycleRule rule(XmlElement rule) {
    var id = rule.optional("ID").filter(text -> !text.isEmpty());
    if (id.isPresent() && id.get().length() > MAX_ID_CHARS) {
      throw S3Error.invalidArgument(
          "ID length should not exceed allowed limit of " + MAX_ID_CHARS, "ID", id.get());
    }
    var filter = filter(rule);
    var expiration = rule.child("Expiration");
    var transitions = rule.all("Transition").stream().map(LifecycleDocument::transition).toList();
    var noncurrent =
        rule.all("NoncurrentVersionTransition").stream()
            .map(LifecycleDocument::noncurrentTransition)
            .toList();
    var noncurrentExpiration =
        rule.child("NoncurrentVersionExpiration").map(LifecycleDocument::noncurrentExpiration);
    var abort = rule.child("AbortIncompleteMultipartUpload");
    if (expiration.isEmpty()
        && transitions.isEmpty()
        && noncurrent.isEmpty()
        && noncurrentExpiration.isEmpty()
        && abort.isEmpty()) {
      throw S3Error.INVALID_REQUEST.because("At least one action needs to be specified in a rule");
    }
    boolean narrow =
        !filter.tags().isEmpty()
            || filter.largerThan().isPresent()
            || filter.smallerThan().isPresent();
    if (abort.isPresent() && narrow) {
      throw S3Error.INVALID_REQUEST.because(
          "AbortIncompleteMultipartUpload cannot be specified with "
              + (filter.tags().isEmpty() ? "Object Size." : "Tags."));
    }
    if (expiration.isPresent()
        && expiration.get().optional("ExpiredObjectDeleteMarker").isPresent()
        && narrow) {
      throw S3Error.INVALID_REQUEST.because(
          "ExpiredObjectDeleteMarker cannot be specified with "
              + (filter.tags().isEmpty() ? "Object Size." : "Tag Filter."));
    }
    var expires = expiration.flatMap(LifecycleDocument::expiration);
    checkOrder(filter, expires, transitions);
    checkClasses(filter, "Transition", transitions.stream().map(Transition::storageClass).toList());
    checkClasses(
        filter,
        "NoncurrentVersionTransition",
        noncurrent.stream().map(NoncurrentTransition::storageClass).toList());
    for (var each : noncurrent) {
      if (noncurrentExpiration.isPresent() && noncurrentExpiration.get().days() <= each.days()) {
        throw S3Error.invalidArgument(
            "'NoncurrentDays' in the NoncurrentVersionExpiration action for filter '"
                + describe(filter)
                + "' must be greater than 'NoncurrentDays' in the NoncurrentVersionTransition"
                + " action",
            "NoncurrentDays",
            Integer.toString(noncurrentExpiration.get().days()));
      }
    }
    return new LifecycleRule(
        id,
        rule.required("Status").equals("Enabled"),
        filter,
        expires,
        transitions,
        noncurrentExpiration,
        noncurrent,
        abort
            .map(
                each ->
                    OptionalInt.of(
                        positive(each, "DaysAfterInitiation", "AbortIncompleteMultipartUpload")))
            .orElse(OptionalInt.empty()));
  }

  // --- filters ----------------------------------------------------------------------------------

  private static Filter filter(XmlElement rule) {
    var prefix = rule.optional("Prefix");
    var filter = rule.child("Filter");
    if (prefix.isPresent() == filter.isPresent()) {
      throw S3Error.MALFORMED_XML.because("A Rule has either a Filter or a Prefix.");
    }
    if (prefix.isPresent()) {
      return new Filter(
          checkedPrefix(prefix.get()), List.of(), OptionalLong.empty(), OptionalLong.empty());
    }
    var conditions = filter.get().children();
    if (conditions.size() > 1) {
      throw S3Error.MALFORMED_XML.because("A Filter of several conditions holds them in an And.");
    }
    var and = filter.get().child("And");
    if (and.isPresent() && and.get().children().size() < 2) {
      throw S3Error.MALFORMED_XML.because("An And holds at least two conditions.");
    }
    return conditions(and.orElse(filter.get()));
  }

  private static Filter conditions(XmlElement holder) {
    var tags = new ArrayList<Tag>();
    var keys = new HashSet<String>();
    for (var tag : holder.all("Tag")) {
      var key = tag.required("Key");
      if (!keys.add(key)) {
        throw S3Error.INVALID_REQUEST.because("Duplicate Tag Keys are not allowed.");
      }
      tags.add(TagSet.checked(key, tag.required("Value")));
    }
    var larger = size(holder, "ObjectSizeGreaterThan", 0);
    var smaller = size(holder, "ObjectSizeLessThan", 1);
    if (larger.isPresent()
        && smaller.isPresent()
        && smaller.getAsLong() <= larger.getAsLong() + 1) {
      throw S3Error.INVALID_REQUEST.because(
          "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan' plus 1.");
    }
    return new Filter(
        holder.optional("Prefix").map(LifecycleDocument::checkedPrefix).orElse(""),
        tags,
        larger,
        smaller);
  }

  private static String checkedPrefix(String prefix) {
    if (prefix.length() > MAX_PREFIX_CHARS) {
      throw S3Error.INVALID_REQUEST.because(
          "The maximum size of a prefix is " + MAX_PREFIX_CHARS + ".");
    }
    return prefix;
  }

  private static OptionalLong size(XmlElement holder, String name, long least) {
    var text = holder.optional(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    long bytes = XmlValues.longNumber(text.get()).orElseThrow();
    if (bytes < least) {
      throw S3Error.invalidArgument(
          "'" + name + "' has to be a number from " + least + " on", name, text.get());
    }
    return OptionalLong.of(bytes);
  }

  private static String describe(Filter filter) {
    return "(prefix=" + filter.prefix() + ")";
  }

  // --- actions ----------------------------------------------------------------------------------

  /** Empty for one that only says that lonely markers stay. */
  private static Optional<Expiration> expiration(XmlElement expiration) {
    if (expiration.children().size() != 1) {
      throw S3Error.MALFORMED_XML.because(
          "An Expiration holds one of Date, Days and ExpiredObjectDeleteMarker.");
    }
    var markers = expiration.optional("ExpiredObjectDeleteMarker");
    if (markers.isPresent()) {
      return XmlValues.flag(markers.get()).orElseThrow()
          ? Optional.of(new Expiration.LonelyMarkers())
          : Optional.empty();
    }
    var date = expiration.optional("Date");
    return Optional.of(
        new Expiration.Objects(
            date.isPresent()
                ? new When.OnDate(midnight(date.get()))
                : new When.AfterDays(positive(expiration, "Days", "Expiration"))));
  }

  private static Transition transition(XmlElement transition) {
    var storageClass = transition.required("StorageClass");
    var date = transition.optional("Date");
    var days = transition.optional("Days");
    if (date.isPresent() == days.isPresent()) {
      throw S3Error.MALFORMED_XML.because("A Transition has either a Date or Days.");
    }
    if (date.isPresent()) {
      return new Transition(new When.OnDate(midnight(date.get())), storageClass);
    }
    int count = XmlValues.number(days.get()).orElseThrow();
    if (count < 0) {
      throw S3Error.invalidArgument(
          "'Days' for Transition action must be nonnegative", "Days", days.get());
    }
    checkWait("Days", "Transition", count, storageClass);
    return new Transition(new When.AfterDays(count), storageClass);
  }

  private static NoncurrentTransition noncurrentTransition(XmlElement transition) {
    var storageClass = transition.required("StorageClass");
    int days = positive(transition, "NoncurrentDays", "NoncurrentVersionTransition");
    checkWait("NoncurrentDays", "NoncurrentVersionTransition", days, storageClass);
    return new NoncurrentTransition(days, kept(transition), storageClass);
  }

  private static NoncurrentExpiration noncurrentExpiration(XmlElement expiration) {
    return new NoncurrentExpiration(
        positive(expiration, "NoncurrentDays", "NoncurrentVersionExpiration"), kept(expiration));
  }

  private static OptionalInt kept(XmlElement action) {
    var text = action.optional("NewerNoncurrentVersions");
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    int count = XmlValues.number(text.get()).orElseThrow();
    if (count < 1 || count > MAX_KEPT_VERSIONS) {
      throw S3Error.invalidArgument(
          "'NewerNoncurrentVersions' must be a positive integer of at most " + MAX_KEPT_VERSIONS,
          "NewerNoncurrentVersions",
          text.get());
    }
    return OptionalInt.of(count);
  }

  private static int positive(XmlElement action, String name, String label) {
    int count = XmlValues.number(action.required(name)).orElseThrow();
    if (count <= 0) {
      throw S3Error.invalidArgument(
          "'" + name + "' for " + label + " action must be a positive integer",
          name,
          Integer.toString(count));
    }
    return count;
  }

  private static Instant midnight(String text) {
    var moment = XmlValues.moment(text).orElseThrow();
    if (!moment.truncatedTo(ChronoUnit.DAYS).equals(moment)) {
      throw S3Error.invalidArgument("'Date' must be at midnight GMT", "Date", text);
    }
    return moment;
  }

  private static void checkWait(String name, String action, int days, String storageClass) {
    boolean infrequent = storageClass.equals("STANDARD_IA") || storageClass.equals("ONEZONE_IA");
    if (infrequent && days < INFREQUENT_ACCESS_DAYS) {
      throw S3Error.invalidArgument(
          "'"
              + name
              + "' in "
              + action
              + " action must be greater than or equal to "
              + INFREQUENT_ACCESS_DAYS
              + " for storageClass '"
              + storageClass
              + "'",
          name,
          Integer.toString(days));
    }
  }

  // --- one rule's actions beside each other -----------------------------------------------------

  private static void checkClasses(Filter filter, String action, List<String> classes) {
    if (new HashSet<>(classes).size() < classes.size()) {
      throw S3Error.INVALID_REQUEST.because(
          "'StorageClass' must be different for '"
              + action
              + "' actions in same 'Rule' with filter '"
              + describe(filter)
              + "'");
    }
  }

  private static void checkOrder(
      Filter filter, Optional<Expiration> expiration, List<Transition> transitions) {
    var moments = new ArrayList<When>();
    if (expiration.isPresent() && expiration.get() instanceof Expiration.Objects(var when)) {
      moments.add(when);
    }
    boolean expires = !moments.isEmpty();
    transitions.forEach(each -> moments.add(each.when()));
    if (moments.stream().anyMatch(When.OnDate.class::isInstance)
        && moments.stream().anyMatch(When.AfterDays.class::isInstance)) {
      throw S3Error.INVALID_REQUEST.because(
          "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule"
              + " for filter '"
              + describe(filter)
              + "'");
    }
    if (!expires) {
      return;
    }
    for (var later : moments.subList(1, moments.size())) {
      switch (later) {
        case When.AfterDays(int days) -> {
          if (moments.getFirst() instanceof When.AfterDays(int end) && end <= days) {
            throw tooEarly(filter, "Days", Integer.toString(end));
          }
        }
        case When.OnDate(var date) -> {
          if (moments.getFirst() instanceof When.OnDate(var end) && !end.isAfter(date)) {
            throw tooEarly(filter, "Date", end.toString());
          }
        }
      }
    }
  }

  private static S3Exception tooEarly(Filter filter, String name, String value) {
    return S3Error.invalidArgument(
        "'"
            + name
            + "' in the Expiration action for filter '"
            + describe(filter)
            + "' must be greater than '"
            + name
            + "' in the Transition action",
        name,
        value);
  }
}
