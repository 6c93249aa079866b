package ninebark.metadata.raft;

import java.io.IOException;
import java.time.Duration;
import ninebark.metadata.Query;
import ninebark.metadata.wire.AnswerFormat.Answer;

/** Asks another process until the deadline: a leader may be lost, and found again. */
final class Asking {
  /** How long a leader tries to answer before it says that it cannot. */
  static final Duration ANSWER = Duration.ofSeconds(1);

  private static final Duration BETWEEN = Duration.ofMillis(20);

  private Asking() {}

  static <R> R until(long deadlineNanos, Query<R> query, IndexLink link) throws IOException {
    while (true) {
      IOException failure;
      try {
        switch (link.ask(query)) {
          case Answer.Answered<R>(var answer) -> {
            return answer;
          }
          case Answer.NotNow<R>(var why) -> failure = new IOException(why);
          case Answer.Failed<R>(var why) -> throw new FailedThere(why);
        }
      } catch (FailedThere e) {
        throw new IOException(e.getMessage());
      } catch (IOException e) {
        failure = e;
      }
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new IOException("the index did not answer: " + failure.getMessage(), failure);
      }
      try {
        Thread.sleep(BETWEEN);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new java.io.InterruptedIOException("interrupted while asking the index");
      }
    }
  }

  /** To ask again would not help. */
  private static final class FailedThere extends IOException {
    private static final long serialVersionUID = 1L;

    FailedThere(String why) {
      super(why);
    }
  }
}
