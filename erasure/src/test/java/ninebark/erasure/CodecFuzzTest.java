package ninebark.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import ninebark.erasure.Scheme.Generator;

/**
 * Any input is a stripe, a loss and a damage; without {@code JAZZER_FUZZ=1} only the saved inputs
 * run.
 */
class CodecFuzzTest {
  @FuzzTest
  void whatIsLostComesBackAndWhatIsDamagedIsNoticed(FuzzedDataProvider input) {
    var scheme =
        new Scheme(
            input.pickValue(Generator.values()), input.consumeInt(1, 20), input.consumeInt(1, 8));
    int length = input.consumeInt(0, 3000);
    int lost = input.consumeInt(0, (1 << scheme.n()) - 1);
    var place = input.pickValue(Stripe.Place.values());
    int alignment = input.consumeInt(0, 63);
    int damagedShard = input.consumeInt(0, scheme.n() - 1);
    try (var arena = Arena.ofConfined()) {
      var stripe = new Stripe(scheme, length, place, alignment, arena);
      for (int i = 0; i < scheme.k(); i++) {
        var bytes = input.consumeBytes(length);
        for (int at = 0; at < bytes.length; at++) {
          stripe.shards[i].set(ValueLayout.JAVA_BYTE, at, bytes[at]);
        }
      }
      Codecs.named("table", scheme).encode(stripe.shards, length);
      var wanted = ShardSet.EMPTY;
      for (int i = 0; i < scheme.n() && wanted.size() < scheme.m(); i++) {
        wanted = ((lost >>> i) & 1) != 0 ? wanted.with(i) : wanted;
      }
      for (String coder : Codecs.names()) {
        var codec = Codecs.named(coder, scheme);
        assertThat(codec.verify(stripe.shards, length)).as(coder).isTrue();
        var copy = new Stripe(scheme, length, place, alignment, arena);
        copy.copyFrom(stripe);
        for (int i = 0; i < scheme.n(); i++) {
          if (wanted.contains(i)) {
            copy.shards[i].fill((byte) 0xEE);
          }
        }
        codec.reconstruct(copy.shards, ShardSet.range(0, scheme.n()).minus(wanted), wanted, length);
        assertThat(copy.allBytes()).as(coder).isDeepEqualTo(stripe.allBytes());
        assertThat(copy.guardsHold()).as(coder).isTrue();
        if (length > 0) {
          var damaged = copy.shards[damagedShard];
          var layout = ValueLayout.JAVA_BYTE;
          damaged.set(layout, length - 1, (byte) (damaged.get(layout, length - 1) ^ 1));
          assertThat(codec.verify(copy.shards, length)).as(coder).isFalse();
        }
      }
    }
  }
}
