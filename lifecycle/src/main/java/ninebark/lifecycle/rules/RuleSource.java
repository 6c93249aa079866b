package ninebark.lifecycle.rules;

import java.io.IOException;
import java.util.Optional;
import ninebark.metadata.Bucket;
import ninebark.metadata.DocumentName;
import ninebark.metadata.lifecycle.RuleBook;

/** Who understands the documents in which buckets keep their rules. */
public interface RuleSource {
  /** What these documents are called. */
  DocumentName document();

  /**
   * A bucket's rules, at least as new as the bucket; empty if it has none.
   *
   * @throws IOException also if they cannot be understood
   */
  Optional<RuleBook> rules(Bucket bucket) throws IOException;
}
