package ninebark.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import com.backblaze.erasure.ReedSolomon;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import ninebark.erasure.Scheme.Generator;

class BackblazeCompatibilityTest {
  @Property(tries = 100)
  void vandermondeParityIsWhatTheBackblazeCoderMakes(
      @ForAll @IntRange(min = 1, max = 20) int k,
      @ForAll @IntRange(min = 1, max = 8) int m,
      @ForAll @IntRange(min = 1, max = 4097) int length,
      @ForAll long seed) {
    var scheme = new Scheme(Generator.VANDERMONDE, k, m);
    var stripe = Stripe.heap(scheme, length).fill(0, k, new Random(seed));
    var expected = stripe.allBytes();
    ReedSolomon.create(k, m).encodeParity(expected, 0, length);
    for (String coder : Codecs.names()) {
      Codecs.named(coder, scheme).encode(stripe.shards, length);
      assertThat(stripe.allBytes()).as(coder).isDeepEqualTo(expected);
    }
  }
}
