package ninebark.bench.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How far something is, as a bar that redraws itself on a terminal and as a plain line now and then
 * elsewhere. Threads: one.
 */
public final class Progress implements AutoCloseable {
  private static final int BAR_CELLS = 24;
  private static final long PLAIN_EVERY_NANOS = 5_000_000_000L;

  private final PrintStream out;
  private final boolean terminal;
  private long lastPlainNanos = System.nanoTime();
  private int lastLength;

  public Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** On the standard error stream, which is left alone by those who redirect results. */
  public static Progress standard() {
    return new Progress(System.err, isTerminal(Path.of("/proc/self/fd/2")));
  }

  /** Not System.console(), which asks about input and output, but not about the error stream. */
  private static boolean isTerminal(Path descriptor) {
    try {
      var target = descriptor.toRealPath().toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException noSuchThing) {
      return false;
    }
  }

  /**
   * @param share from 0 to 1
   */
  public void show(String label, double share, String text) {
    if (terminal) {
      int filled = (int) Math.round(share * BAR_CELLS);
      var line =
          String.format(
              Locale.ROOT,
              "%-9s [%s%s] %3.0f %%  %s",
              label,
              "#".repeat(filled),
              ".".repeat(BAR_CELLS - filled),
              share * 100,
              text);
      out.print("\r" + line + " ".repeat(Math.max(0, lastLength - line.length())));
      out.flush();
      lastLength = line.length();
      return;
    }
    long now = System.nanoTime();
    if (now - lastPlainNanos >= PLAIN_EVERY_NANOS) {
      lastPlainNanos = now;
      out.println(String.format(Locale.ROOT, "%s %.0f %%: %s", label, share * 100, text));
    }
  }

  /** Leaves the line free for what comes next. */
  @Override
  public void close() {
    if (terminal && lastLength > 0) {
      out.print("\r" + " ".repeat(lastLength) + "\r");
      out.flush();
      lastLength = 0;
    }
  }
}
