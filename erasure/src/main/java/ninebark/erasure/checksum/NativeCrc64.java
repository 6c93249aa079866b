package ninebark.erasure.checksum;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.Checksum;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.crt.checksums.CRC64NVME;

/**
 * CRC64NVME by the AWS Common Runtime, which uses the CPU's carry-less multiplication: tens of
 * times as fast as tables. It takes arrays only, so bytes outside the heap are copied piece by
 * piece.
 *
 * <p>Threads: one at a time.
 */
final class NativeCrc64 implements Checksum {
  private static final Logger LOG = LoggerFactory.getLogger(NativeCrc64.class);
  private static final int PIECE_BYTES = 1 << 14;

  private static final AtomicBoolean STARTED = new AtomicBoolean();
  private static volatile boolean loaded;

  private final CRC64NVME crc = new CRC64NVME();

  /** Made when bytes from outside the heap first come. */
  private Optional<byte[]> piece = Optional.empty();

  private NativeCrc64() {}

  /**
   * The native check once its library is loaded, which starts in the background now; tables before.
   */
  static Checksum start() {
    if (loaded) {
      return new NativeCrc64();
    }
    if (STARTED.compareAndSet(false, true)) {
      Thread.ofPlatform().name("crc64-loader").daemon().start(NativeCrc64::load);
    }
    return Crc64Nvme.start();
  }

  static boolean load() {
    try {
      var check = new CRC64NVME();
      check.update("123456789".getBytes(StandardCharsets.US_ASCII));
      loaded = check.getValue() == 0xAE8B14860A799888L;
      if (!loaded) {
        LOG.error("the AWS CRT computes a wrong CRC64NVME and is not used");
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.info("no native CRC64NVME, using tables: {}", e.toString());
    }
    return loaded;
  }

  @Override
  public void update(int value) {
    crc.update(value);
  }

  @Override
  public void update(byte[] bytes, int offset, int length) {
    crc.update(bytes, offset, length);
  }

  @Override
  public void update(ByteBuffer bytes) {
    if (bytes.hasArray()) {
      crc.update(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      bytes.position(bytes.limit());
      return;
    }
    if (piece.isEmpty()) {
      piece = Optional.of(new byte[PIECE_BYTES]);
    }
    var copy = piece.get();
    while (bytes.hasRemaining()) {
      int length = Math.min(PIECE_BYTES, bytes.remaining());
      bytes.get(copy, 0, length);
      crc.update(copy, 0, length);
    }
  }

  @Override
  public long getValue() {
    return crc.getValue();
  }

  @Override
  public void reset() {
    crc.reset();
  }
}
