package ninebark.gateway.xml;

import java.util.List;
import java.util.Optional;
import ninebark.gateway.error.S3Error;

/**
 * One element of a document that came in: its name without namespace, and either its text or its
 * children.
 *
 * @param type what {@code xsi:type} says: grants name their grantee's kind so
 */
public record XmlElement(
    String name, String text, List<XmlElement> children, Optional<String> type) {
  public XmlElement {
    children = List.copyOf(children);
  }

  /** This element, if it is the one that belongs here. */
  public XmlElement expect(String expected) {
    if (!name.equals(expected)) {
      throw S3Error.MALFORMED_XML.because("Expected the element " + expected + ".");
    }
    return this;
  }

  /** This element, if all it holds are children among {@code known}. */
  public XmlElement only(String... known) {
    if (children.isEmpty() && !text.isBlank()) {
      throw S3Error.MALFORMED_XML.because("The element " + name + " holds a text.");
    }
    for (var child : children) {
      if (!List.of(known).contains(child.name())) {
        throw S3Error.MALFORMED_XML.because("The element " + name + " has a child it cannot have.");
      }
    }
    return this;
  }

  public List<XmlElement> all(String child) {
    return children.stream().filter(each -> each.name().equals(child)).toList();
  }

  /** The child of this name, which may stand at most once. */
  public Optional<XmlElement> child(String child) {
    var found = all(child);
    if (found.size() > 1) {
      throw S3Error.MALFORMED_XML.because("The element " + child + " may stand only once.");
    }
    return found.stream().findFirst();
  }

  /** The text of the child of this name, which may stand at most once. */
  public Optional<String> optional(String child) {
    var found = Optional.<String>empty();
    for (var each : children) {
      if (each.name().equals(child)) {
        if (found.isPresent() || !each.children().isEmpty()) {
          throw S3Error.MALFORMED_XML.because("The element " + child + " may stand only once.");
        }
        found = Optional.of(each.text());
      }
    }
    return found;
  }

  /** The text of the child of this name, which must stand once. */
  public String required(String child) {
    return optional(child)
        .orElseThrow(
            () ->
                S3Error.MALFORMED_XML.because(
                    "The element " + name + " needs a child " + child + "."));
  }
}
