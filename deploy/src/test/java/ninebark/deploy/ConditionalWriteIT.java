package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Exception;

class ConditionalWriteIT {
  private static final int WRITERS = 1000;

  @TempDir Path folder;

  @Test
  void of_a_thousand_conditional_puts_on_one_key_exactly_one_wins() throws Exception {
    try (var store = StoreProcess.start(folder.resolve("data"), StoreProcess.Options.PLAIN);
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("race"));
      var won = new AtomicInteger();
      var refused = new AtomicInteger();
      var winner = new AtomicInteger(-1);
      var writers = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        writers.add(
            () -> {
              try {
                s3.putObject(
                    r -> r.bucket("race").key("one").ifNoneMatch("*"),
                    RequestBody.fromString("writer " + writer));
                winner.set(writer);
                return won.incrementAndGet();
              } catch (S3Exception answer) {
                assertThat(answer.statusCode()).isEqualTo(412);
                return refused.incrementAndGet();
              }
            });
      }
      try (var threads = Executors.newFixedThreadPool(WRITERS)) {
        for (var done : threads.invokeAll(writers)) {
          done.get();
        }
      }
      assertThat(won).hasValue(1);
      assertThat(refused).hasValue(WRITERS - 1);
      assertThat(s3.getObjectAsBytes(r -> r.bucket("race").key("one")).asUtf8String())
          .isEqualTo("writer " + winner.get());
    }
  }
}
