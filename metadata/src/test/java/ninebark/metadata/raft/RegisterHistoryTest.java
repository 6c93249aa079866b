package ninebark.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RegisterHistoryTest {
  @Test
  void theCheckerFindsAReadOfThePast() {
    var history = new RegisterHistory();
    history.wrote(1, 0, 10);
    history.wrote(2, 20, 30);
    history.read(2, 25, 28);
    assertThat(history.violation()).isEmpty();
    history.perhapsWrote(3, 40);
    history.read(2, 50, 60);
    history.read(3, 70, 80);
    assertThat(history.violation()).isEmpty();
    history.read(1, 90, 95);
    assertThat(history.violation()).isPresent();
  }
}
