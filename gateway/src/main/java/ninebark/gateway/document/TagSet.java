package ninebark.gateway.document;

import static ninebark.gateway.xml.XmlShape.anyText;
import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.many;
import static ninebark.gateway.xml.XmlShape.required;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Tag;

/** The tags of a bucket. */
public record TagSet(List<Tag> tags) {
  public static final int MAX_BUCKET_TAGS = 50;
  public static final int MAX_OBJECT_TAGS = 10;

  public static final DocumentKind<TagSet> KIND = DocumentKind.xml("tagging", TagSet::parse);

  private static final int MAX_KEY_CHARS = 128;
  private static final int MAX_VALUE_CHARS = 256;

  /** Letters, digits and spaces of any script, and these signs. */
  private static final Pattern LEGAL = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

  private static final XmlShape TAG =
      elements(required("Key", anyText()), required("Value", anyText()));
  private static final XmlShape SHAPE =
      elements(required("TagSet", elements(many("Tag", 0, Integer.MAX_VALUE, TAG))));

  public TagSet {
    tags = List.copyOf(tags);
  }

  static TagSet parse(XmlElement root) {
    SHAPE.check(root.expect("Tagging"));
    return of(root.all("TagSet").getFirst());
  }

  /** Of an element that holds tags, as CreateBucketConfiguration has one. */
  public static TagSet of(XmlElement holder) {
    var tags = new ArrayList<Tag>();
    var keys = new HashSet<String>();
    for (var element : holder.all("Tag")) {
      TAG.check(element);
      var tag = checked(element.required("Key"), element.required("Value"));
      if (!keys.add(tag.key())) {
        throw S3Error.INVALID_TAG
            .because("Cannot provide multiple Tags with the same key")
            .with("TagKey", tag.key());
      }
      tags.add(tag);
    }
    if (tags.size() > MAX_BUCKET_TAGS) {
      throw S3Error.BAD_REQUEST.because(
          "Bucket tag count cannot be greater than " + MAX_BUCKET_TAGS);
    }
    return new TagSet(tags);
  }

  /** One tag, if key and value are legal. */
  static Tag checked(String key, String value) {
    if (key.isEmpty()
        || key.codePointCount(0, key.length()) > MAX_KEY_CHARS
        || !LEGAL.matcher(key).matches()) {
      throw S3Error.INVALID_TAG
          .because("The TagKey you have provided is invalid")
          .with("TagKey", key);
    }
    if (key.regionMatches(true, 0, "aws:", 0, 4)) {
      throw S3Error.INVALID_TAG
          .because("System tags cannot be added/updated by requester")
          .with("TagKey", key);
    }
    if (value.codePointCount(0, value.length()) > MAX_VALUE_CHARS
        || !LEGAL.matcher(value).matches()) {
      throw S3Error.INVALID_TAG
          .because("The TagValue you have provided is invalid")
          .with("TagKey", key)
          .with("TagValue", value);
    }
    return new Tag(key, value);
  }

  public String text() {
    var xml = XmlWriter.document("Tagging", 256).open("TagSet");
    for (var tag : tags) {
      xml.open("Tag").text("Key", tag.key()).text("Value", tag.value()).close("Tag");
    }
    return xml.close("TagSet").close("Tagging").string();
  }
}
