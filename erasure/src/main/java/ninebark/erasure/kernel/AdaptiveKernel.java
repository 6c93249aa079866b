package ninebark.erasure.kernel;

import java.time.Duration;
import ninebark.erasure.gf.Matrix;

/**
 * The fastest kernel of this machine: the table coder from the first call, and the winner of a
 * {@link Contest} in the background as soon as that is known.
 */
public final class AdaptiveKernel implements Kernel {
  private final Contest contest;

  /** The kernel of this JVM's own contest, which starts now if it has not. */
  public AdaptiveKernel() {
    this(Contest.ofThisJvm());
  }

  AdaptiveKernel(Contest contest) {
    this.contest = contest;
  }

  /** The name of what computes now. */
  @Override
  public String name() {
    return contest.winner().name();
  }

  /** Waits until the contest is decided; false if it is not by then. */
  public boolean awaitDecision(Duration patience) throws InterruptedException {
    return contest.awaitDecision(patience);
  }

  @Override
  public Transform prepare(Matrix coefficients) {
    return contest.decided() ? contest.winner().prepare(coefficients) : new Switching(coefficients);
  }

  /** Prepared before the contest was decided, so it looks again at each call. */
  private final class Switching extends ForwardingTransform {
    private final Matrix coefficients;
    private final Transform first;
    private volatile Transform winner;

    Switching(Matrix coefficients) {
      this.coefficients = coefficients;
      this.first = contest.winner().prepare(coefficients);
    }

    @Override
    Transform transform() {
      var known = winner;
      if (known != null) {
        return known;
      }
      if (!contest.decided()) {
        return first;
      }
      var made = contest.winner().prepare(coefficients);
      winner = made;
      return made;
    }
  }
}
