package ninebark.deploy.lifecycle;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ninebark.gateway.admin.AdminPage;
import ninebark.gateway.admin.AdminPage.Answer;
import ninebark.gateway.document.LifecycleDocument;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.QueryParameters;
import ninebark.lifecycle.rules.LifecycleConfig;
import ninebark.lifecycle.rules.LifecycleRounds;
import ninebark.lifecycle.rules.Preview;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Index;
import ninebark.metadata.Query;
import ninebark.metadata.lifecycle.LifecycleRule;
import ninebark.metadata.lifecycle.LifecycleRules;
import ninebark.metadata.lifecycle.RuleBook;

/** The pages of lifecycle on the admin listener. Threads: safe. */
public final class LifecyclePages {
  static final String STATUS = "/lifecycle";
  static final String PREVIEW = "/lifecycle/preview";
  static final String PREVIEW_RULES = "/lifecycle/preview/rules";
  static final String BUCKET = "bucket";

  private final Index index;
  private final LifecycleRounds rounds;
  private final LifecycleConfig config;
  private final InstantSource clock;

  private LifecyclePages(
      Index index, LifecycleRounds rounds, LifecycleConfig config, InstantSource clock) {
    this.index = index;
    this.rounds = rounds;
    this.config = config;
    this.clock = clock;
  }

  /**
   * {@code GET /lifecycle} tells how rounds are; {@code GET /lifecycle/preview?bucket=} what a
   * bucket's rules would do, {@code POST /lifecycle/preview/rules?bucket=} what those would that
   * are posted.
   */
  public static Map<String, AdminPage> of(
      Index index, LifecycleRounds rounds, LifecycleConfig config, InstantSource clock) {
    var pages = new LifecyclePages(index, rounds, config, clock);
    return Map.of(
        STATUS,
        AdminPage.asking(pages::status),
        PREVIEW,
        AdminPage.asking(query -> pages.preview(query, Optional.empty())),
        PREVIEW_RULES,
        AdminPage.posing(
            question -> pages.preview(question.query(), Optional.of(question.document()))));
  }

  private Answer status() {
    try {
      return Answer.json(LifecycleJson.status(rounds.status()));
    } catch (IOException away) {
      return Answer.refusal(503, "the index does not answer: " + away.getMessage());
    }
  }

  private Answer preview(QueryParameters query, Optional<String> rules) {
    var name = query.first(BUCKET).orElse("");
    if (!BucketName.isLegal(name)) {
      return Answer.refusal(400, "name a bucket, not '" + name + "'");
    }
    try {
      var bucket = index.ask(new Query.FindBucket(new BucketName(name)));
      if (bucket.isEmpty()) {
        return Answer.refusal(404, "there is no bucket " + name);
      }
      var document =
          rules.isPresent()
              ? rules.map(xml -> LifecycleDocument.of(Optional.empty(), xml))
              : index
                  .ask(new Query.ReadDocument(bucket.get().id(), LifecycleDocument.KIND.name()))
                  .map(LifecycleDocument::of);
      return document.isEmpty()
          ? Answer.refusal(404, "bucket " + name + " has no lifecycle rules")
          : preview(bucket.get(), document.get().rules());
    } catch (S3Exception refused) {
      return Answer.refusal(400, "S3 would refuse these rules: " + refused.message());
    } catch (IOException away) {
      return Answer.refusal(503, "the index does not answer: " + away.getMessage());
    }
  }

  private Answer preview(Bucket bucket, LifecycleRules rules) throws IOException {
    var forecast = Preview.of(index, bucket.id(), new RuleBook(rules), config, clock.instant());
    return Answer.json(LifecycleJson.preview(bucket, forecast, withTransitions(rules)));
  }

  /** Rules that are on and of which a part is not followed. */
  private static List<String> withTransitions(LifecycleRules rules) {
    return rules.rules().stream()
        .filter(LifecycleRule::enabled)
        .filter(rule -> !rule.transitions().isEmpty() || !rule.noncurrentTransitions().isEmpty())
        .map(rule -> rule.id().orElse("(without an id)"))
        .toList();
  }
}
