package ninebark.gateway.document;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlReader;
import ninebark.metadata.DocumentName;

/**
 * A kind of configuration document of which a bucket has at most one.
 *
 * @param parser makes of its text what it says, or refuses it with an {@link
 *     ninebark.gateway.error.S3Exception}; the same for a document that comes and for one that is
 *     kept
 */
public record DocumentKind<T>(DocumentName name, Function<String, T> parser) {
  public static <T> DocumentKind<T> of(String name, Function<String, T> parser) {
    return new DocumentKind<>(DocumentName.of(name), parser);
  }

  /** Of documents in XML. */
  public static <T> DocumentKind<T> xml(String name, Function<XmlElement, T> parser) {
    return of(name, text -> parser.apply(read(text)));
  }

  static XmlElement read(String text) {
    return XmlReader.read(text.getBytes(StandardCharsets.UTF_8));
  }
}
