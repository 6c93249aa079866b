package ninebark.gateway.xml;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.PercentCoding;

/**
 * Reads a small document into a tree. UTF-8 only, no document type, no entities but the five of
 * XML, bounded in depth and number of elements; with or without S3's namespace (backup software
 * leaves it out). Anything else is {@code MalformedXML}.
 */
public final class XmlReader {
  /** Where {@code xsi:type} comes from. */
  static final String INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";

  private static final int MAX_DEPTH = 12;
  private static final int MAX_ELEMENTS = 200_000;
  private static final XMLInputFactory FACTORY = factory();

  private XmlReader() {}

  private static XMLInputFactory factory() {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  public static XmlElement read(byte[] document) {
    var text =
        PercentCoding.utf8(ByteBuffer.wrap(document))
            .orElseThrow(() -> malformed("The document is not UTF-8."));
    if (text.contains("<!DOCTYPE")) {
      throw malformed("A document type is not allowed.");
    }
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    try {
      var reader = FACTORY.createXMLStreamReader(new StringReader(text));
      try {
        return new Parse(reader).document();
      } finally {
        reader.close();
      }
    } catch (XMLStreamException broken) {
      throw S3Error.MALFORMED_XML.exception();
    }
  }

  private static S3Exception malformed(String message) {
    return S3Error.MALFORMED_XML.because(message);
  }

  private static final class Parse {
    private final XMLStreamReader reader;
    private int elements;

    Parse(XMLStreamReader reader) {
      this.reader = reader;
    }

    XmlElement document() throws XMLStreamException {
      var encoding = reader.getCharacterEncodingScheme();
      if (encoding != null && !encoding.equalsIgnoreCase("UTF-8")) {
        throw malformed("The document says that it is not UTF-8.");
      }
      int event = reader.getEventType();
      while (event != XMLStreamConstants.START_ELEMENT) {
        refuseActive(event);
        event = reader.next();
      }
      var root = element(1);
      while (reader.hasNext()) {
        refuseActive(reader.next());
      }
      return root;
    }

    private XmlElement element(int depth) throws XMLStreamException {
      if (depth > MAX_DEPTH || ++elements > MAX_ELEMENTS) {
        throw malformed("The document is too deep or has too many elements.");
      }
      var name = reader.getLocalName();
      var type = Optional.ofNullable(reader.getAttributeValue(INSTANCE, "type"));
      var text = new StringBuilder();
      List<XmlElement> children = new ArrayList<>();
      while (true) {
        int event = reader.next();
        switch (event) {
          case XMLStreamConstants.START_ELEMENT -> children.add(element(depth + 1));
          case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
              text.append(reader.getText());
          case XMLStreamConstants.END_ELEMENT -> {
            if (!children.isEmpty() && !text.toString().isBlank()) {
              throw malformed("The element " + name + " mixes text and elements.");
            }
            return new XmlElement(name, children.isEmpty() ? text.toString() : "", children, type);
          }
          default -> refuseActive(event);
        }
      }
    }

    private static void refuseActive(int event) {
      switch (event) {
        case XMLStreamConstants.DTD,
            XMLStreamConstants.ENTITY_REFERENCE,
            XMLStreamConstants.ENTITY_DECLARATION,
            XMLStreamConstants.NOTATION_DECLARATION,
            XMLStreamConstants.PROCESSING_INSTRUCTION ->
            throw malformed("Document types, entities and instructions are not allowed.");
        default -> {}
      }
    }
  }
}
