package ninebark.lifecycle.rules;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ninebark.metadata.AgedVersion;
import ninebark.metadata.AgedVersion.Kind;
import ninebark.metadata.BucketId;
import ninebark.metadata.Index;
import ninebark.metadata.lifecycle.ClassLadder;
import ninebark.metadata.lifecycle.DayLength;
import ninebark.metadata.lifecycle.Due;
import ninebark.metadata.lifecycle.Due.Action;
import ninebark.metadata.lifecycle.RuleBook;
import ninebark.metadata.lifecycle.Verdict;

/**
 * What rules would do with a bucket as it is, and when; nothing is changed. Of each version only
 * the next thing is told: what a marker covers, and what has become noncurrent, may go later.
 */
public final class Preview {
  private Preview() {}

  /** How long from now something happens, in the days that rules count. */
  public enum Horizon {
    NOW(0),
    WITHIN_A_DAY(1),
    WITHIN_A_WEEK(7),
    WITHIN_A_MONTH(30),
    LATER(Integer.MAX_VALUE);

    private final int days;

    Horizon(int days) {
      this.days = days;
    }

    static Horizon of(Instant due, Instant now, DayLength day) {
      var wait = Duration.between(now, due).toMillis();
      for (var horizon : values()) {
        if (wait <= horizon.days * day.length().toMillis()) {
          return horizon;
        }
      }
      return LATER;
    }
  }

  /**
   * @param bytes their lengths; a marker that covers an object frees none of them
   */
  public record Tally(long count, long bytes) {
    static final Tally NOTHING = new Tally(0, 0);

    Tally plus(long moreBytes) {
      return new Tally(count + 1, bytes + moreBytes);
    }
  }

  /**
   * What a rule does in one way.
   *
   * @param from the class that is left, of a transition
   * @param first when it does so first, perhaps before now
   * @param when how much of it until when; horizons without any are left out
   */
  public record Line(
      String rule, Action action, Optional<String> from, Instant first, Map<Horizon, Tally> when) {}

  /**
   * @param idle rules that are on and do nothing with what is there
   * @param untouched what no rule ever ends, as far as it was looked at
   * @param onHold among those, what only a legal hold keeps from rules, or may keep
   * @param versionCount looked at: those under the prefixes of rules
   */
  public record Forecast(
      Instant at,
      List<Line> lines,
      List<String> idle,
      Tally untouched,
      Tally onHold,
      long versionCount,
      long uploadCount) {}

  /**
   * A rule with one of its actions, without what differs from version to version.
   *
   * @param from the class that is left, of a transition
   */
  private record Way(
      String rule, Class<? extends Action> action, Optional<String> from, Optional<String> to) {}

  /** Walks the bucket under the prefixes of the rules. */
  public static Forecast of(
      Index index,
      BucketId bucket,
      RuleBook rules,
      ClassLadder ladder,
      LifecycleConfig config,
      Instant now)
      throws IOException {
    var count = new Count(config.day(), now);
    var versions =
        new Sweep.OfVersions(
            index, bucket, rules.versionPrefixes(), Optional.empty(), config.pageCount());
    for (var page = versions.next(); !page.isEmpty(); page = versions.next()) {
      for (var version : page) {
        count.add(rules.judge(version, ladder, config.day(), now), version);
      }
    }
    var uploads =
        new Sweep.OfUploads(
            index, bucket, rules.uploadPrefixes(), Optional.empty(), config.pageCount());
    for (var page = uploads.next(); !page.isEmpty(); page = uploads.next()) {
      for (var upload : page) {
        count.addUpload(rules.judge(upload.key(), upload.initiated(), config.day(), now));
      }
    }
    return count.forecast(rules);
  }

  /** A line while it is counted. */
  private static final class Growing {
    private final Due sample;
    private final Optional<String> from;
    private final Map<Horizon, Tally> when = new EnumMap<>(Horizon.class);
    private Instant first;

    Growing(Due sample, Optional<String> from) {
      this.sample = sample;
      this.from = from;
      first = sample.at();
    }

    void add(Due due, Horizon horizon, long bytes) {
      first = due.at().isBefore(first) ? due.at() : first;
      when.put(horizon, when.getOrDefault(horizon, Tally.NOTHING).plus(bytes));
    }

    Line line() {
      return new Line(sample.rule(), sample.action(), from, first, when);
    }
  }

  private static final class Count {
    private final DayLength day;
    private final Instant now;
    private final Map<Way, Growing> lines = new LinkedHashMap<>();
    private Tally untouched = Tally.NOTHING;
    private Tally onHold = Tally.NOTHING;
    private long versions;
    private long uploads;

    Count(DayLength day, Instant now) {
      this.day = day;
      this.now = now;
    }

    void add(Verdict verdict, AgedVersion version) {
      versions++;
      long bytes =
          switch (version.kind()) {
            case Kind.Stored stored -> stored.length();
            case Kind.Marker() -> 0;
          };
      var due = due(verdict);
      if (due.isPresent()) {
        add(due.get(), from(due.get(), version), bytes);
        return;
      }
      untouched = untouched.plus(bytes);
      if (version.kind() instanceof Kind.Stored stored && stored.lock().legalHold()) {
        onHold = onHold.plus(bytes);
      }
    }

    void addUpload(Verdict verdict) {
      uploads++;
      due(verdict).ifPresent(due -> add(due, Optional.empty(), 0));
    }

    private static Optional<Due> due(Verdict verdict) {
      return switch (verdict) {
        case Verdict.Act(var due) -> Optional.of(due);
        case Verdict.Keep(var until) -> until;
      };
    }

    /** The class a transition leaves. */
    private static Optional<String> from(Due due, AgedVersion version) {
      return due.action() instanceof Action.Transition
              && version.kind() instanceof Kind.Stored stored
          ? stored.storageClass()
          : Optional.empty();
    }

    private void add(Due due, Optional<String> from, long bytes) {
      Optional<String> to =
          due.action() instanceof Action.Transition(var target, int _)
              ? Optional.of(target)
              : Optional.empty();
      var line =
          lines.computeIfAbsent(
              new Way(due.rule(), due.action().getClass(), from, to),
              way -> new Growing(due, from));
      line.add(due, Horizon.of(due.at(), now, day), bytes);
    }

    Forecast forecast(RuleBook rules) {
      var idle = new ArrayList<>(rules.names());
      lines.keySet().forEach(way -> idle.remove(way.rule()));
      return new Forecast(
          now,
          lines.values().stream().map(Growing::line).toList(),
          idle,
          untouched,
          onHold,
          versions,
          uploads);
    }
  }
}
