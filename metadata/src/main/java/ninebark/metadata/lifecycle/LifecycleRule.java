package ninebark.metadata.lifecycle;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import ninebark.metadata.Tag;

/**
 * One rule.
 *
 * @param id unique in its document where it has one
 * @param expiration of current versions
 * @param transitions of current versions, each to another class
 * @param abortUploadsAfterDays from the upload's beginning
 */
public record LifecycleRule(
    Optional<String> id,
    boolean enabled,
    Filter filter,
    Optional<Expiration> expiration,
    List<Transition> transitions,
    Optional<NoncurrentExpiration> noncurrentExpiration,
    List<NoncurrentTransition> noncurrentTransitions,
    OptionalInt abortUploadsAfterDays) {
  public LifecycleRule {
    transitions = List.copyOf(transitions);
    noncurrentTransitions = List.copyOf(noncurrentTransitions);
  }

  /**
   * Which objects a rule is about: those that meet all of it.
   *
   * @param prefix of the key; empty for any
   * @param largerThan in bytes, exclusive
   * @param smallerThan in bytes, exclusive
   */
  public record Filter(
      String prefix, List<Tag> tags, OptionalLong largerThan, OptionalLong smallerThan) {
    /** Everything. */
    public static final Filter ALL =
        new Filter("", List.of(), OptionalLong.empty(), OptionalLong.empty());

    public Filter {
      tags = List.copyOf(tags);
    }
  }

  /** When a version's time has come. */
  public sealed interface When {
    /** A midnight UTC. */
    record OnDate(Instant date) implements When {}

    /** Days from the version's birth, rounded up to the next midnight UTC. */
    record AfterDays(int days) implements When {}
  }

  /** What ends a current version. */
  public sealed interface Expiration {
    record Objects(When when) implements Expiration {}

    /** Delete markers that cover nothing any more. */
    record LonelyMarkers() implements Expiration {}
  }

  public record Transition(When when, String storageClass) {}

  /**
   * @param days from the moment a version became noncurrent
   * @param keepNewest how many of the newest noncurrent versions stay whatever their age
   */
  public record NoncurrentExpiration(int days, OptionalInt keepNewest) {}

  /**
   * @param days from the moment a version became noncurrent
   * @param keepNewest how many of the newest noncurrent versions do not move
   */
  public record NoncurrentTransition(int days, OptionalInt keepNewest, String storageClass) {}
}
