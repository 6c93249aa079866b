package ninebark.metadata.lifecycle;

import java.util.List;
import java.util.Set;

/**
 * The storage classes that rules can move versions to. They stand in S3's own order, and versions
 * only ever go down; a class that S3 does not know stands at the top, beside STANDARD.
 *
 * @param offered where anything can be stored now
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html">
 *     Transitioning objects: supported transitions</a>
 */
public record ClassLadder(Set<String> offered) {
  /** No class: nothing moves. */
  public static final ClassLadder NONE = new ClassLadder(Set.of());

  private static final List<String> DOWNWARDS =
      List.of(
          "STANDARD",
          "STANDARD_IA",
          "INTELLIGENT_TIERING",
          "ONEZONE_IA",
          "GLACIER_IR",
          "GLACIER",
          "DEEP_ARCHIVE");

  public ClassLadder {
    offered = Set.copyOf(offered);
  }

  static int rung(String storageClass) {
    return Math.max(0, DOWNWARDS.indexOf(storageClass));
  }

  /** Whether a version can move so. */
  boolean leads(String from, String to) {
    return offered.contains(to) && rung(to) > rung(from);
  }
}
