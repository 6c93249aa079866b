package ninebark.metadata;

import java.util.regex.Pattern;

/**
 * A bucket's name by the rules of general purpose buckets.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html">Bucket
 *     naming rules</a>
 */
public record BucketName(String value) implements Comparable<BucketName> {
  private static final Pattern SHAPE = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  public BucketName {
    if (!isLegal(value)) {
      throw new IllegalArgumentException("'" + value + "' is not a legal bucket name");
    }
  }

  /** Whether the rules allow {@code name}. */
  public static boolean isLegal(String name) {
    return SHAPE.matcher(name).matches()
        && !name.contains("..")
        && !IPV4.matcher(name).matches()
        && !name.startsWith("xn--")
        && !name.startsWith("sthree-")
        && !name.startsWith("amzn-s3-demo-")
        && !name.endsWith("-s3alias")
        && !name.endsWith("--ol-s3")
        && !name.endsWith(".mrap")
        && !name.endsWith("--x-s3")
        && !name.endsWith("--table-s3");
  }

  @Override
  public int compareTo(BucketName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
