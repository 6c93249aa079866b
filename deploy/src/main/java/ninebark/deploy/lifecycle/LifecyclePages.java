package ninebark.deploy.lifecycle;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import ninebark.deploy.config.StorageClassConfig;
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
import ninebark.metadata.lifecycle.ClassLadder;
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
  private final ClassLadder ladder;
  private final Map<String, StorageClassConfig> classes;
  private final LifecycleConfig config;
  private final InstantSource clock;

  private LifecyclePages(
      Index index,
      LifecycleRounds rounds,
      ClassLadder ladder,
      Map<String, StorageClassConfig> classes,
      LifecycleConfig config,
      InstantSource clock) {
    this.index = index;
    this.rounds = rounds;
    this.ladder = ladder;
    this.classes = classes;
    this.config = config;
    this.clock = clock;
  }

  /**
   * {@code GET /lifecycle} tells how rounds are; {@code GET /lifecycle/preview?bucket=} what a
   * bucket's rules would do, {@code POST /lifecycle/preview/rules?bucket=} what those would that
   * are posted.
   *
   * @param ladder where versions can go
   */
  public static Map<String, AdminPage> of(
      Index index,
      LifecycleRounds rounds,
      ClassLadder ladder,
      Map<String, StorageClassConfig> classes,
      LifecycleConfig config,
      InstantSource clock) {
    var pages = new LifecyclePages(index, rounds, ladder, classes, config, clock);
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
    var forecast =
        Preview.of(index, bucket.id(), new RuleBook(rules), ladder, config, clock.instant());
    return Answer.json(
        LifecycleJson.preview(bucket, forecast, new ClassPrices(classes), unreachable(rules)));
  }

  /** Classes that rules name which are on, and that cannot be had here: nothing moves to them. */
  private List<String> unreachable(LifecycleRules rules) {
    return rules.rules().stream()
        .filter(LifecycleRule::enabled)
        .flatMap(
            rule ->
                Stream.concat(
                    rule.transitions().stream().map(LifecycleRule.Transition::storageClass),
                    rule.noncurrentTransitions().stream()
                        .map(LifecycleRule.NoncurrentTransition::storageClass)))
        .filter(name -> !ladder.offered().contains(name))
        .distinct()
        .toList();
  }
}
