package ninebark.erasure.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import ninebark.erasure.gf.GeneratorMatrix;
import ninebark.erasure.gf.Matrix;
import ninebark.erasure.jit.FirstCompiler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which kernel is fastest here. Runs once per JVM on a thread in the background, which is at the
 * same time what makes the JIT compiler compile the loops; until it ends, the table coder holds the
 * title.
 *
 * <p>Each challenger codes a few matrices that between them use all its loops. It must make the
 * bytes the table coder makes, and beat it on every matrix; the fastest over all of them wins.
 */
final class Contest {
  private static final Logger LOG = LoggerFactory.getLogger(Contest.class);

  private static final int SHARD_BYTES = 8192;

  /** A challenger that has not beaten the table coder by then is given up. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration PAUSE = Duration.ofMillis(1);

  /** How much faster than the table coder a loop must be to count as compiled. */
  private static final double CLEARLY = 1.5;

  /** How often it must be that in a row. */
  private static final int FAST_ROUNDS = 20;

  /** What the table coder gets to be compiled, so that beating it means something. */
  private static final Duration TABLE_WARM_UP = Duration.ofMillis(60);

  private static final List<Matrix> TRIALS =
      List.of(
          parity(GeneratorMatrix.cauchy(6, 2), 6),
          parity(GeneratorMatrix.cauchy(10, 4), 10),
          Matrix.of(1, 6, (row, column) -> 1),
          parity(GeneratorMatrix.vandermonde(6, 2), 6),
          parity(GeneratorMatrix.vandermonde(6, 4), 6),
          parity(GeneratorMatrix.cauchy(6, 3), 6),
          parity(GeneratorMatrix.vandermonde(6, 3), 6),
          parity(GeneratorMatrix.vandermonde(6, 2), 6).selectRows(1));

  private volatile Kernel winner;
  private final CountDownLatch decision = new CountDownLatch(1);

  /** Started by the first use, as class initialisation is. */
  private static final class Jvm {
    static final Contest CONTEST = start(Jvm::challengers);

    private static List<Kernel> challengers() {
      var found = new ArrayList<Kernel>();
      if (VectorKernel.available()) {
        found.add(new VectorKernel());
      } else {
        LOG.warn(
            "the vector coder needs --add-modules jdk.incubator.vector; using the slower table coder");
      }
      switch (NativeKernel.search()) {
        case NativeKernel.Search.Found(var kernel) -> found.add(kernel);
        case NativeKernel.Search.Refused(var reason) -> LOG.debug("no native coder: {}", reason);
      }
      return found;
    }
  }

  /** Who takes part; found in the background too. */
  interface Challengers {
    List<Kernel> find();
  }

  private Contest() {
    this.winner = new TableKernel();
  }

  static Contest ofThisJvm() {
    return Jvm.CONTEST;
  }

  static Contest start(Challengers challengers) {
    var contest = new Contest();
    Thread.ofPlatform().name("codec-contest").daemon().start(() -> contest.decide(challengers));
    return contest;
  }

  Kernel winner() {
    return winner;
  }

  boolean decided() {
    return decision.getCount() == 0;
  }

  boolean awaitDecision(Duration patience) throws InterruptedException {
    return decision.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void decide(Challengers challengers) {
    try {
      double best = 0;
      Kernel fastest = winner;
      var table = new TableKernel();
      for (var challenger : challengers.find()) {
        if (challenger instanceof VectorKernel) {
          FirstCompiler.skip(LanePasses.class);
        }
        double score = score(challenger, table);
        if (score > best) {
          best = score;
          fastest = challenger;
        }
      }
      winner = fastest;
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("the contest of coders failed, staying with the table coder", e);
    } finally {
      decision.countDown();
    }
  }

  /** The mean speed over all trials relative to the table coder, or 0 for who may not win. */
  private static double score(Kernel challenger, Kernel table) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    double sum = 0;
    for (var trial : TRIALS) {
      try (var arena = Arena.ofConfined()) {
        var stripe = new Stripe(trial, arena);
        double expected = stripe.warmBytesPerSecond(table.prepare(trial));
        var parity = stripe.outputs();
        var transform = challenger.prepare(trial);
        double speed = stripe.bytesPerSecond(transform, 1);
        if (!stripe.outputs().equals(parity)) {
          LOG.error(
              "the {} coder makes wrong bytes on this machine and is not used", challenger.name());
          return 0;
        }
        int fastRounds = 0;
        while (fastRounds < FAST_ROUNDS) {
          if (System.nanoTime() > deadline) {
            LOG.warn("the {} coder is no faster than the table coder here", challenger.name());
            return 0;
          }
          speed = stripe.bytesPerSecond(transform, 4);
          if (speed > CLEARLY * expected) {
            fastRounds++;
          } else {
            fastRounds = 0;
            // The compiler needs the core more than the interpreter does.
            LockSupport.parkNanos(PAUSE.toNanos());
          }
        }
        sum += speed / expected;
      }
    }
    return sum;
  }

  private static Matrix parity(Matrix generator, int k) {
    var rows = new int[generator.rowCount() - k];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = k + row;
    }
    return generator.selectRows(rows);
  }

  /** Inputs and outputs for one trial. */
  private static final class Stripe {
    private final MemorySegment[] shards;
    private final int[] inputs;
    private final int[] outputs;

    Stripe(Matrix matrix, Arena arena) {
      this.inputs = new int[matrix.columnCount()];
      this.outputs = new int[matrix.rowCount()];
      this.shards = new MemorySegment[inputs.length + outputs.length];
      var random = new Random(1);
      for (int i = 0; i < shards.length; i++) {
        shards[i] = arena.allocate(SHARD_BYTES, 64);
        if (i < inputs.length) {
          inputs[i] = i;
          for (long at = 0; at < SHARD_BYTES; at += 8) {
            shards[i].set(ValueLayout.JAVA_LONG, at, random.nextLong());
          }
        } else {
          outputs[i - inputs.length] = i;
        }
      }
    }

    double bytesPerSecond(Transform transform, int rounds) {
      long start = System.nanoTime();
      for (int round = 0; round < rounds; round++) {
        transform.apply(shards, inputs, outputs, SHARD_BYTES);
      }
      return 1e9 * rounds * SHARD_BYTES * inputs.length / Math.max(1, System.nanoTime() - start);
    }

    /** The best of many rounds, after enough of them to be compiled. */
    double warmBytesPerSecond(Transform transform) {
      double best = 0;
      long start = System.nanoTime();
      while (System.nanoTime() - start < TABLE_WARM_UP.toNanos()) {
        best = Math.max(best, bytesPerSecond(transform, 4));
      }
      return best;
    }

    List<String> outputs() {
      var read = new ArrayList<String>();
      for (int output : outputs) {
        read.add(HexFormat.of().formatHex(shards[output].toArray(ValueLayout.JAVA_BYTE)));
      }
      return read;
    }
  }
}
