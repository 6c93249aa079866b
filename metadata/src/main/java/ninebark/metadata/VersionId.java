package ninebark.metadata;

import java.util.HexFormat;
import java.util.Optional;

/**
 * The name of one version of an object, as clients see it.
 *
 * <p>Numbered ones are given out by the state machine, rising, so that the newest of a key has the
 * highest number; clients see 32 characters of hex that carry the number and when it was given.
 */
public sealed interface VersionId {
  /** What an object of a bucket that does not keep versions has; a key has at most one such. */
  record Null() implements VersionId {
    @Override
    public String text() {
      return "null";
    }
  }

  /**
   * @param millis when it was given, by the cluster's clock
   * @param number rising with each version of the index
   */
  record Numbered(long millis, long number) implements VersionId {
    public Numbered {
      if (millis < 0 || number < 1) {
        throw new IllegalArgumentException(
            "a version has a time and a number from 1, found " + millis + " and " + number);
      }
    }

    @Override
    public String text() {
      return HexFormat.of().toHexDigits(millis) + HexFormat.of().toHexDigits(number);
    }
  }

  VersionId NULL = new Null();

  /** As {@code versionId} carries it. */
  String text();

  /** Nothing if no version was ever given that name. */
  static Optional<VersionId> parse(String text) {
    if (text.equals("null")) {
      return Optional.of(NULL);
    }
    if (text.length() != 32 || !text.chars().allMatch(VersionId::isLowerHex)) {
      return Optional.empty();
    }
    long millis = HexFormat.fromHexDigitsToLong(text, 0, 16);
    long number = HexFormat.fromHexDigitsToLong(text, 16, 32);
    return millis < 0 || number < 1 ? Optional.empty() : Optional.of(new Numbered(millis, number));
  }

  private static boolean isLowerHex(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }
}
