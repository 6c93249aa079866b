package ninebark.gateway.xml;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one document as UTF-8 bytes. What XML 1.0 cannot carry is written as a character
 * reference, as S3 does; a client that wants such keys asks for {@code encoding-type=url}. Threads:
 * one.
 */
public final class XmlWriter {
  /** S3's namespace. */
  public static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

  /** What every document begins with. */
  public static final String PROLOG = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

  private static final byte[] LT = "&lt;".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] GT = "&gt;".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AMP = "&amp;".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] QUOTE = "&quot;".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes;
  private int count;

  private XmlWriter(int capacity) {
    this.bytes = new byte[capacity];
  }

  /** A document whose root has no namespace: errors. */
  public static XmlWriter plain(int capacity) {
    var writer = new XmlWriter(capacity);
    writer.raw(PROLOG);
    return writer;
  }

  /** A document with S3's namespace at its root, which is left open. */
  public static XmlWriter document(String root, int capacity) {
    var writer = plain(capacity);
    writer.raw("<");
    writer.raw(root);
    writer.raw(" xmlns=\"" + NAMESPACE + "\">");
    return writer;
  }

  /** A whole document of one element that holds text. */
  public static XmlWriter textDocument(String root, String text) {
    var writer = document(root, 256);
    writer.escaped(text);
    return writer.close(root);
  }

  public XmlWriter open(String name) {
    ensure(name.length() + 2);
    bytes[count++] = '<';
    raw(name);
    bytes[count++] = '>';
    return this;
  }

  /** Opens an element whose {@code xsi:type} says what kind of it this is. */
  public XmlWriter open(String name, String type) {
    raw("<" + name + " xmlns:xsi=\"" + XmlReader.INSTANCE + "\" xsi:type=\"" + type + "\">");
    return this;
  }

  public XmlWriter close(String name) {
    ensure(name.length() + 3);
    bytes[count++] = '<';
    bytes[count++] = '/';
    raw(name);
    ensure(1);
    bytes[count++] = '>';
    return this;
  }

  public XmlWriter text(String name, String value) {
    open(name);
    escaped(value);
    return close(name);
  }

  public XmlWriter text(String name, long value) {
    return text(name, Long.toString(value));
  }

  public XmlWriter text(String name, boolean value) {
    return text(name, value ? "true" : "false");
  }

  /** Elements that were written elsewhere, as they are. */
  public XmlWriter embed(String elements) {
    var embedded = elements.getBytes(StandardCharsets.UTF_8);
    ensure(embedded.length);
    System.arraycopy(embedded, 0, bytes, count, embedded.length);
    count += embedded.length;
    return this;
  }

  public byte[] bytes() {
    return Arrays.copyOf(bytes, count);
  }

  public String string() {
    return new String(bytes, 0, count, StandardCharsets.UTF_8);
  }

  private void ensure(int more) {
    if (bytes.length - count < more + 1) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, count + more + 64));
    }
  }

  /** ASCII that needs no escaping. */
  private void raw(String ascii) {
    int length = ascii.length();
    ensure(length + 1);
    for (int i = 0; i < length; i++) {
      bytes[count++] = (byte) ascii.charAt(i);
    }
  }

  private void escaped(String value) {
    int length = value.length();
    ensure(length);
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      ensure(8);
      if (c < 0x80) {
        switch (c) {
          case '<' -> copy(LT);
          case '>' -> copy(GT);
          case '&' -> copy(AMP);
          case '"' -> copy(QUOTE);
          default -> {
            if (c >= 0x20 && c != 0x7F) {
              bytes[count++] = (byte) c;
            } else {
              reference(c);
            }
          }
        }
      } else if (c < 0x800) {
        bytes[count++] = (byte) (0xC0 | (c >> 6));
        bytes[count++] = (byte) (0x80 | (c & 0x3F));
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        int point = Character.toCodePoint(c, value.charAt(++i));
        bytes[count++] = (byte) (0xF0 | (point >> 18));
        bytes[count++] = (byte) (0x80 | ((point >> 12) & 0x3F));
        bytes[count++] = (byte) (0x80 | ((point >> 6) & 0x3F));
        bytes[count++] = (byte) (0x80 | (point & 0x3F));
      } else if (Character.isSurrogate(c) || c >= 0xFFFE) {
        reference(c);
      } else {
        bytes[count++] = (byte) (0xE0 | (c >> 12));
        bytes[count++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        bytes[count++] = (byte) (0x80 | (c & 0x3F));
      }
    }
  }

  private void reference(char c) {
    raw("&#x");
    raw(Integer.toHexString(c));
    raw(";");
  }

  private void copy(byte[] entity) {
    ensure(entity.length);
    System.arraycopy(entity, 0, bytes, count, entity.length);
    count += entity.length;
  }
}
