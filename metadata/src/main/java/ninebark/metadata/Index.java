package ninebark.metadata;

import java.io.IOException;
import java.util.List;

/**
 * The index as everybody above sees it: agreed changes, linearizable questions.
 *
 * <p>Threads: safe for any number; calls block (made for virtual threads).
 */
public interface Index {
  /**
   * Agrees on one change and waits until it is durable and applied.
   *
   * @throws IOException if it is not known whether the change will take effect, or the index cannot
   *     take it now
   */
  <R> R submit(Command<R> command) throws IOException;

  /** The same for several at once; each is judged on its own, in this order. */
  <R> List<R> submitAll(List<? extends Command<R>> commands) throws IOException;

  <R> R ask(Query<R> query) throws IOException;
}
