package ninebark.bench.ceiling;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import ninebark.bench.report.Report.Ceiling;
import ninebark.erasure.checksum.Crc;
import ninebark.erasure.checksum.CrcStream;

/** What one core does with each byte of a PUT: copy it, digest it. */
final class HashCeiling {
  private static final int BLOCK_BYTES = 64 * 1024;
  private static final int BLOCKS_BETWEEN_LOOKS = 8;

  private final Trials trials;
  private final byte[] block = new byte[BLOCK_BYTES];

  HashCeiling(Trials trials) {
    this.trials = trials;
    new SplittableRandom(1).nextBytes(block);
  }

  List<Ceiling> measure() throws IOException, InterruptedException {
    var ceilings = new ArrayList<Ceiling>();
    ceilings.add(digest("MD5"));
    ceilings.add(digest("SHA-256"));
    ceilings.add(checksum("CRC32C", Crc.CRC32C.start()));
    ceilings.add(checksum("CRC64NVME", Crc.CRC64NVME.start()));
    var copy = new byte[BLOCK_BYTES];
    ceilings.add(rate("memory copy", () -> System.arraycopy(block, 0, copy, 0, BLOCK_BYTES)));
    return ceilings;
  }

  private Ceiling digest(String algorithm) throws IOException, InterruptedException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has " + algorithm, missing);
    }
    return rate(algorithm, () -> digest.update(block));
  }

  private Ceiling checksum(String name, CrcStream checksum)
      throws IOException, InterruptedException {
    return rate(name, () -> checksum.update(block, 0, BLOCK_BYTES));
  }

  private Ceiling rate(String name, Runnable oneBlock) throws IOException, InterruptedException {
    return trials.cpuRate(
        name + ", one core, 64 KiB",
        1e9,
        "GB/s",
        until -> {
          double bytes = 0;
          while (System.nanoTime() - until < 0) {
            for (int i = 0; i < BLOCKS_BETWEEN_LOOKS; i++) {
              oneBlock.run();
            }
            bytes += (double) BLOCK_BYTES * BLOCKS_BETWEEN_LOOKS;
          }
          return bytes;
        });
  }
}
