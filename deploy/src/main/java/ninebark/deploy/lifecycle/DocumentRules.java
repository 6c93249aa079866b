package ninebark.deploy.lifecycle;

import java.io.IOException;
import java.util.Optional;
import ninebark.gateway.document.LifecycleDocument;
import ninebark.gateway.error.S3Exception;
import ninebark.lifecycle.rules.RuleSource;
import ninebark.metadata.Bucket;
import ninebark.metadata.DocumentName;
import ninebark.metadata.Index;
import ninebark.metadata.Query;
import ninebark.metadata.lifecycle.RuleBook;

/** Rules as the gateway reads them out of the documents that clients put. Threads: safe. */
public final class DocumentRules implements RuleSource {
  private final Index index;

  public DocumentRules(Index index) {
    this.index = index;
  }

  @Override
  public DocumentName document() {
    return LifecycleDocument.KIND.name();
  }

  @Override
  public Optional<RuleBook> rules(Bucket bucket) throws IOException {
    var text = index.ask(new Query.ReadDocument(bucket.id(), document()));
    try {
      return text.map(LifecycleDocument.KIND.parser());
    } catch (S3Exception unreadable) {
      throw new IOException(
          "the lifecycle rules of bucket " + bucket.name() + " are unreadable", unreadable);
    }
  }
}
