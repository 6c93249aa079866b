package ninebark.gateway.xml;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;

/**
 * What an element must look like: the published schema of a document, without its order, which S3
 * does not insist on. Whatever it does not name is {@code MalformedXML}. Unchangeable.
 */
public sealed interface XmlShape {
  /**
   * A text.
   *
   * @param expected in words, for the refusal
   */
  record Text(String expected, Predicate<String> legal) implements XmlShape {}

  /** Elements, each as often as it may stand. */
  record Elements(List<Child> children) implements XmlShape {
    public Elements {
      children = List.copyOf(children);
    }
  }

  /** How often an element may stand and what it looks like. */
  record Child(String name, int least, int most, XmlShape shape) {}

  static XmlShape anyText() {
    return new Text("a text", text -> true);
  }

  /** At least one character. */
  static XmlShape someText() {
    return new Text("a text that is not empty", text -> !text.isEmpty());
  }

  static XmlShape text(String expected, Pattern legal) {
    return new Text(expected, text -> legal.matcher(text).matches());
  }

  static XmlShape oneOf(String... words) {
    var legal = Set.of(words);
    return new Text("one of " + String.join(", ", words), legal::contains);
  }

  /** In the forms of XML Schema, in any case. */
  static XmlShape flag() {
    return new Text("true or false", text -> XmlValues.flag(text).isPresent());
  }

  /** A whole number of 32 bits; what it may be is judged by who reads it. */
  static XmlShape wholeNumber() {
    return new Text("a number", text -> XmlValues.number(text).isPresent());
  }

  /** A whole number of 64 bits. */
  static XmlShape wholeLong() {
    return new Text("a number", text -> XmlValues.longNumber(text).isPresent());
  }

  /** A moment in one of the forms of ISO 8601. */
  static XmlShape moment() {
    return new Text("a date of ISO 8601", text -> XmlValues.moment(text).isPresent());
  }

  static XmlShape elements(Child... children) {
    return new Elements(Arrays.asList(children));
  }

  static Child required(String name, XmlShape shape) {
    return new Child(name, 1, 1, shape);
  }

  static Child optional(String name, XmlShape shape) {
    return new Child(name, 0, 1, shape);
  }

  static Child many(String name, int least, int most, XmlShape shape) {
    return new Child(name, least, most, shape);
  }

  /**
   * @throws S3Exception {@code MalformedXML}, which names the first element that is wrong
   */
  default void check(XmlElement element) {
    switch (this) {
      case Text(var expected, var legal) -> {
        if (!element.children().isEmpty() || !legal.test(element.text())) {
          throw malformed("The element " + element.name() + " must hold " + expected + ".");
        }
      }
      case Elements(var children) -> {
        if (element.children().isEmpty() && !element.text().isBlank()) {
          throw malformed("The element " + element.name() + " holds a text.");
        }
        checkChildren(element, children);
      }
    }
  }

  private static void checkChildren(XmlElement element, List<Child> known) {
    var counts = new HashMap<String, Integer>();
    for (var child : element.children()) {
      counts.merge(child.name(), 1, Integer::sum);
    }
    var unknown = new HashSet<>(counts.keySet());
    for (var child : known) {
      unknown.remove(child.name());
      int count = counts.getOrDefault(child.name(), 0);
      if (count < child.least() || count > child.most()) {
        throw malformed(
            "The element "
                + element.name()
                + " holds "
                + count
                + " elements "
                + child.name()
                + "; allowed are "
                + child.least()
                + " to "
                + child.most()
                + ".");
      }
      for (var each : element.all(child.name())) {
        child.shape().check(each);
      }
    }
    if (!unknown.isEmpty()) {
      throw malformed("The element " + element.name() + " has a child it cannot have.");
    }
  }

  private static S3Exception malformed(String message) {
    return S3Error.MALFORMED_XML.because(message);
  }
}
