package ninebark.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import ninebark.bench.client.ContentPattern;
import ninebark.bench.units.ObjectSizes;

/**
 * The objects of a run: number to key, length and content, the same for the same seed. Keys are
 * scattered over their prefix, as hashed names are. Pure.
 */
final class LoadObjects {
  private final String bucket;
  private final String prefix;
  private final String encodedPrefix;
  private final long seed;
  private final ObjectSizes sizes;

  LoadObjects(String bucket, String prefix, long seed, ObjectSizes sizes) {
    this.bucket = bucket;
    this.prefix = prefix;
    this.encodedPrefix = "/" + bucket + "/" + encode(prefix, true);
    this.seed = seed;
    this.sizes = sizes;
  }

  String bucketPath() {
    return "/" + bucket;
  }

  String prefix() {
    return prefix;
  }

  LoadObject get(long number) {
    long hash = mix(seed + number * 0x9E3779B97F4A7C15L);
    var name = HexFormat.of().toHexDigits(hash);
    return new LoadObject(
        prefix + name,
        encodedPrefix + name,
        (int) (hash & (ContentPattern.VARIANT_COUNT - 1)),
        sizes.of(mix(hash)));
  }

  /** A key that sorts behind this share of all keys. */
  String keyAfter(double share) {
    long position = (long) (share * 0x1p63) << 1;
    return prefix + HexFormat.of().toHexDigits(position);
  }

  /** The finaliser of SplitMix64: one to one, so that no two numbers share a key. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** As SigV4 wants it: everything but unreserved characters escaped. */
  static String encode(String text, boolean keepSlashes) {
    var encoded = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || (b >= '0' && b <= '9')
              || b == '-'
              || b == '.'
              || b == '_'
              || b == '~'
              || (keepSlashes && b == '/');
      if (plain) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return encoded.toString();
  }
}
