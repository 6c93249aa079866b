package ninebark.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import ninebark.erasure.Scheme.Generator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every coder does, for every coder this machine has. */
class CodecTest {
  static Stream<String> coders() {
    return Codecs.names().stream();
  }

  @ParameterizedTest
  @MethodSource("coders")
  void rebuildsAllTwentyEightLossesOfSixPlusTwo(String coder) {
    for (var generator : Generator.values()) {
      assertThat(rebuildsEveryLoss(coder, new Scheme(generator, 6, 2))).isEqualTo(28);
    }
  }

  @ParameterizedTest
  @MethodSource("coders")
  void rebuildsAllThousandAndOneLossesOfTenPlusFour(String coder) {
    for (var generator : Generator.values()) {
      assertThat(rebuildsEveryLoss(coder, new Scheme(generator, 10, 4))).isEqualTo(1001);
    }
  }

  private static int rebuildsEveryLoss(String coder, Scheme scheme) {
    var codec = Codecs.named(coder, scheme);
    int length = 173;
    var stripe = Stripe.heap(scheme, length).fill(0, scheme.k(), new Random(7));
    codec.encode(stripe.shards, length);
    var all = ShardSet.range(0, scheme.n());
    int patterns = 0;
    for (int lost = 0; lost < 1 << scheme.n(); lost++) {
      if (Integer.bitCount(lost) != scheme.m()) {
        continue;
      }
      patterns++;
      var wanted = new ShardSet(lost, 0, 0, 0);
      var damaged = Stripe.heap(scheme, length);
      damaged.copyFrom(stripe);
      for (int i = 0; i < scheme.n(); i++) {
        if (wanted.contains(i)) {
          damaged.shards[i].fill((byte) 0xEE);
        }
      }
      codec.reconstruct(damaged.shards, all.minus(wanted), wanted, length);
      assertThat(damaged.allBytes()).as("lost %s", wanted).isDeepEqualTo(stripe.allBytes());
      assertThat(damaged.guardsHold()).isTrue();
    }
    return patterns;
  }

  @Property(tries = 300)
  void anyShapeOfTheStoreRebuildsAnySubsetOfItsLosses(
      @ForAll @IntRange(min = 1, max = 20) int k,
      @ForAll @IntRange(min = 0, max = 8) int m,
      @ForAll @IntRange(min = 0, max = 4097) int length,
      @ForAll @IntRange(min = 0, max = 63) int alignment,
      @ForAll Generator generator,
      @ForAll Stripe.Place place,
      @ForAll long seed) {
    var scheme = new Scheme(generator, k, m);
    var random = new Random(seed);
    try (var arena = Arena.ofConfined()) {
      var stripe = new Stripe(scheme, length, place, alignment, arena).fill(0, k, random);
      codec(scheme, "table").encode(stripe.shards, length);
      for (String coder : Codecs.names()) {
        var codec = codec(scheme, coder);
        assertThat(codec.verify(stripe.shards, length)).isTrue();
        var copy = new Stripe(scheme, length, place, alignment + 1, arena);
        copy.copyFrom(stripe);
        var present = ShardSet.range(0, scheme.n());
        var wanted = ShardSet.EMPTY;
        for (int losses = random.nextInt(m + 1); losses > 0; losses--) {
          int lost = random.nextInt(scheme.n());
          present = present.without(lost);
          if (random.nextInt(4) > 0) {
            wanted = wanted.with(lost);
          }
        }
        for (int i = 0; i < scheme.n(); i++) {
          if (wanted.contains(i)) {
            copy.shards[i].fill((byte) 0xEE);
          } else if (!present.contains(i)) {
            copy.shards[i] = MemorySegment.NULL;
          }
        }
        codec.reconstruct(copy.shards, present, wanted, length);
        for (int i = 0; i < scheme.n(); i++) {
          if (wanted.contains(i) || present.contains(i)) {
            assertThat(copy.bytes(i)).as("%s shard %d", coder, i).isEqualTo(stripe.bytes(i));
          }
        }
        assertThat(copy.guardsHold()).isTrue();
      }
    }
  }

  @Property(tries = 300)
  void updatingTheParityEqualsEncodingAfresh(
      @ForAll @IntRange(min = 1, max = 20) int k,
      @ForAll @IntRange(min = 0, max = 8) int m,
      @ForAll @IntRange(min = 0, max = 4097) int length,
      @ForAll @IntRange(min = 0, max = 63) int alignment,
      @ForAll Generator generator,
      @ForAll Stripe.Place place,
      @ForAll long seed) {
    var scheme = new Scheme(generator, k, m);
    var random = new Random(seed);
    try (var arena = Arena.ofConfined()) {
      for (String coder : Codecs.names()) {
        var codec = codec(scheme, coder);
        var stripe = new Stripe(scheme, length, place, alignment, arena).fill(0, k, random);
        codec.encode(stripe.shards, length);
        int changed = random.nextInt(k);
        var delta = new byte[length];
        random.nextBytes(delta);
        for (int at = 0; at < length; at++) {
          byte old = stripe.shards[changed].get(ValueLayout.JAVA_BYTE, at);
          stripe.shards[changed].set(ValueLayout.JAVA_BYTE, at, (byte) (old ^ delta[at]));
        }
        var parity = new MemorySegment[m];
        System.arraycopy(stripe.shards, k, parity, 0, m);
        codec.updateParity(changed, MemorySegment.ofArray(delta), parity, length);
        assertThat(codec.verify(stripe.shards, length)).as(coder).isTrue();
        assertThat(codec(scheme, "table").verify(stripe.shards, length)).as(coder).isTrue();
        assertThat(stripe.guardsHold()).isTrue();
      }
    }
  }

  @Property(tries = 500)
  void verifyNoticesAnyOneChangedByte(
      @ForAll @IntRange(min = 1, max = 20) int k,
      @ForAll @IntRange(min = 1, max = 8) int m,
      @ForAll @IntRange(min = 1, max = 4097) int length,
      @ForAll Generator generator,
      @ForAll Stripe.Place place,
      @ForAll long seed) {
    var scheme = new Scheme(generator, k, m);
    var random = new Random(seed);
    try (var arena = Arena.ofConfined()) {
      var stripe = new Stripe(scheme, length, place, random.nextInt(64), arena).fill(0, k, random);
      codec(scheme, "table").encode(stripe.shards, length);
      var victim = stripe.shards[random.nextInt(scheme.n())];
      int at = random.nextInt(length);
      byte old = victim.get(ValueLayout.JAVA_BYTE, at);
      victim.set(ValueLayout.JAVA_BYTE, at, (byte) (old ^ (1 + random.nextInt(255))));
      for (String coder : Codecs.names()) {
        assertThat(codec(scheme, coder).verify(stripe.shards, length)).as(coder).isFalse();
      }
    }
  }

  @Test
  void theLibraryCodesUpToTwoHundredFiftyFiveShards() {
    for (var generator : Generator.values()) {
      var scheme = new Scheme(generator, 200, 55);
      for (String coder : Codecs.names()) {
        var codec = Codecs.named(coder, scheme);
        int length = 300;
        var stripe = Stripe.heap(scheme, length).fill(0, 200, new Random(3));
        codec.encode(stripe.shards, length);
        var copy = Stripe.heap(scheme, length);
        copy.copyFrom(stripe);
        var wanted = ShardSet.range(150, 205);
        for (int i = 150; i < 205; i++) {
          copy.shards[i].fill((byte) 1);
        }
        codec.reconstruct(copy.shards, ShardSet.range(0, 255).minus(wanted), wanted, length);
        assertThat(copy.allBytes()).isDeepEqualTo(stripe.allBytes());
        assertThat(codec.verify(copy.shards, length)).isTrue();
      }
    }
  }

  @Test
  void disagreeingArgumentsAreRefusedWithTheirNumbers() {
    var scheme = Scheme.rs(6, 2);
    var codec = Codecs.best(scheme);
    var stripe = Stripe.heap(scheme, 100);
    var shards = stripe.shards;
    assertThatThrownBy(() -> codec.encode(new MemorySegment[7], 100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("RS(6,2) has 8 shards, found 7 segments");
    assertThatThrownBy(() -> codec.encode(shards, 101))
        .hasMessage("shard 0 has 100 bytes, but the length is 101");
    assertThatThrownBy(() -> codec.encode(shards, -1))
        .hasMessage("a length is at least 0, found -1");
    assertThatThrownBy(() -> codec.reconstruct(shards, ShardSet.range(0, 5), ShardSet.of(6), 100))
        .hasMessage("RS(6,2) needs 6 shards to rebuild, found 5 {0,1,2,3,4}");
    assertThatThrownBy(() -> codec.reconstruct(shards, ShardSet.range(0, 7), ShardSet.of(6), 100))
        .hasMessageContaining("both present and wanted")
        .hasMessageContaining("{6}");
    assertThatThrownBy(() -> codec.reconstruct(shards, ShardSet.range(0, 6), ShardSet.of(8), 100))
        .hasMessageContaining("RS(6,2) has shards 0 to 7");
    assertThatThrownBy(
            () -> codec.updateParity(6, shards[0], new MemorySegment[] {shards[6], shards[7]}, 9))
        .hasMessage("RS(6,2) has data shards 0 to 5, found 6");
    assertThatThrownBy(() -> codec.updateParity(0, shards[0], new MemorySegment[1], 9))
        .hasMessage("RS(6,2) has 2 parity shards, found 1 segments");
    codec.encode(shards, 100);
    var readOnly = shards.clone();
    readOnly[7] = shards[7].asReadOnly();
    assertThatThrownBy(() -> codec.encode(readOnly, 100))
        .hasMessage("shard 7 is to be written, but is read-only");
    assertThat(codec.verify(readOnly, 100)).isTrue();
  }

  @Test
  void aClosedSegmentIsRefusedInsteadOfRead() {
    var scheme = Scheme.rs(2, 1);
    var arena = Arena.ofConfined();
    var stripe = new Stripe(scheme, 1000, Stripe.Place.NATIVE, 0, arena);
    arena.close();
    for (String coder : Codecs.names()) {
      assertThatThrownBy(() -> Codecs.named(coder, scheme).encode(stripe.shards, 1000))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void anUnknownCoderIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> Codecs.named("abacus", Scheme.rs(2, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("abacus")
        .hasMessageContaining("table");
  }

  private static Codec codec(Scheme scheme, String name) {
    return Codecs.named(name, scheme);
  }
}
