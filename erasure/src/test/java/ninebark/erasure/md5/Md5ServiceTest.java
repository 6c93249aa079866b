package ninebark.erasure.md5;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class Md5ServiceTest {
  @Property(tries = 20)
  void streamsOfDifferentLengthsThatOverlapGetTheDigestsOfTheJdk(
      @ForAll @IntRange(min = 1, max = 40) int streamCount, @ForAll long seed) throws Exception {
    try (var service = lanesForAll();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new ArrayList<Future<Boolean>>();
      for (int i = 0; i < streamCount; i++) {
        long streamSeed = seed + i;
        results.add(threads.submit(() -> digestsAgree(service, new Random(streamSeed))));
      }
      for (var result : results) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  @Property(tries = 100)
  void everyLengthAroundABlockIsPaddedAsTheJdkDoes(
      @ForAll @IntRange(min = 0, max = 300) int length, @ForAll long seed) throws Exception {
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    try (var service = lanesForAll();
        var stream = service.open()) {
      stream.update(ByteBuffer.wrap(bytes));
      assertThat(stream.digest()).isEqualTo(MessageDigest.getInstance("MD5").digest(bytes));
    }
  }

  @Test
  void fewStreamsGoToTheJdkAndManyToLanes() throws Exception {
    try (var service = Md5Service.lanesOnly(1)) {
      var streams = new ArrayList<Md5Stream>();
      for (int i = 1; i <= 6; i++) {
        var stream = service.open();
        streams.add(stream);
        assertThat(stream instanceof LaneStream).isEqualTo(i >= Md5Service.LANES_FROM);
      }
      for (var stream : streams) {
        stream.close();
        stream.close();
      }
      try (var alone = service.open()) {
        assertThat(alone).isInstanceOf(JdkStream.class);
      }
    }
  }

  @Test
  void aServiceWithoutLanesIsTheJdk() throws Exception {
    try (var service = Md5Service.jdkOnly()) {
      assertThat(digestsAgree(service, new Random(1))).isTrue();
    }
  }

  @Test
  void theStartedServiceIsRightWhetherLanesAreReadyOrNot() throws Exception {
    try (var service = Md5Service.start(1);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new ArrayList<Future<Boolean>>();
      for (int i = 0; i < 20; i++) {
        int seed = i;
        results.add(threads.submit(() -> digestsAgree(service, new Random(seed))));
      }
      for (var result : results) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  /** A service in which three idle streams are open, so that every further one gets a lane. */
  private static Md5Service lanesForAll() {
    var service = Md5Service.lanesOnly(1);
    for (int i = 1; i < Md5Service.LANES_FROM; i++) {
      service.open();
    }
    return service;
  }

  private static boolean digestsAgree(Md5Service service, Random random) throws Exception {
    var expected = MessageDigest.getInstance("MD5");
    try (var stream = service.open();
        var arena = Arena.ofShared()) {
      int pieces = random.nextInt(12);
      for (int i = 0; i < pieces; i++) {
        var bytes = new byte[random.nextInt(random.nextBoolean() ? 200 : 70_000)];
        random.nextBytes(bytes);
        expected.update(bytes);
        var copy = arena.allocate(bytes.length + 1L).asSlice(1);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, copy, 0, bytes.length);
        switch (random.nextInt(5)) {
          case 0 -> stream.update(ByteBuffer.wrap(bytes));
          case 1 -> stream.update(MemorySegment.ofArray(bytes));
          case 2 -> stream.update(copy);
          case 3 -> stream.update(copy.asByteBuffer());
          default -> {
            stream.submit(copy);
            stream.await();
          }
        }
      }
      return MessageDigest.isEqual(expected.digest(), stream.digest());
    }
  }
}
