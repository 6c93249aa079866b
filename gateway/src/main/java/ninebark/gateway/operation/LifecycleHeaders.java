package ninebark.gateway.operation;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import ninebark.gateway.document.LifecycleDocument;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Tag;
import ninebark.metadata.lifecycle.DayLength;
import ninebark.metadata.lifecycle.RuleBook;

/**
 * What a response tells of the rules that will end what it is about. Made before anything is
 * stored, so that rules that cannot be read refuse a request rather than spoil its answer.
 */
final class LifecycleHeaders {
  private final Optional<RuleBook> rules;
  private final DayLength day;
  private final ObjectKey key;

  private LifecycleHeaders(Optional<RuleBook> rules, DayLength day, ObjectKey key) {
    this.rules = rules;
    this.day = day;
    this.key = key;
  }

  /** Of the key that a request names; costs nothing in a bucket without rules. */
  static LifecycleHeaders of(S3Request request, Backend backend) throws IOException {
    return new LifecycleHeaders(
        backend.documents().find(request.inBucket(), LifecycleDocument.KIND),
        backend.lifecycleDay(),
        request.key());
  }

  /** {@code x-amz-expiration} of a current object, if a rule will end it. */
  void addExpiration(Headers.Builder response, Instant born, long length, List<Tag> tags) {
    rules
        .flatMap(book -> book.expiration(key, born, length, tags, day))
        .ifPresent(
            due ->
                response.add(
                    "x-amz-expiration",
                    "expiry-date=\""
                        + HttpDates.http(due.at())
                        + "\", rule-id=\""
                        + PercentCoding.encode(due.rule())
                        + "\""));
  }

  /** When an upload is aborted if it is never completed, and by which rule. */
  void addAbort(Headers.Builder response, Instant initiated) {
    rules
        .flatMap(book -> book.abort(key, initiated, day))
        .ifPresent(
            due -> {
              response.add("x-amz-abort-date", HttpDates.http(due.at()));
              response.add("x-amz-abort-rule-id", PercentCoding.encode(due.rule()));
            });
  }
}
