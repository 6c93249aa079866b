package ninebark.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LrcTest {
  @Test
  void sixTwoTwoSurvivesAnyThreeLossesAndMostOfFour() {
    assertThat(decodableShare(new Lrc(6, 2, 2), 3)).isEqualTo(1);
    assertThat(decodableShare(new Lrc(6, 2, 2), 4))
        .isEqualTo(180.0 / 210)
        .isCloseTo(0.857, within(5e-4));
  }

  @Test
  void twelveTwoTwoSurvivesAnyThreeLossesAndMostOfFour() {
    assertThat(decodableShare(new Lrc(12, 2, 2), 3)).isEqualTo(1);
    assertThat(decodableShare(new Lrc(12, 2, 2), 4)).isCloseTo(0.862, within(5e-4));
  }

  private static double decodableShare(Lrc lrc, int losses) {
    int all = 0;
    int decodable = 0;
    for (int lost = 0; lost < 1 << lrc.n(); lost++) {
      if (Integer.bitCount(lost) == losses) {
        all++;
        decodable += lrc.decodable(new ShardSet(lost, 0, 0, 0)) ? 1 : 0;
      }
    }
    return (double) decodable / all;
  }

  @Test
  void everyDecodablePatternOfFourComesBackAndEveryOtherIsRefused() {
    var lrc = new Lrc(6, 2, 2);
    int length = 300;
    var shards = shards(lrc, length, 11);
    lrc.encode(shards, length);
    assertThat(lrc.verify(shards, length)).isTrue();
    var all = ShardSet.range(0, lrc.n());
    for (int pattern = 1; pattern < 1 << lrc.n(); pattern++) {
      if (Integer.bitCount(pattern) > 4) {
        continue;
      }
      var lost = new ShardSet(pattern, 0, 0, 0);
      var damaged = new MemorySegment[lrc.n()];
      for (int i = 0; i < damaged.length; i++) {
        damaged[i] = MemorySegment.ofArray(new byte[length]);
        if (!lost.contains(i)) {
          damaged[i].copyFrom(shards[i]);
        }
      }
      if (lrc.decodable(lost)) {
        lrc.reconstruct(damaged, all.minus(lost), lost, length);
        for (int i = 0; i < damaged.length; i++) {
          assertThat(damaged[i].mismatch(shards[i])).as("shard %d, lost %s", i, lost).isEqualTo(-1);
        }
      } else {
        assertThatThrownBy(() -> lrc.reconstruct(damaged, all.minus(lost), lost, length))
            .hasMessageContaining("LRC(6,2,2) cannot be decoded");
      }
    }
  }

  @Test
  void oneLostShardIsRebuiltFromItsGroupAlone() {
    var lrc = new Lrc(12, 2, 2);
    int length = 1000;
    var shards = shards(lrc, length, 5);
    lrc.encode(shards, length);
    for (int lost = 0; lost < 14; lost++) {
      var sources = lrc.localSources(lost).orElseThrow();
      assertThat(sources.size()).isEqualTo(6);
      var onlyGroup = new MemorySegment[lrc.n()];
      for (int i = 0; i < onlyGroup.length; i++) {
        onlyGroup[i] = sources.contains(i) ? shards[i] : MemorySegment.NULL;
      }
      onlyGroup[lost] = MemorySegment.ofArray(new byte[length]);
      lrc.reconstruct(onlyGroup, sources, ShardSet.of(lost), length);
      assertThat(onlyGroup[lost].mismatch(shards[lost])).isEqualTo(-1);
    }
    assertThat(lrc.localSources(14)).isEmpty();
  }

  @Test
  void verifyNoticesAChangedByte() {
    var lrc = new Lrc(6, 2, 2);
    var shards = shards(lrc, 500, 3);
    lrc.encode(shards, 500);
    for (int i = 0; i < lrc.n(); i++) {
      byte old = shards[i].get(ValueLayout.JAVA_BYTE, 77);
      shards[i].set(ValueLayout.JAVA_BYTE, 77, (byte) (old ^ 4));
      assertThat(lrc.verify(shards, 500)).isFalse();
      shards[i].set(ValueLayout.JAVA_BYTE, 77, old);
    }
    assertThat(lrc.verify(shards, 500)).isTrue();
  }

  @Test
  void shapesThatDoNotDivideAreRefusedWithTheirNumbers() {
    assertThatThrownBy(() -> new Lrc(7, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("k=7, l=2, g=2");
  }

  private static MemorySegment[] shards(Lrc lrc, int length, long seed) {
    var random = new Random(seed);
    var shards = new MemorySegment[lrc.n()];
    for (int i = 0; i < shards.length; i++) {
      var bytes = new byte[length];
      random.nextBytes(bytes);
      shards[i] = Arena.ofAuto().allocate(length).copyFrom(MemorySegment.ofArray(bytes));
    }
    return shards;
  }
}
