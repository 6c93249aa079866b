package ninebark.metadata.recovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import ninebark.metadata.recovery.Survey.Stripe;
import ninebark.storagenode.Description;
import ninebark.storagenode.Extent;

/** Puts the stripes of objects and parts together again. */
final class Contents {
  /** Up to here an owner's offset counts bytes, above it is a part's number. */
  private static final int PART_SHIFT = 40;

  private Contents() {}

  /** What stripes have in common that may be of one object or part. */
  private record Whose(long bucket, String key, long content, long part) {}

  /**
   * The bytes of an object or part from the first to the last.
   *
   * @param bornMillis of its last stripe: shortly before it was committed
   * @param described by its last stripe
   * @param ambiguous whether stripes of another attempt could have been meant
   */
  record Whole(
      long bucket,
      String key,
      List<Extent> extents,
      Description described,
      long bornMillis,
      boolean ambiguous) {
    long length() {
      return extents.stream().mapToLong(Extent::length).sum();
    }
  }

  /**
   * Stripes that make nothing whole.
   *
   * @param bytes how much they hold
   * @param why for people
   */
  record Rest(long bucket, String key, long bytes, String why) {}

  record Found(List<Whole> wholes, List<Rest> rests) {}

  /** Contents whose stripes are all of them such. */
  static Found find(Collection<Stripe> stripes, Predicate<Stripe> such) {
    Map<Whose, List<Stripe>> byOwner = new HashMap<>();
    for (var stripe : stripes) {
      if (such.test(stripe)) {
        var owner = stripe.owner();
        byOwner
            .computeIfAbsent(
                new Whose(
                    owner.bucket(), owner.key(), owner.content(), owner.offset() >>> PART_SHIFT),
                _ -> new ArrayList<>())
            .add(stripe);
      }
    }
    var found = new Found(new ArrayList<>(), new ArrayList<>());
    byOwner.forEach((whose, together) -> find(whose, together, found));
    found.wholes.sort(Comparator.comparingLong(Whole::bornMillis));
    found.rests.sort(Comparator.comparingLong(Rest::bucket).thenComparing(Rest::key));
    return found;
  }

  /** Each described stripe is the end of something; a part may have been sent more than once. */
  private static void find(Whose whose, List<Stripe> stripes, Found found) {
    var readable = new TreeMap<Long, List<Stripe>>();
    for (var stripe : stripes) {
      if (stripe.canBeRead()) {
        readable.computeIfAbsent(stripe.owner().offset(), _ -> new ArrayList<>()).add(stripe);
      }
    }
    var ends =
        readable.values().stream()
            .flatMap(List::stream)
            .filter(stripe -> !stripe.owner().description().isEmpty())
            .toList();
    for (var end : ends) {
      endingWith(whose, end, readable, found);
    }
    if (ends.isEmpty()) {
      rest(whose, stripes, "its last stripe is not there, or cannot be read", found);
    }
  }

  private static void endingWith(
      Whose whose, Stripe end, Map<Long, List<Stripe>> readable, Found found) {
    var extents = new ArrayList<Extent>();
    boolean ambiguous = false;
    long at = whose.part << PART_SHIFT;
    while (at < end.owner().offset()) {
      var candidates =
          readable.getOrDefault(at, List.of()).stream()
              .filter(stripe -> stripe.owner().description().isEmpty())
              .filter(stripe -> stripe.extent().stripe().compareTo(end.extent().stripe()) < 0)
              .toList();
      if (candidates.isEmpty()) {
        rest(
            whose, List.of(end), "a stripe before its last is not there, or cannot be read", found);
        return;
      }
      ambiguous |= candidates.size() > 1;
      // Of several attempts, the one that came last before the end.
      var extent =
          candidates.stream()
              .map(Stripe::extent)
              .max(Comparator.comparing(Extent::stripe))
              .orElseThrow();
      extents.add(extent);
      at += extent.length();
    }
    extents.add(end.extent());
    found.wholes.add(
        new Whole(
            whose.bucket,
            whose.key,
            extents,
            end.owner().description(),
            end.extent().stripe().birthMillis(),
            ambiguous));
  }

  private static void rest(Whose whose, List<Stripe> stripes, String why, Found found) {
    long bytes = stripes.stream().mapToLong(stripe -> stripe.extent().length()).sum();
    found.rests.add(new Rest(whose.bucket, whose.key, bytes, why));
  }
}
