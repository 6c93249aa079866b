package ninebark.deploy;

import ch.qos.logback.classic.LoggerContext;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for SIGTERM or SIGINT, and ends the process with the right exit code: 0 when it stopped as
 * asked, 1 when it could not go on.
 *
 * <p>The JVM by itself would answer SIGTERM with exit code 143, however cleanly it stopped.
 */
final class StopSignal {
  private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);

  /** From now on a signal is noted, and the process ends after {@link #done}. */
  void listen() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
  }

  private void stop() {
    asked.countDown();
    try {
      done.await();
    } catch (InterruptedException neverHappens) {
      Thread.currentThread().interrupt();
    }
    LOG.info("stopped");
    halt(0);
  }

  void await() throws InterruptedException {
    asked.await();
  }

  /** Everything is closed. */
  void done() {
    done.countDown();
  }

  /** Ends the process at once: going on could lose or falsify data. */
  void fail(Throwable cause) {
    LOG.error("stopping at once: going on could lose or falsify data", cause);
    halt(1);
  }

  private static void halt(int code) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logs) {
      logs.stop();
    }
    Runtime.getRuntime().halt(code);
  }
}
