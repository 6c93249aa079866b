package ninebark.bench.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  private static final int DRAWS = 200_000;

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "4096,4096",
    "4KiB,4096",
    "4k,4096",
    "4 KiB,4096",
    "4kB,4000",
    "1.5MiB,1572864",
    "64MB,64000000",
    "1GiB,1073741824",
    "2t,2199023255552",
    "7B,7"
  })
  void sizesAreReadAsPeopleWriteThem(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "KiB", "-1", "4 elephants", "4iB", "1e9", "999999999999T"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1023, 1024, 4096, 1536, 1048576, 5L << 30})
  void sizesThatPrintExactlyReadBack(long bytes) {
    assertThat(ByteSize.parse(new ByteSize(bytes).toString()).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "30,30000",
    "30s,30000",
    "500ms,500",
    "1m30s,90000",
    "2h,7200000",
    "1.5s,1500",
    "0s,0"
  })
  void durationsAreReadAsPeopleWriteThem(String text, long millis) {
    assertThat(TimeSpan.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1s", "1s30", "3 weeks", "s"})
  void whatIsNoDurationIsRefused(String text) {
    assertThatThrownBy(() -> TimeSpan.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "950,0.95 us",
    "12345,12.3 us",
    "123456,123 us",
    "4567890,4.57 ms",
    "1500000000,1.50 s"
  })
  void latenciesHaveThreeDigitsAndAUnit(long nanos, String text) {
    assertThat(TimeSpan.format(nanos)).isEqualTo(text);
  }

  @Test
  void uniformSizesFillTheirRangeEvenly() {
    var sizes = ObjectSizes.parse("1000..3000");
    var random = new SplittableRandom(7);
    int low = 0;
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      long size = sizes.of(random.nextLong());
      assertThat(size).isBetween(1000L, 3000L);
      low += size < 2000 ? 1 : 0;
      sum += size;
    }
    assertThat(low / (double) DRAWS).isBetween(0.49, 0.51);
    assertThat(sum / DRAWS).isBetween(sizes.meanBytes() * 0.99, sizes.meanBytes() * 1.01);
  }

  @Test
  void logarithmicSizesGiveEachDoublingTheSameShare() {
    var sizes = ObjectSizes.parse("log:4KiB..4MiB");
    var random = new SplittableRandom(7);
    var doublings = new int[11];
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      long size = sizes.of(random.nextLong());
      assertThat(size).isBetween(4096L, 4L << 20);
      doublings[(int) (Math.log(size / 4096.0) / Math.log(2))]++;
      sum += size;
    }
    for (int i = 0; i < 10; i++) {
      assertThat(doublings[i] / (double) DRAWS).isBetween(0.09, 0.11);
    }
    assertThat(sum / DRAWS).isBetween(sizes.meanBytes() * 0.97, sizes.meanBytes() * 1.03);
  }

  @Test
  void anObjectsSizeFollowsFromItsHashAlone() {
    var sizes = ObjectSizes.parse("log:1..1GiB");

    assertThat(sizes.of(42)).isEqualTo(sizes.of(42));
    assertThat(ObjectSizes.parse("4KiB").of(42)).isEqualTo(4096);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3..1", "log:4KiB", "log:0..9", "..", "1..x"})
  void rangesThatMakeNoSenseAreRefused(String text) {
    assertThatThrownBy(() -> ObjectSizes.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
