package ninebark.deploy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "4 MiB,4194304",
    "64KiB,65536",
    "1.5 GB,1500000000",
    "4096,4096",
    "0,0",
    "1 TiB,1099511627776"
  })
  void a_size_is_read_as_people_write_it(String text, long bytes) {
    assertThat(ByteSize.parse(text)).contains(bytes);
    assertThat(ByteSize.parse(ByteSize.format(bytes))).contains(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MiB", "-1 MiB", "1.3 B", "4 mib", "99999999999999999999", "4 MiB x"})
  void what_is_not_a_size_is_refused(String text) {
    assertThat(ByteSize.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"250 ms,250", "20s,20000", "15 min,900000", "1 h,3600000", "7 d,604800000"})
  void a_duration_is_read_with_its_unit(String text, long millis) {
    assertThat(TimeSpan.parse(text)).contains(Duration.ofMillis(millis));
    assertThat(TimeSpan.parse(TimeSpan.format(Duration.ofMillis(millis))))
        .contains(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "20", "s", "-1 s", "1.5 h", "1 year", "999999999999999 d"})
  void what_is_not_a_duration_is_refused(String text) {
    assertThat(TimeSpan.parse(text)).isEmpty();
  }

  @Test
  void an_address_keeps_ipv6_in_brackets() {
    var address = HostPort.parse("[::1]:9000").orElseThrow();
    assertThat(address.getHostString()).isEqualTo("::1");
    assertThat(HostPort.format(address)).isEqualTo("[::1]:9000");
    assertThat(HostPort.parse("localhost:0")).isPresent();
    assertThat(HostPort.parse("localhost")).isEmpty();
    assertThat(HostPort.parse("::1:9000")).isEmpty();
    assertThat(HostPort.parse("localhost:65536")).isEmpty();
  }
}
