package ninebark.bench.codec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import ninebark.erasure.checksum.Crc;

/**
 * What this machine does at best, in the same run: copying, reading, and the checksums of a PUT.
 */
final class Ceilings {
  private static final int HOT_BYTES = 1 << 16;
  private static final int COLD_BYTES = 1 << 28;

  /** Where results go that nobody reads, so that the JIT compiler cannot drop the work. */
  private static volatile long sink;

  private Ceilings() {}

  static List<Measurement> measure(Timing timing) {
    // Starts the loading of the native check, which the last row needs.
    sink = Crc.CRC64NVME.of(new byte[0]);
    var found = new ArrayList<Measurement>();
    found.add(of(timing, "memcpy", HOT_BYTES, "hot", () -> copy(HOT_BYTES)));
    found.add(of(timing, "memcpy", COLD_BYTES, "cold", () -> copy(COLD_BYTES)));
    found.add(of(timing, "read", HOT_BYTES, "hot", () -> read(HOT_BYTES)));
    found.add(of(timing, "read", COLD_BYTES, "cold", () -> read(COLD_BYTES)));
    found.add(of(timing, "crc32c", HOT_BYTES, "hot", () -> crc(Crc.CRC32C)));
    found.add(of(timing, "md5", HOT_BYTES, "hot", () -> digest("MD5")));
    found.add(of(timing, "sha256", HOT_BYTES, "hot", () -> digest("SHA-256")));
    found.add(of(timing, "crc64nvme", HOT_BYTES, "hot", () -> crc(Crc.CRC64NVME)));
    return found;
  }

  private static Measurement of(
      Timing timing, String name, int bytes, String cache, Callable<Timing.Work> work) {
    var speed = timing.measure(1, bytes, work);
    return new Measurement(
        "ceiling", "-", name, bytes, 1, cache, speed.median(), speed.low(), speed.high());
  }

  private static Timing.Work copy(int bytes) {
    var from = Arena.ofAuto().allocate(bytes, 64);
    var to = Arena.ofAuto().allocate(bytes, 64);
    return () -> MemorySegment.copy(from, 0, to, 0, bytes);
  }

  private static Timing.Work read(int bytes) {
    var from = Arena.ofAuto().allocate(bytes, 64);
    var same = Arena.ofAuto().allocate(HOT_BYTES, 64);
    return () -> {
      // Comparing equal bytes reads both sides; the second stays in cache.
      long sum = 0;
      for (long at = 0; at < bytes; at += HOT_BYTES) {
        sum += MemorySegment.mismatch(from, at, at + HOT_BYTES, same, 0, HOT_BYTES);
      }
      sink = sum;
    };
  }

  private static Timing.Work crc(Crc crc) {
    var bytes = new byte[HOT_BYTES];
    crc.of(bytes);
    return () -> sink = crc.of(bytes);
  }

  private static Timing.Work digest(String name) throws NoSuchAlgorithmException {
    var bytes = Arena.ofAuto().allocate(HOT_BYTES).toArray(ValueLayout.JAVA_BYTE);
    var digest = MessageDigest.getInstance(name);
    return () -> digest.update(bytes);
  }
}
