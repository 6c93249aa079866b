package ninebark.gateway.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import ninebark.erasure.md5.Md5Service;
import ninebark.erasure.md5.Md5Stream;
import ninebark.metadata.Checksum.Algorithm;
import org.junit.jupiter.api.Test;

class BodyDigestsTest {
  private static String hex(String name, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(name).digest(bytes));
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError(missing);
    }
  }

  private static byte[] random(int length, Random random) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /**
   * As a request does: lent pieces, on the heap or outside, overwritten once they are given back.
   */
  private static BodyDigests.Result digest(
      Md5.Source md5, byte[] bytes, boolean signed, Set<Algorithm> algorithms, Random random) {
    try (var digests = new BodyDigests(md5, bytes.length, signed, algorithms)) {
      for (int at = 0; at < bytes.length; ) {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(100_000));
        var piece =
            random.nextBoolean() ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
        piece.put(bytes, at, length).flip();
        digests.begin(piece);
        assertThat(piece.remaining()).isEqualTo(length);
        digests.await();
        piece.put(new byte[length]);
        at += length;
      }
      return digests.finish();
    }
  }

  @Property(tries = 60)
  void everyDigestIsThatOfTheWholeBody(
      @ForAll @IntRange(min = 0, max = 300_000) int length,
      @ForAll boolean signed,
      @ForAll long seed) {
    var random = new Random(seed);
    var bytes = random(length, random);
    var algorithms = EnumSet.noneOf(Algorithm.class);
    for (var algorithm : Algorithm.values()) {
      if (random.nextInt(4) == 0) {
        algorithms.add(algorithm);
      }
    }
    var result = digest(Md5.JDK, bytes, signed, algorithms, random);
    assertThat(result.md5Hex()).isEqualTo(hex("MD5", bytes));
    assertThat(result.sha256Hex().isPresent())
        .isEqualTo(signed || algorithms.contains(Algorithm.SHA256));
    result.sha256Hex().ifPresent(sha -> assertThat(sha).isEqualTo(hex("SHA-256", bytes)));
    for (var algorithm : algorithms) {
      var alone = ChecksumStream.start(algorithm);
      alone.update(ByteBuffer.wrap(bytes));
      assertThat(result.checksum(algorithm).orElseThrow().value()).isEqualTo(alone.finishBase64());
    }
  }

  @Test
  void aLargeSignedBodyIsHashedOnTwoThreadsToTheSameDigests() {
    var random = new Random(11);
    var bytes = random(3 << 20, random);
    var result = digest(Md5.JDK, bytes, true, Set.of(Algorithm.CRC64NVME), random);
    assertThat(result.md5Hex()).isEqualTo(hex("MD5", bytes));
    assertThat(result.sha256Hex()).contains(hex("SHA-256", bytes));
  }

  @Test
  void manyBodiesAtOnceInLanesHaveTheSameDigests() throws Exception {
    try (var service = Md5Service.start(1);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new ArrayList<Future<Boolean>>();
      for (int i = 0; i < 12; i++) {
        long seed = i;
        Callable<Boolean> body =
            () -> {
              var random = new Random(seed);
              var bytes = random(500_000 + random.nextInt(900_000), random);
              var result =
                  digest(
                      service::open,
                      bytes,
                      random.nextBoolean(),
                      Set.of(Algorithm.CRC64NVME, Algorithm.MD5),
                      random);
              return result.md5Hex().equals(hex("MD5", bytes))
                  && result.sha256Hex().map(hex("SHA-256", bytes)::equals).orElse(true);
            };
        results.add(threads.submit(body));
      }
      for (var result : results) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  @Test
  void theMd5sPlaceIsGivenBackWhateverHappens() {
    var open = new AtomicInteger();
    Md5.Source counting =
        bytes -> {
          open.incrementAndGet();
          return new Counted(Md5.JDK.open(bytes), open);
        };
    try (var unfinished = new BodyDigests(counting, 10, true, Set.of(Algorithm.MD5))) {
      unfinished.begin(ByteBuffer.allocate(10));
      assertThat(open).hasValue(1);
    }
    assertThat(open).hasValue(0);
  }

  private record Counted(Md5Stream stream, AtomicInteger open) implements Md5Stream {
    @Override
    public boolean hashesElsewhere() {
      return stream.hashesElsewhere();
    }

    @Override
    public void update(MemorySegment bytes) {
      stream.update(bytes);
    }

    @Override
    public void submit(MemorySegment bytes) {
      stream.submit(bytes);
    }

    @Override
    public void await() {
      stream.await();
    }

    @Override
    public byte[] digest() {
      return stream.digest();
    }

    @Override
    public void close() {
      stream.close();
      open.decrementAndGet();
    }
  }
}
