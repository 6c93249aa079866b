package ninebark.gateway.request;

import java.util.Optional;
import java.util.regex.Pattern;
import ninebark.gateway.error.S3Error;

/**
 * A part of an object's bytes.
 *
 * @param first offset of the first byte
 * @param length at least 1
 */
public record ByteRange(long first, long length) {
  private static final Pattern SHAPE = Pattern.compile("bytes\\s*=\\s*(\\d*)\\s*-\\s*(\\d*)\\s*");

  public long last() {
    return first + length - 1;
  }

  /** {@code Content-Range}'s value. */
  public String of(long size) {
    return "bytes " + first + "-" + last() + "/" + size;
  }

  /**
   * Empty if the header is not one range of bytes: then it is ignored, as RFC 9110 14.2 says and S3
   * does.
   *
   * @throws ninebark.gateway.error.S3Exception {@code InvalidRange} if no byte is in it
   */
  public static Optional<ByteRange> parse(String header, long size) {
    var match = SHAPE.matcher(header);
    if (!match.matches()) {
      return Optional.empty();
    }
    var first = match.group(1);
    var last = match.group(2);
    if (first.isEmpty() && last.isEmpty()) {
      return Optional.empty();
    }
    if (first.isEmpty()) {
      long suffix = number(last);
      if (suffix == 0 || size == 0) {
        throw unsatisfiable(header, size);
      }
      long length = Math.min(suffix, size);
      return Optional.of(new ByteRange(size - length, length));
    }
    long from = number(first);
    long to = last.isEmpty() ? Long.MAX_VALUE : number(last);
    if (to < from) {
      return Optional.empty();
    }
    if (from >= size) {
      throw unsatisfiable(header, size);
    }
    return Optional.of(new ByteRange(from, Math.min(to, size - 1) - from + 1));
  }

  private static long number(String digits) {
    return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
  }

  private static RuntimeException unsatisfiable(String header, long size) {
    return S3Error.INVALID_RANGE
        .exception()
        .with("RangeRequested", header)
        .with("ActualObjectSize", Long.toString(size))
        .withHeader("content-range", "bytes */" + size);
  }
}
