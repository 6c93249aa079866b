package ninebark.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import ninebark.erasure.gf.GaloisField;
import ninebark.erasure.gf.GeneratorMatrix;
import org.junit.jupiter.api.Test;

/** The worked example of erasure/README.md, number by number. */
class WorkedExampleTest {
  private static final Scheme SCHEME = Scheme.rs(4, 2);

  @Test
  void doublingDropsTheNinthBit() {
    assertThat(GaloisField.multiply(2, 0x53)).isEqualTo(0xA6);
    assertThat(GaloisField.multiply(2, 0xA6)).isEqualTo(0x51);
    assertThat(GaloisField.multiply(3, 0x53)).isEqualTo(0xA6 ^ 0x53).isEqualTo(0xF5);
  }

  @Test
  void aProductIsTheSumOfTheProductsOfBothNibbles() {
    assertThat(GaloisField.multiply(3, 0x50) ^ GaloisField.multiply(3, 0x03)).isEqualTo(0xF5);
  }

  @Test
  void theParityRowsAreThoseOfThePage() {
    var generator = GeneratorMatrix.power(4, 2);
    assertThat(generator.selectRows(4, 5).toString()).isEqualTo("01 01 01 01\n01 02 04 08\n");
  }

  @Test
  void theParitiesAndTheRebuiltBytesAreThoseOfThePage() {
    var codec = Codecs.named("table", SCHEME);
    var shards = new MemorySegment[6];
    int[] data = {0x53, 0x41, 0x4E, 0x44};
    for (int i = 0; i < 6; i++) {
      shards[i] = MemorySegment.ofArray(new byte[] {(byte) (i < 4 ? data[i] : 0)});
    }
    codec.encode(shards, 1);
    assertThat(value(shards[4])).isEqualTo(0x53 ^ 0x41 ^ 0x4E ^ 0x44).isEqualTo(0x18);
    assertThat(value(shards[5])).isEqualTo(0x53 ^ 0x82 ^ 0x25 ^ 0x1A).isEqualTo(0xEE);

    shards[1].fill((byte) 0);
    codec.reconstruct(shards, ShardSet.of(0, 2, 3, 4), ShardSet.of(1), 1);
    assertThat(value(shards[1])).isEqualTo(0x53 ^ 0x4E ^ 0x44 ^ 0x18).isEqualTo(0x41);

    shards[1].fill((byte) 0);
    shards[2].fill((byte) 0);
    codec.reconstruct(shards, ShardSet.of(0, 3, 4, 5), ShardSet.of(1, 2), 1);
    assertThat(value(shards[1])).isEqualTo(0x41);
    assertThat(value(shards[2])).isEqualTo(0x4E);
  }

  @Test
  void twoLostBytesSolveTwoEquations() {
    // What the known shards leave of both parities: b + c = s, 2b + 4c = t.
    int s = 0x18 ^ 0x53 ^ 0x44;
    int t = 0xEE ^ 0x53 ^ GaloisField.multiply(8, 0x44);
    assertThat(s).isEqualTo(0x0F);
    assertThat(t).isEqualTo(0xA7);
    int b = GaloisField.divide(t ^ GaloisField.multiply(4, s), 0x02 ^ 0x04);
    assertThat(b).isEqualTo(0x41);
    assertThat(s ^ b).isEqualTo(0x4E);
  }

  private static int value(MemorySegment shard) {
    return shard.get(ValueLayout.JAVA_BYTE, 0) & 0xFF;
  }
}
