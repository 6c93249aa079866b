package ninebark.scrubber.rebuild;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Does several pieces of blocking work and waits for all of them, whatever happens. */
public interface Crew {
  void all(List<Runnable> work);

  /** One virtual thread each. */
  Crew VIRTUAL =
      work -> {
        var failure = new AtomicReference<Throwable>();
        var done = new CountDownLatch(work.size());
        List<Thread> threads = new ArrayList<>();
        for (var piece : work) {
          threads.add(
              Thread.ofVirtual()
                  .name("scrub-work")
                  .start(
                      () -> {
                        try {
                          piece.run();
                        } catch (RuntimeException | Error bug) {
                          failure.compareAndSet(null, bug);
                        } finally {
                          done.countDown();
                        }
                      }));
        }
        // Their memory is the caller's, so it must not go on before they have ended.
        boolean interrupted = false;
        while (true) {
          try {
            done.await();
            break;
          } catch (InterruptedException _) {
            interrupted = true;
            threads.forEach(Thread::interrupt);
          }
        }
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        switch (failure.get()) {
          case null -> {
            // All did their part.
          }
          case Error error -> throw error;
          case RuntimeException bug -> throw bug;
          default -> throw new IllegalStateException(failure.get());
        }
      };

  /** One after the other, on the caller's thread. */
  Crew ALONE = work -> work.forEach(Runnable::run);
}
