package ninebark.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputPaceTest {
  @ParameterizedTest
  @CsvSource({
    // unsent before and now, seconds between, bytes a second asked for
    "1000000, 900000, 60, 1024, true",
    "1000000, 999000, 60, 1024, false",
    "1000000, 1000000, 60, 1024, false",
    "1000000, 938560, 60, 1024, true",
    "1000000, 938561, 60, 1024, false",
    "10, 0, 60, 1024, false",
    "0, 0, 1, 0, false",
    "5, 4, 1, 0, true"
  })
  void aSlowReaderIsKeptAsLongAsItTakesEnough(
      long before, long now, long seconds, long minimum, boolean kept) {
    long start = Long.MAX_VALUE - 5;
    var pace = new OutputPace(before, start);
    assertThat(pace.isKept(now, start + seconds * 1_000_000_000L, minimum)).isEqualTo(kept);
  }
}
