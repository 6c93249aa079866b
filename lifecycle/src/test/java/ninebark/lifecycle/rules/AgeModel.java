package ninebark.lifecycle.rules;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import ninebark.metadata.ETag;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Tag;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionId;
import ninebark.metadata.Versioning;
import ninebark.metadata.lifecycle.LifecycleRule;
import ninebark.metadata.lifecycle.LifecycleRule.Expiration;
import ninebark.metadata.lifecycle.LifecycleRule.When;

/**
 * A bucket as somebody would keep it who reads only the AWS guide: lists, calendar days, and no
 * regard for cost.
 */
final class AgeModel {
  /** One version; markers have neither length nor tags. */
  static final class Version {
    final VersionId id;
    final boolean marker;
    final Instant born;
    final ETag etag;
    final long length;
    List<Tag> tags;
    ObjectLock lock;
    String storageClass = "STANDARD";

    Version(
        VersionId id,
        boolean marker,
        Instant born,
        ETag etag,
        long length,
        List<Tag> tags,
        ObjectLock lock) {
      this.id = id;
      this.marker = marker;
      this.born = born;
      this.etag = etag;
      this.length = length;
      this.tags = tags;
      this.lock = lock;
    }

    @Override
    public String toString() {
      return (marker ? "marker " : "object ") + id.text() + " " + born + " " + length + " " + tags;
    }
  }

  record Upload(String key, Instant initiated) {}

  final Versioning versioning;

  /** Newest first. */
  final TreeMap<String, List<Version>> keys = new TreeMap<>();

  final Map<UploadId, Upload> uploads = new LinkedHashMap<>();
  List<LifecycleRule> rules = List.of();

  /** Whether archives take objects of any size. */
  boolean smallOnesToArchives;

  AgeModel(Versioning versioning) {
    this.versioning = versioning;
  }

  List<Version> versions(String key) {
    return keys.computeIfAbsent(key, k -> new ArrayList<>());
  }

  /** A new version comes on top. */
  void push(String key, Version version) {
    var versions = versions(key);
    switch (versioning) {
      case OFF -> versions.clear();
      case SUSPENDED -> versions.removeIf(each -> each.id.equals(VersionId.NULL));
      case ENABLED -> {}
    }
    versions.addFirst(version);
  }

  void remove(String key, Version version) {
    versions(key).remove(version);
  }

  static boolean isLocked(ObjectLock lock, Instant now) {
    return lock.legalHold()
        || (lock.retention().isPresent() && lock.retention().get().until().isAfter(now));
  }

  // --- what rules demand
  // --------------------------------------------------------------------------

  private static Instant midnightAfter(Instant from, int days) {
    return from.atZone(ZoneOffset.UTC)
        .toLocalDate()
        .plusDays(days)
        .plusDays(1)
        .atStartOfDay(ZoneOffset.UTC)
        .toInstant();
  }

  private static boolean isOver(When when, Instant born, Instant now) {
    var end =
        switch (when) {
          case When.OnDate(var date) -> date;
          case When.AfterDays(int days) -> midnightAfter(born, days);
        };
    return !now.isBefore(end);
  }

  private static boolean matches(LifecycleRule rule, String key, Version version) {
    var filter = rule.filter();
    if (!rule.enabled() || !key.startsWith(filter.prefix())) {
      return false;
    }
    boolean narrow =
        !filter.tags().isEmpty()
            || filter.largerThan().isPresent()
            || filter.smallerThan().isPresent();
    if (version.marker) {
      return !narrow;
    }
    for (var tag : filter.tags()) {
      if (!version.tags.contains(tag)) {
        return false;
      }
    }
    return (filter.largerThan().isEmpty() || version.length > filter.largerThan().getAsLong())
        && (filter.smallerThan().isEmpty() || version.length < filter.smallerThan().getAsLong());
  }

  /** Whether some rule wants this version ended now. */
  boolean isDemanded(String key, Version version, Instant now) {
    var versions = versions(key);
    int place = versions.indexOf(version);
    for (var rule : rules) {
      if (!matches(rule, key, version)) {
        continue;
      }
      if (place == 0 && isDemanded(rule.expiration(), version, versions.size() == 1, now)) {
        return true;
      }
      if (place > 0 && rule.noncurrentExpiration().isPresent()) {
        var noncurrent = rule.noncurrentExpiration().get();
        int newer = 0;
        for (var each : versions.subList(1, place)) {
          newer += each.marker ? 0 : 1;
        }
        boolean old = !now.isBefore(midnightAfter(versions.get(place - 1).born, noncurrent.days()));
        boolean free = version.marker || !isLocked(version.lock, now);
        if (old && free && newer >= noncurrent.keepNewest().orElse(0)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isDemanded(
      Optional<Expiration> expiration, Version newest, boolean alone, Instant now) {
    if (expiration.isEmpty() || (newest.marker && !alone)) {
      return false;
    }
    return switch (expiration.get()) {
      case Expiration.LonelyMarkers() -> newest.marker;
      case Expiration.Objects(var when) -> isOver(when, newest.born, now);
    };
  }

  private static final List<String> CLASSES =
      List.of("STANDARD", "STANDARD_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE");

  /** To which classes rules want this version moved now, the cheapest first. */
  List<String> targets(String key, Version version, Instant now) {
    var targets = new ArrayList<String>();
    if (version.marker) {
      return targets;
    }
    var versions = versions(key);
    int place = versions.indexOf(version);
    for (var rule : rules) {
      if (!matches(rule, key, version)) {
        continue;
      }
      if (place == 0) {
        for (var transition : rule.transitions()) {
          if (isOver(transition.when(), version.born, now)) {
            targets.add(large(rule, version, transition.storageClass()));
          }
        }
      } else {
        long newer = versions.subList(1, place).stream().filter(each -> !each.marker).count();
        for (var transition : rule.noncurrentTransitions()) {
          if (newer >= transition.keepNewest().orElse(0)
              && !now.isBefore(midnightAfter(versions.get(place - 1).born, transition.days()))) {
            targets.add(large(rule, version, transition.storageClass()));
          }
        }
      }
    }
    targets.removeIf(target -> CLASSES.indexOf(target) <= CLASSES.indexOf(version.storageClass));
    targets.sort((one, other) -> CLASSES.indexOf(other) - CLASSES.indexOf(one));
    return targets;
  }

  /** The target, or where it is if it is too small to go there. */
  private String large(LifecycleRule rule, Version version, String target) {
    boolean sized =
        rule.filter().largerThan().isPresent() || rule.filter().smallerThan().isPresent();
    boolean archive = target.equals("GLACIER") || target.equals("DEEP_ARCHIVE");
    return sized || version.length >= 131_072 || (smallOnesToArchives && archive)
        ? target
        : version.storageClass;
  }

  boolean isDemanded(Upload upload, Instant now) {
    for (var rule : rules) {
      if (rule.enabled()
          && upload.key().startsWith(rule.filter().prefix())
          && rule.abortUploadsAfterDays().isPresent()
          && !now.isBefore(
              midnightAfter(upload.initiated(), rule.abortUploadsAfterDays().getAsInt()))) {
        return true;
      }
    }
    return false;
  }

  /** Ends a version as S3 does, under the name that its marker got if it got one. */
  void end(String key, Version version, Optional<VersionId> marker, Instant now) {
    if (marker.isPresent()) {
      push(key, new Version(marker.get(), true, now, new ETag("m"), 0, List.of(), ObjectLock.NONE));
    } else {
      remove(key, version);
    }
  }

  /** Whether a marker covers a current object that expires. */
  boolean marks(String key, Version version) {
    return versioning != Versioning.OFF && versions(key).getFirst() == version && !version.marker;
  }
}
