package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import ninebark.metadata.Command;
import ninebark.metadata.raft.IndexConfig;
import ninebark.metadata.raft.RaftIndex;
import ninebark.storagenode.shard.IndexMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DutyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).describedAs("waited in vain").isLessThan(end);
      Thread.sleep(5);
    }
  }

  private RaftIndex index(IndexMemory memory) throws Exception {
    return RaftIndex.open(
        folder,
        IndexConfig.DEFAULT,
        memory,
        InstantSource.system(),
        new SimpleMeterRegistry(),
        panic -> {
          throw new AssertionError(panic);
        });
  }

  @Test
  void oneIsOnDutyAndAnotherFollowsWhenItLeavesAndAllHearOfTheFence() throws Exception {
    var fence = new AtomicLong();
    var lease = Duration.ofSeconds(3);
    try (var memory = new IndexMemory(16 << 20, 16 << 20);
        var index = index(memory)) {
      var first = Duty.begin(index, lease, _ -> {}, new SimpleMeterRegistry());
      until(first::isOurs);
      try (var second = Duty.begin(index, lease, fence::set, new SimpleMeterRegistry())) {
        index.submit(new Command.RaiseFence(123));
        until(() -> fence.get() == 123);
        first.close();
        assertThat(first.isOurs()).isFalse();
        until(second::isOurs);
      }
    }
  }
}
