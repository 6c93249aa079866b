package ninebark.gateway.document;

import static ninebark.gateway.xml.XmlShape.anyText;
import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.flag;
import static ninebark.gateway.xml.XmlShape.many;
import static ninebark.gateway.xml.XmlShape.oneOf;
import static ninebark.gateway.xml.XmlShape.optional;
import static ninebark.gateway.xml.XmlShape.required;
import static ninebark.gateway.xml.XmlShape.someText;
import static ninebark.gateway.xml.XmlShape.wholeNumber;

import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;
import ninebark.gateway.xml.XmlValues;
import ninebark.metadata.Bucket;
import ninebark.metadata.DocumentName;

/** The kinds of configuration documents of which a bucket may have up to 1,000, each with an id. */
// Shapes are unchangeable, which the checker cannot see.
@SuppressWarnings("ImmutableEnumChecker")
public enum ListedKind {
  INVENTORY("inventory", "InventoryConfiguration", "ListInventoryConfigurationsResult") {
    @Override
    XmlShape shape() {
      return elements(
          required("Id", someText()),
          required("IsEnabled", flag()),
          optional("Filter", elements(required("Prefix", anyText()))),
          required("IncludedObjectVersions", oneOf("All", "Current")),
          required("Schedule", elements(required("Frequency", oneOf("Daily", "Weekly")))),
          optional("OptionalFields", elements(many("Field", 0, FIELDS.length, oneOf(FIELDS)))),
          required(
              "Destination",
              elements(
                  required(
                      "S3BucketDestination",
                      elements(
                          optional("AccountId", someText()),
                          required("Bucket", someText()),
                          required("Format", oneOf("CSV", "ORC", "Parquet")),
                          optional("Prefix", anyText()),
                          optional(
                              "Encryption",
                              elements(
                                  optional("SSE-S3", elements()),
                                  optional(
                                      "SSE-KMS", elements(required("KeyId", someText()))))))))));
    }

    @Override
    void checkValues(XmlElement root) {
      var destination = root.all("Destination").getFirst().all("S3BucketDestination").getFirst();
      var bucket = destination.required("Bucket");
      if (!BUCKET_ARN.matcher(bucket).matches()) {
        throw S3Error.invalidArgument("Invalid bucket ARN", "Bucket", bucket);
      }
    }
  },
  METRICS("metrics", "MetricsConfiguration", "ListMetricsConfigurationsResult") {
    @Override
    XmlShape shape() {
      return elements(
          required("Id", someText()),
          optional(
              "Filter",
              elements(
                  optional("Prefix", anyText()),
                  optional("Tag", TAG),
                  optional("AccessPointArn", someText()),
                  optional(
                      "And",
                      elements(
                          optional("Prefix", anyText()),
                          many("Tag", 0, TagSet.MAX_OBJECT_TAGS, TAG),
                          optional("AccessPointArn", someText()))))));
    }

    @Override
    void checkValues(XmlElement root) {
      checkFilter(root, true);
    }
  },
  INTELLIGENT_TIERING(
      "intelligent-tiering",
      "IntelligentTieringConfiguration",
      "ListBucketIntelligentTieringConfigurationsOutput") {
    @Override
    XmlShape shape() {
      return elements(
          required("Id", someText()),
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
          required("Status", oneOf("Enabled", "Disabled")),
          many(
              "Tiering",
              1,
              2,
              elements(
                  required("Days", wholeNumber()),
                  required("AccessTier", oneOf("ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS")))));
    }

    @Override
    void checkValues(XmlElement root) {
      checkFilter(root, false);
      var tiers = new HashSet<String>();
      for (var tiering : root.all("Tiering")) {
        var tier = tiering.required("AccessTier");
        if (!tiers.add(tier)) {
          throw S3Error.MALFORMED_XML.because("Each AccessTier may stand only once.");
        }
        int days = XmlValues.number(tiering.required("Days")).orElseThrow();
        int least = tier.equals("ARCHIVE_ACCESS") ? 90 : 180;
        if (days < least || days > MAX_TIERING_DAYS) {
          throw S3Error.invalidArgument(
              "'Days' for " + tier + " must be from " + least + " to " + MAX_TIERING_DAYS,
              "Days",
              Integer.toString(days));
        }
      }
    }
  };

  /** Of one kind in one bucket. */
  public static final int MAX_COUNT = 1_000;

  /** Of one page of a list. */
  public static final int PAGE_COUNT = 100;

  private static final int MAX_TIERING_DAYS = 730;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern BUCKET_ARN =
      Pattern.compile("arn:[a-z0-9-]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final XmlShape TAG =
      elements(required("Key", someText()), required("Value", anyText()));
  private static final String[] FIELDS = {
    "Size",
    "LastModifiedDate",
    "StorageClass",
    "ETag",
    "IsMultipartUploaded",
    "ReplicationStatus",
    "EncryptionStatus",
    "ObjectLockRetainUntilDate",
    "ObjectLockMode",
    "ObjectLockLegalHoldStatus",
    "IntelligentTieringAccessTier",
    "BucketKeyStatus",
    "ChecksumAlgorithm",
    "ObjectAccessControlList",
    "ObjectOwner",
    "LifecycleExpirationDate"
  };

  private final String kind;
  private final String root;
  private final String list;

  ListedKind(String kind, String root, String list) {
    this.kind = kind;
    this.root = root;
    this.list = list;
  }

  abstract XmlShape shape();

  abstract void checkValues(XmlElement root);

  /** The element that holds one. */
  public String root() {
    return root;
  }

  /** The element that holds a page of them. */
  public String list() {
    return list;
  }

  /** The name of the document with that id. */
  public DocumentName name(String id) {
    return new DocumentName(kind, id);
  }

  /** The ids a bucket has of this kind, in order. */
  public SortedSet<String> ids(Bucket bucket) {
    var ids = new TreeSet<String>();
    for (var name : bucket.documents()) {
      if (name.kind().equals(kind)) {
        ids.add(name.id());
      }
    }
    return ids;
  }

  public static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  /** Refuses a document that is not legal, or not the one with that id. */
  public void check(String text, String id) {
    var document = DocumentKind.read(text).expect(root);
    shape().check(document);
    var own = document.required("Id");
    if (!isId(own)) {
      throw S3Error.invalidArgument("The configuration ID is not valid", "Id", own);
    }
    if (!own.equals(id)) {
      throw S3Error.invalidArgument(
          "The id of the request and the Id of the document differ", "Id", own);
    }
    checkValues(document);
  }

  private static void checkFilter(XmlElement root, boolean mustNarrow) {
    var filter = root.child("Filter");
    if (filter.isEmpty()) {
      return;
    }
    int conditions = filter.get().children().size();
    if (conditions > 1 || (mustNarrow && conditions == 0)) {
      throw S3Error.MALFORMED_XML.because("A Filter holds one condition; several stand in an And.");
    }
    var and = filter.get().child("And");
    if (and.isPresent() && and.get().children().size() < 2) {
      throw S3Error.MALFORMED_XML.because("An And holds at least two conditions.");
    }
    Set<String> keys = new HashSet<>();
    for (var tag : and.map(each -> each.all("Tag")).orElse(filter.get().all("Tag"))) {
      if (!keys.add(tag.required("Key"))) {
        throw S3Error.INVALID_REQUEST.because("Duplicate Tag Keys are not allowed.");
      }
      var _ = TagSet.checked(tag.required("Key"), tag.required("Value"));
    }
  }
}
