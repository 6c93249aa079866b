package ninebark.lifecycle.rules;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import ninebark.lifecycle.rules.Round.Outcome;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.Command.Expirable;
import ninebark.metadata.Index;
import ninebark.metadata.LifecycleProgress;
import ninebark.metadata.LifecycleProgress.Stage;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.lifecycle.DayLength;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the lifecycle rules of all buckets that have some. Once a day, and whenever its settings
 * have changed, a bucket is walked under the prefixes of its rules, in pages and turns; buckets
 * without rules cost nothing.
 *
 * <p>Two processes that did this at once would do nothing twice: the index refuses what is no more
 * as it was judged.
 *
 * <p>Threads: one of its own, made by {@link #start}; turns may also be taken directly, by one
 * thread at a time. {@link #status} may be asked by any.
 */
public final class LifecycleRounds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LifecycleRounds.class);

  /** One line for each action. */
  private static final Logger ACTIONS = LoggerFactory.getLogger("ninebark.lifecycle.actions");

  private static final int BUCKETS_AT_ONCE = 1_000;

  private final Index index;
  private final RuleSource source;
  private final Transitions transitions;
  private final InstantSource clock;
  private final LifecycleConfig config;
  private final DayLength day;
  private final MeterRegistry meters;
  private final Counter looked;
  private final Counter failures;
  private final Map<BucketId, Round> rounds = new HashMap<>();
  private final Thread worker;

  /** Written before the worker starts. */
  private BooleanSupplier onDuty = () -> false;

  /** Since when the oldest thing that may be due waits. */
  private volatile Optional<Instant> waitingSince = Optional.empty();

  public LifecycleRounds(
      Index index,
      RuleSource source,
      Transitions transitions,
      InstantSource clock,
      LifecycleConfig config,
      MeterRegistry meters) {
    this.index = index;
    this.source = source;
    this.transitions = transitions;
    this.clock = clock;
    this.config = config;
    this.meters = meters;
    day = config.day();
    looked =
        Counter.builder("ninebark.lifecycle.looked")
            .description("Versions and uploads looked at")
            .register(meters);
    failures =
        Counter.builder("ninebark.lifecycle.failures")
            .description("Turns of a bucket that stopped early; the next one goes on")
            .register(meters);
    Gauge.builder("ninebark.lifecycle.overdue.seconds", this, LifecycleRounds::overdueSeconds)
        .description("Age of the oldest action that may be due and is not done")
        .register(meters);
    worker = Thread.ofVirtual().name("lifecycle").unstarted(this::run);
  }

  /**
   * @param onDuty whether this process is the one that does it, asked before each pass
   */
  public void start(BooleanSupplier onDuty) {
    this.onDuty = onDuty;
    worker.start();
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      boolean more = false;
      try {
        if (onDuty.getAsBoolean()) {
          more = turn();
        } else {
          // Another goes on with them, and notes in the index how far it is.
          rounds.clear();
          waitingSince = Optional.empty();
        }
      } catch (IOException failure) {
        if (!Thread.currentThread().isInterrupted()) {
          failures.increment();
          LOG.warn("lifecycle finds no buckets, the next turn goes on: {}", failure.toString());
        }
      } catch (RuntimeException bug) {
        rounds.clear();
        failures.increment();
        LOG.error("lifecycle met a bug", bug);
      }
      if (!more) {
        LockSupport.parkNanos(config.interval().toNanos());
      }
    }
  }

  private double overdueSeconds() {
    return waitingSince
        .map(since -> Math.max(0, Duration.between(since, clock.instant()).toMillis() / 1000.0))
        .orElse(0.0);
  }

  /**
   * Gives each bucket that has rules a turn.
   *
   * @return whether some bucket's round goes on at once
   */
  public boolean turn() throws IOException {
    boolean more = false;
    Optional<Instant> oldest = Optional.empty();
    var buckets = buckets();
    var ids = new HashSet<BucketId>();
    for (var bucket : buckets) {
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      ids.add(bucket.id());
      try {
        more |= turn(bucket);
      } catch (IOException failure) {
        // What its walk has passed may not be done: it goes on from what is noted.
        rounds.remove(bucket.id());
        if (!Thread.currentThread().isInterrupted()) {
          failures.increment();
          LOG.warn(
              "lifecycle of {} stopped early, the next turn goes on: {}",
              bucket.name(),
              failure.toString());
        }
      }
      var round = Optional.ofNullable(rounds.get(bucket.id()));
      if (round.isPresent()
          && (oldest.isEmpty() || round.get().waitingSince().isBefore(oldest.get()))) {
        oldest = Optional.of(round.get().waitingSince());
      }
    }
    rounds.keySet().retainAll(ids);
    waitingSince = oldest;
    return more;
  }

  private List<Bucket> buckets() throws IOException {
    var buckets = new ArrayList<Bucket>();
    Optional<BucketId> after = Optional.empty();
    List<Bucket> page;
    do {
      page = index.ask(new Query.BucketsWith(source.document(), after, BUCKETS_AT_ONCE));
      buckets.addAll(page);
      after = page.isEmpty() ? after : Optional.of(page.getLast().id());
    } while (page.size() == BUCKETS_AT_ONCE);
    return buckets;
  }

  private boolean turn(Bucket bucket) throws IOException {
    var round = round(bucket);
    if (round.isEmpty()) {
      return false;
    }
    for (int page = 0; page < config.pagesPerTurn(); page++) {
      long begun = System.nanoTime();
      switch (round.get().step(clock.instant())) {
        case Round.Step.Finished() -> {
          rounds.remove(bucket.id());
          return false;
        }
        case Round.Step.Looked(int count, var outcomes) -> {
          looked.increment(count);
          outcomes.forEach(outcome -> tell(bucket, outcome));
          if (outcomes.stream().anyMatch(LifecycleRounds::isStale)) {
            // The next turn sees the bucket as it is now.
            rounds.remove(bucket.id());
            return true;
          }
          pace(begun, count, outcomes.size());
        }
      }
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isStale(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Ended ended ->
          switch (ended.reply()) {
            case Reply.Expire.OtherEpoch(), Reply.Expire.NoSuchBucket() -> true;
            case Reply.Expire.Removed(),
                Reply.Expire.Marked(var _),
                Reply.Expire.Changed(),
                Reply.Expire.Locked() ->
                false;
          };
      case Outcome.Carried carried ->
          carried.result() instanceof Transitions.Result.Answered(var reply)
              && (reply instanceof Reply.Transition.OtherEpoch
                  || reply instanceof Reply.Transition.NoSuchBucket);
    };
  }

  /** The round that is to be gone on with, or begun; empty if today's is done. */
  private Optional<Round> round(Bucket bucket) throws IOException {
    var running = Optional.ofNullable(rounds.get(bucket.id()));
    if (running.isPresent() && running.get().bucket().epoch() == bucket.epoch()) {
      return running;
    }
    var now = clock.instant();
    var known =
        index
            .ask(new Query.FindProgress(bucket.id()))
            .filter(progress -> progress.epoch() == bucket.epoch());
    if (known.isPresent()
        && known.get().stage() instanceof Stage.Finished
        && day.number(known.get().began()) >= day.number(now)) {
      return Optional.empty();
    }
    var rules = source.rules(bucket);
    if (rules.isEmpty()) {
      rounds.remove(bucket.id());
      return Optional.empty();
    }
    boolean goesOn = known.isPresent() && !(known.get().stage() instanceof Stage.Finished);
    var from =
        goesOn
            ? known.get()
            : new LifecycleProgress(
                bucket.id(), bucket.epoch(), now, 0, 0, new Stage.Versions(Optional.empty()));
    // What the round before this one left was not due when it began.
    var since =
        goesOn || known.isEmpty()
            ? from.began()
            : day.beginning(day.number(known.get().began()) + 1);
    var round = new Round(index, bucket, rules.get(), config, transitions, from, since);
    rounds.put(bucket.id(), round);
    return Optional.of(round);
  }

  private void tell(Bucket bucket, Outcome outcome) {
    var action = kind(outcome);
    if (Round.isDone(outcome)) {
      count("ninebark.lifecycle.actions", "Done because a rule demanded it", action, 1);
      count("ninebark.lifecycle.bytes", "Lengths of what ended or moved", action, outcome.bytes());
      ACTIONS.info(
          "s3://{}/{} {} by rule {}, due {}",
          bucket.name(),
          key(outcome),
          text(outcome),
          outcome.due().rule(),
          outcome.due().at());
    } else if (isFailed(outcome)) {
      failures.increment();
      LOG.warn(
          "s3://{}/{} not {} by rule {}: {}",
          bucket.name(),
          key(outcome),
          text(outcome),
          outcome.due().rule(),
          why(outcome));
    } else {
      count("ninebark.lifecycle.refused", "Not done: it had changed or was locked", action, 1);
    }
  }

  private static boolean isFailed(Outcome outcome) {
    return outcome instanceof Outcome.Carried carried
        && !(carried.result() instanceof Transitions.Result.Answered);
  }

  private static String why(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Ended(var _, var _, long _, var reply) -> reply.toString();
      case Outcome.Carried(var _, var _, long _, var result) ->
          switch (result) {
            case Transitions.Result.Answered(var reply) -> reply.toString();
            case Transitions.Result.TooLarge(int count) ->
                count + " stripes are more than one command can name";
            case Transitions.Result.Failed(var failure) -> failure.toString();
          };
    };
  }

  private void count(String name, String description, String action, long by) {
    Counter.builder(name)
        .description(description)
        .tag("action", action)
        .register(meters)
        .increment((double) by);
  }

  private static ObjectKey key(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Ended ended -> ended.command().key();
      case Outcome.Carried carried -> carried.demand().key();
    };
  }

  private static String kind(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Ended ended ->
          switch (ended.command().what()) {
            case Expirable.Current _ -> "expire-current";
            case Expirable.Noncurrent _ -> "remove-noncurrent";
            case Expirable.LonelyMarker _ -> "remove-marker";
            case Expirable.OpenUpload _ -> "abort-upload";
          };
      case Outcome.Carried carried ->
          switch (carried.demand().seen()) {
            case Expirable.Current _ -> "transition-current";
            case Expirable.Noncurrent _ -> "transition-noncurrent";
          };
    };
  }

  private static String text(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Ended ended ->
          switch (ended.command().what()) {
            case Expirable.Current current -> "expired, was version " + current.version().text();
            case Expirable.Noncurrent noncurrent ->
                "removed version " + noncurrent.version().text();
            case Expirable.LonelyMarker(var version) -> "removed marker " + version.text();
            case Expirable.OpenUpload(var upload) -> "aborted upload " + upload;
          };
      case Outcome.Carried(var demand, var _, long bytes, var _) ->
          "carried version "
              + demand.seen().version().text()
              + " of "
              + bytes
              + " bytes from "
              + demand.from()
              + " to "
              + demand.to();
    };
  }

  /** Rests until the page has taken as long as its rates allow. */
  private void pace(long begun, int lookedCount, int actionCount) {
    double seconds =
        Math.max(
            lookedCount / (double) config.versionsPerSecond(),
            actionCount / (double) config.actionsPerSecond());
    long rest = begun + (long) (seconds * 1e9) - System.nanoTime();
    while (rest > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(rest);
      rest = begun + (long) (seconds * 1e9) - System.nanoTime();
    }
  }

  /** How the rules of one bucket fare. */
  public record BucketStatus(Bucket bucket, Optional<LifecycleProgress> newest) {}

  /**
   * @param overdue age of the oldest action that may be due and is not done
   */
  public record Status(Duration overdue, List<BucketStatus> buckets) {}

  public Status status() throws IOException {
    var statuses = new ArrayList<BucketStatus>();
    for (var bucket : buckets()) {
      statuses.add(new BucketStatus(bucket, index.ask(new Query.FindProgress(bucket.id()))));
    }
    return new Status(Duration.ofMillis((long) (overdueSeconds() * 1000)), statuses);
  }

  /** Stops after the page in hand. */
  @Override
  public void close() {
    worker.interrupt();
    try {
      worker.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
