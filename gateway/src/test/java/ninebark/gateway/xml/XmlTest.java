package ninebark.gateway.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

class XmlTest {
  private static XmlElement read(String text) {
    return XmlReader.read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void refused(byte[] document) {
    assertThatThrownBy(() -> XmlReader.read(document))
        .isInstanceOfSatisfying(
            S3Exception.class,
            failed -> assertThat(failed.error()).isEqualTo(S3Error.MALFORMED_XML));
  }

  @Test
  void documentsComeWithOrWithoutTheNamespace() {
    for (var namespace : new String[] {"", " xmlns=\"" + XmlWriter.NAMESPACE + "\""}) {
      var root =
          read(
              "<?xml version='1.0'?>\n<Delete"
                  + namespace
                  + ">\n <Object><Key>a&amp;b</Key>"
                  + "</Object>\n</Delete>");
      assertThat(root.expect("Delete").all("Object").getFirst().required("Key")).isEqualTo("a&b");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/x'><a/>",
        "<!DOCTYPE a [<!ENTITY x 'xx'><!ENTITY y '&x;&x;&x;'>]><a>&y;</a>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'>%p;]><a/>",
        "<a>&unknown;</a>",
        "<a><b></a></b>",
        "<a",
        "",
        " ",
        "plain",
        "<a/><b/>",
        "<?php x ?><a/>",
        "<a>text<b/>more</a>",
        "<a>\u0001</a>",
        "<a>&#0;</a>",
        "<a b='1' b='2'/>"
      })
  void attacksAndNonsenseAreMalformed(String document) {
    refused(document.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void depthIsBounded() {
    refused("<a>".repeat(100_000).getBytes(StandardCharsets.UTF_8));
    refused(("<a>".repeat(50) + "</a>".repeat(50)).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theNumberOfElementsIsBounded() {
    refused(("<a>" + "<b/>".repeat(300_000) + "</a>").getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void onlyUtf8IsRead() {
    refused(new byte[] {'<', 'a', '>', (byte) 0xC0, (byte) 0xAF, '<', '/', 'a', '>'});
    refused("<a>x</a>".getBytes(StandardCharsets.UTF_16));
  }

  @Test
  void unknownChildrenAreRefused() {
    assertThatThrownBy(() -> read("<a><b/><c/></a>").only("b")).isInstanceOf(S3Exception.class);
    assertThatThrownBy(() -> read("<a><b>1</b><b>2</b></a>").optional("b"))
        .isInstanceOf(S3Exception.class);
  }

  @Property(tries = 500)
  void whateverIsWrittenIsReadBackByTheJdksOwnParser(@ForAll String text) throws Exception {
    // What XML cannot carry is left out here; its escaped form is tested below.
    var legal = new StringBuilder();
    text.codePoints()
        .filter(
            c ->
                c >= 0x20
                    && c != 0x7F
                    && !(c >= 0xD800 && c < 0xE000)
                    && c != 0xFFFE
                    && c != 0xFFFF)
        .forEach(legal::appendCodePoint);
    var bytes = XmlWriter.document("Root", 8).text("Key", legal.toString()).close("Root").bytes();
    var parsed =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(new String(bytes, StandardCharsets.UTF_8))));
    assertThat(parsed.getDocumentElement().getTextContent()).isEqualTo(legal.toString());
  }

  @Test
  void whatXmlCannotCarryIsEscaped() {
    var bytes = XmlWriter.plain(8).text("Key", "a\u0001\r\n\uFFFE\uD800<").bytes();
    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .endsWith("<Key>a&#x1;&#xd;&#xa;&#xfffe;&#xd800;&lt;</Key>");
  }
}
