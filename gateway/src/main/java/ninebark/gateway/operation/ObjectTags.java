package ninebark.gateway.operation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Tag;

/**
 * The tags of an object as requests carry them, within S3's limits. Pure.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html">Categorizing
 *     your objects using tags</a>
 */
final class ObjectTags {
  static final String HEADER = "x-amz-tagging";
  static final String DIRECTIVE = "x-amz-tagging-directive";

  private static final int MAX_TAGS = 10;
  private static final int MAX_KEY_CHARS = 128;
  private static final int MAX_VALUE_CHARS = 256;
  private static final Pattern LEGAL = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

  private ObjectTags() {}

  /** The tags a request gives to what it writes, if it may. */
  static List<Tag> authorized(S3Request request, Backend backend) throws IOException {
    var tags = ofHeader(request.headers());
    if (!tags.isEmpty()) {
      var _ =
          backend
              .guard()
              .authorize(
                  request,
                  S3Operation.PUT_OBJECT_TAGGING.action(),
                  request.inBucket().name().value(),
                  request.key());
    }
    return tags;
  }

  /** What {@code x-amz-tagging} holds: a query of names and values. */
  static List<Tag> ofHeader(Headers headers) {
    var value = headers.first(HEADER).orElse("");
    var tags = new ArrayList<Tag>();
    for (var pair : value.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        tags.add(
            new Tag(
                decoded(equals < 0 ? pair : pair.substring(0, equals), value),
                decoded(equals < 0 ? "" : pair.substring(equals + 1), value)));
      }
    }
    if (hasDuplicate(tags)) {
      throw badHeader(value);
    }
    return checked(tags);
  }

  private static String decoded(String piece, String header) {
    return PercentCoding.decodeQuery(piece).orElseThrow(() -> badHeader(header));
  }

  private static S3Exception badHeader(String value) {
    return S3Error.invalidArgument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters"
            + " without tag name duplicates.",
        HEADER,
        value);
  }

  /** What a {@code Tagging} document holds. */
  static List<Tag> ofDocument(XmlElement document) {
    var sets = document.expect("Tagging").only("TagSet").all("TagSet");
    if (sets.size() != 1) {
      throw S3Error.MALFORMED_XML.because("The element Tagging needs one child TagSet.");
    }
    var tags = new ArrayList<Tag>();
    for (var tag : sets.getFirst().only("Tag").children()) {
      tag.only("Key", "Value");
      tags.add(new Tag(tag.required("Key"), tag.required("Value")));
    }
    if (hasDuplicate(tags)) {
      throw S3Error.INVALID_TAG.because("Cannot provide multiple Tags with the same key");
    }
    return checked(tags);
  }

  private static boolean hasDuplicate(List<Tag> tags) {
    var keys = new HashSet<String>();
    return !tags.stream().allMatch(tag -> keys.add(tag.key()));
  }

  private static List<Tag> checked(List<Tag> tags) {
    if (tags.size() > MAX_TAGS) {
      throw S3Error.BAD_REQUEST.because("Object tags cannot be greater than " + MAX_TAGS);
    }
    for (var tag : tags) {
      if (tag.key().isEmpty() || isOutside(tag.key(), MAX_KEY_CHARS)) {
        throw S3Error.INVALID_TAG
            .because("The TagKey you have provided is invalid")
            .with("TagKey", tag.key());
      }
      if (isOutside(tag.value(), MAX_VALUE_CHARS)) {
        throw S3Error.INVALID_TAG
            .because("The TagValue you have provided is invalid")
            .with("TagKey", tag.key())
            .with("TagValue", tag.value());
      }
      if (tag.key().startsWith("aws:")) {
        throw S3Error.INVALID_TAG
            .because("Your TagKey cannot be prefixed with aws:")
            .with("TagKey", tag.key());
      }
    }
    return List.copyOf(tags);
  }

  private static boolean isOutside(String text, int maxChars) {
    return text.codePointCount(0, text.length()) > maxChars || !LEGAL.matcher(text).matches();
  }

  static XmlWriter document(List<Tag> tags) {
    var xml = XmlWriter.document("Tagging", 128 + 512 * tags.size()).open("TagSet");
    for (var tag : tags) {
      xml.open("Tag").text("Key", tag.key()).text("Value", tag.value()).close("Tag");
    }
    return xml.close("TagSet").close("Tagging");
  }
}
