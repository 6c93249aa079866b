package ninebark.storagenode.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import ninebark.erasure.Scheme;
import org.junit.jupiter.api.Test;

class StripeShapeTest {
  private static final int TARGET = 32 << 10;

  @Test
  void whatABufferTakesFitsItWithPaddingAndParityAtEveryLength() {
    for (int smallBytes : new int[] {64 << 10, 256 << 10, 4 << 20}) {
      long buffer = StripeShape.bufferBytes(smallBytes);
      for (int k = 1; k <= 20; k++) {
        for (int m = 1; m <= 8; m++) {
          var scheme = Scheme.rs(k, m);
          int capacity = StripeShape.capacity(scheme, buffer, smallBytes, TARGET);
          for (int length = 1; length <= capacity; length += 997) {
            var shape = StripeShape.of(scheme, length, TARGET);
            assertThat((long) shape.storedShards() * shape.shardBytes())
                .describedAs(
                    "%s, %d bytes of %d in a buffer of %d", scheme, length, capacity, buffer)
                .isLessThanOrEqualTo(buffer);
          }
        }
      }
    }
  }

  @Test
  void theDefaultBuffersTakeSomethingOfEveryScheme() {
    for (int k = 1; k <= 20; k++) {
      for (int m = 1; m <= 8; m++) {
        var small = StripeShape.bufferBytes(StripeConfig.DEFAULT.smallStripeBytes());
        assertThat(
                StripeShape.capacity(
                    Scheme.rs(k, m), small, StripeConfig.DEFAULT.stripeBytes(), TARGET))
            .isPositive();
      }
    }
  }
}
