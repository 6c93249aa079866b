package ninebark.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import ninebark.erasure.kernel.VectorKernel;
import org.junit.jupiter.api.Test;

class BestCodecTest {
  @Test
  void theBestCodecIsRightBeforeAndAfterItHasChosen() throws InterruptedException {
    var scheme = Scheme.rs(6, 2);
    var codec = Codecs.best(scheme);
    var expected = Stripe.heap(scheme, 5000).fill(0, 6, new Random(1));
    Codecs.named("table", scheme).encode(expected.shards, 5000);
    var stripe = Stripe.heap(scheme, 5000).fill(0, 6, new Random(1));
    codec.encode(stripe.shards, 5000);
    assertThat(stripe.allBytes()).isDeepEqualTo(expected.allBytes());

    assertThat(Codecs.awaitBest(Duration.ofMinutes(5))).isTrue();
    codec.encode(stripe.shards, 5000);
    assertThat(stripe.allBytes()).isDeepEqualTo(expected.allBytes());
    assertThat(codec.verify(stripe.shards, 5000)).isTrue();
    assertThat(codec.name()).isIn(Codecs.names());
    assertThat(VectorKernel.available()).as("the tests run with the vector module").isTrue();
  }

  @Test
  void theStartUpLineNamesCoderAndSpeed() {
    var speed = Codecs.measure(Codecs.named("table", Scheme.rs(6, 2)));
    assertThat(speed.toString()).matches("table, \\d+(\\.\\d)? GB/s");
  }
}
