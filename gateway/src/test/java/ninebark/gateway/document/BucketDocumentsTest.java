package ninebark.gateway.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.DocumentName;
import ninebark.metadata.Index;
import ninebark.metadata.Query;
import ninebark.metadata.Versioning;
import org.junit.jupiter.api.Test;

class BucketDocumentsTest {
  private final Map<DocumentName, String> texts = new HashMap<>();
  private int asked;
  private int parsed;

  private final Index index =
      new Index() {
        @Override
        public <R> R submit(Command<R> command) {
          throw new IllegalStateException("only questions are asked");
        }

        @Override
        public <R> List<R> submitAll(List<? extends Command<R>> commands) {
          throw new IllegalStateException("only questions are asked");
        }

        // The one question that is asked has this answer.
        @SuppressWarnings("unchecked")
        @Override
        public <R> R ask(Query<R> query) {
          asked++;
          return (R) Optional.ofNullable(texts.get(((Query.ReadDocument) query).name()));
        }
      };

  private final DocumentKind<Integer> number =
      DocumentKind.of(
          "number",
          text -> {
            parsed++;
            return text.length();
          });

  private static Bucket bucket(long id, long epoch, DocumentName... documents) {
    return new Bucket(
        new BucketId(id),
        new BucketName("bucket"),
        new AccountId("owner"),
        "us-east-1",
        Instant.EPOCH,
        epoch,
        Versioning.OFF,
        Optional.empty(),
        Set.of(documents));
  }

  @Test
  void aDocumentIsParsedOnceForEachEpoch() throws IOException {
    var documents = new BucketDocuments(index, 1 << 20);
    texts.put(number.name(), "one");
    for (int i = 0; i < 3; i++) {
      assertThat(documents.find(bucket(1, 5, number.name()), number)).contains(3);
    }
    assertThat(parsed).isEqualTo(1);
    texts.put(number.name(), "other");
    assertThat(documents.find(bucket(1, 6, number.name()), number)).contains(5);
    assertThat(documents.find(bucket(2, 6, number.name()), number)).contains(5);
    assertThat(parsed).isEqualTo(3);
  }

  @Test
  void aBucketWithoutTheDocumentAsksNobody() throws IOException {
    var documents = new BucketDocuments(index, 1 << 20);
    assertThat(documents.find(bucket(1, 5), number)).isEmpty();
    assertThat(documents.ownership(bucket(1, 5))).isEqualTo(ObjectOwnership.OBJECT_WRITER);
    assertThat(documents.publicAccessBlock(bucket(1, 5))).isEqualTo(PublicAccessBlock.NOTHING);
    assertThat(asked).isZero();
  }

  @Test
  void whatIsRememberedIsBounded() throws IOException {
    var documents = new BucketDocuments(index, 4_096);
    texts.put(number.name(), "x".repeat(100));
    for (int id = 1; id <= 100; id++) {
      assertThat(documents.find(bucket(id, 1, number.name()), number)).contains(100);
    }
    parsed = 0;
    for (int id = 1; id <= 100; id++) {
      assertThat(documents.find(bucket(id, 1, number.name()), number)).contains(100);
    }
    assertThat(parsed).isGreaterThan(90);
  }

  @Test
  void aDocumentThatCannotBeUnderstoodIsAFailureAndNotAnAnswer() {
    var documents = new BucketDocuments(index, 1 << 20);
    texts.put(PublicAccessBlock.KIND.name(), "nonsense");
    assertThatThrownBy(
            () -> documents.publicAccessBlock(bucket(1, 1, PublicAccessBlock.KIND.name())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("publicAccessBlock");
  }
}
