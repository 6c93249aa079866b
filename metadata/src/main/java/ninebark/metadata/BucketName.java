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
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  public BucketName {
    if (!isLegal(value)) {
      throw new IllegalArgumentException("'" + value + "' is not a legal bucket name");
    }
  }

  /** Whether the rules allow {@code name}. */
  public static boolean isLegal(String name) {
    return hasShape(name)
        && !name.contains("..")
        && !(name.charAt(0) <= '9' && IPV4.matcher(name).matches())
        && !name.startsWith("xn--")
        && !name.startsWith("sthree-")
        && !name.startsWith("amzn-s3-demo-")
        && !name.endsWith("-s3alias")
        && !name.endsWith("--ol-s3")
        && !name.endsWith(".mrap")
        && !name.endsWith("--x-s3")
        && !name.endsWith("--table-s3");
  }

  /** {@code [a-z0-9][a-z0-9.-]{1,61}[a-z0-9]}. Asked for every request: a pattern shows. */
  private static boolean hasShape(String name) {
    int last = name.length() - 1;
    if (last < 2 || last > 62) {
      return false;
    }
    for (int i = 0; i <= last; i++) {
      char c = name.charAt(i);
      boolean inner = i > 0 && i < last && (c == '.' || c == '-');
      if (!inner && (c < 'a' || c > 'z') && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
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
