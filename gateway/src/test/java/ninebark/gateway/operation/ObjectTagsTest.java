package ninebark.gateway.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.xml.XmlReader;
import ninebark.metadata.Tag;
import org.junit.jupiter.api.Test;

class ObjectTagsTest {
  private static List<Tag> header(String value) {
    return ObjectTags.ofHeader(Headers.builder().add("x-amz-tagging", value).build());
  }

  @Test
  void noHeaderMeansNoTags() {
    assertThat(ObjectTags.ofHeader(Headers.EMPTY)).isEmpty();
    assertThat(header("")).isEmpty();
    assertThat(header("&&")).isEmpty();
  }

  @Test
  void theSameKeyTwiceIsRefusedHoweverItIsWritten() {
    assertThatThrownBy(() -> header("a=1&%61=2")).isInstanceOf(S3Exception.class);
  }

  @Provide
  Arbitrary<List<Tag>> tags() {
    var text = Arbitraries.strings().withChars("aZ9ü語 +-=._:/@").ofMaxLength(20);
    return text.filter(key -> !key.isEmpty())
        .flatMap(key -> text.map(value -> new Tag(key, value)))
        .list()
        .ofMaxSize(10)
        .uniqueElements(Tag::key);
  }

  @Property(tries = 200)
  void tagsSurviveBothForms(@ForAll("tags") List<Tag> tags) {
    var query = new StringBuilder();
    for (var tag : tags) {
      query
          .append(PercentCoding.encode(tag.key()))
          .append('=')
          .append(PercentCoding.encode(tag.value()))
          .append('&');
    }
    assertThat(header(query.toString())).isEqualTo(tags);
    assertThat(ObjectTags.ofDocument(XmlReader.read(ObjectTags.document(tags).bytes())))
        .isEqualTo(tags);
  }
}
