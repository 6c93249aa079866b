package ninebark.bench.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.SplittableRandom;
import ninebark.gateway.sigv4.Sha256;
import org.junit.jupiter.api.Test;

class ContentPatternTest {
  private static final int LENGTH = 3_000_000;

  private final ContentPattern pattern = new ContentPattern(5, 4096);

  private byte[] content(int variant, long offset, int count) {
    var bytes = Unpooled.buffer(count);
    for (int done = 0; done < count; ) {
      int now = Math.min(ContentPattern.SLICE_BYTES, count - done);
      bytes.writeBytes(pattern.slice(variant, offset + done, now));
      done += now;
    }
    return bytes.array();
  }

  @Test
  void everySliceIsPartOfOneContent() {
    var whole = content(77, 0, LENGTH);
    var random = new SplittableRandom(1);
    for (int i = 0; i < 200; i++) {
      int offset = random.nextInt(LENGTH - 5000);
      var slice = content(77, offset, 5000);
      assertThat(java.util.Arrays.equals(whole, offset, offset + 5000, slice, 0, 5000)).isTrue();
    }
  }

  @Test
  void theSameBytesMatchAndAnyOtherByteIsSeen() {
    var random = new SplittableRandom(2);
    for (int i = 0; i < 100; i++) {
      int length = 1 + random.nextInt(600_000);
      long offset = random.nextInt(5_000_000);
      var bytes = content(9, offset, length);
      assertThat(pattern.matches(9, offset, Unpooled.wrappedBuffer(bytes), 0, length)).isTrue();
      bytes[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
      assertThat(pattern.matches(9, offset, Unpooled.wrappedBuffer(bytes), 0, length)).isFalse();
    }
  }

  @Test
  void blocksFromAnotherPlaceOrAnotherObjectAreSeen() {
    for (int shift = 12; shift < 30; shift++) {
      var moved = content(3, 1L << shift, 512);
      assertThat(pattern.matches(3, 0, Unpooled.wrappedBuffer(moved), 0, 512)).isFalse();
    }
    var other = content(4, 0, 512);
    assertThat(pattern.matches(3, 0, Unpooled.wrappedBuffer(other), 0, 512)).isFalse();
  }

  @Test
  void hashesAreThoseOfTheBytes() {
    for (int length : new int[] {0, 1, 4096, 300_000}) {
      assertThat(pattern.sha256Hex(11, 0, length))
          .isEqualTo(HexFormat.of().formatHex(Sha256.start().digest(content(11, 0, length))));
    }
    assertThat(pattern.sha256Hex(11, 0, 4096)).isEqualTo(pattern.sha256Hex(11, 0, 4096));
  }
}
