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
import java.util.function.IntFunction;
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

  /**
   * Each trial runs with all of these in turn: triples with a single, triples alone, singles alone.
   * What a loop's first runs never do is left out by the compiler, and doing it later throws the
   * compiled code away.
   */
  private static final int[] COLUMNS = {7, 6, 2};

  /** The matrices of one trial, by the number of columns. */
  private static final List<IntFunction<Matrix>> TRIALS =
      List.of(
          k -> parity(GeneratorMatrix.cauchy(k, 2), k),
          k -> parity(GeneratorMatrix.cauchy(k, 4), k),
          k -> Matrix.of(1, k, (row, column) -> 1),
          k -> parity(GeneratorMatrix.vandermonde(k, 2), k),
          k -> parity(GeneratorMatrix.vandermonde(k, 4), k),
          k -> parity(GeneratorMatrix.cauchy(k, 3), k),
          k -> parity(GeneratorMatrix.vandermonde(k, 3), k),
          k -> parity(GeneratorMatrix.vandermonde(k, 2), k).selectRows(1));

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
        var right = new Entry(table, trial, arena);
        var entry = new Entry(challenger, trial, arena);
        double expected = right.warmBytesPerSecond();
        double speed = entry.bytesPerSecond(1);
        if (!entry.outputs().equals(right.outputs())) {
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
          long began = System.nanoTime();
          speed = entry.bytesPerSecond(4);
          long took = System.nanoTime() - began;
          if (speed > CLEARLY * expected) {
            fastRounds++;
          } else {
            fastRounds = 0;
            // The compiler needs the core more than the interpreter does.
            LockSupport.parkNanos(Math.max(PAUSE.toNanos(), 3 * took));
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

  /** One kernel's part in a trial: its transforms, each with a stripe. */
  private static final class Entry {
    private final List<Stripe> stripes = new ArrayList<>();

    Entry(Kernel kernel, IntFunction<Matrix> trial, Arena arena) {
      for (int columns : COLUMNS) {
        var matrix = trial.apply(columns);
        stripes.add(new Stripe(kernel.prepare(matrix), matrix, arena));
      }
    }

    double bytesPerSecond(int rounds) {
      long start = System.nanoTime();
      long bytes = 0;
      for (int round = 0; round < rounds; round++) {
        for (var stripe : stripes) {
          bytes += stripe.run();
        }
      }
      return 1e9 * bytes / Math.max(1, System.nanoTime() - start);
    }

    /** The best of many rounds, after enough of them to be compiled. */
    double warmBytesPerSecond() {
      double best = 0;
      long start = System.nanoTime();
      while (System.nanoTime() - start < TABLE_WARM_UP.toNanos()) {
        best = Math.max(best, bytesPerSecond(4));
      }
      return best;
    }

    List<String> outputs() {
      return stripes.stream().map(Stripe::outputBytes).toList();
    }
  }

  /** A transform with inputs and outputs. */
  private static final class Stripe {
    private final Transform transform;
    private final MemorySegment[] shards;
    private final int[] inputs;
    private final int[] outputs;

    Stripe(Transform transform, Matrix matrix, Arena arena) {
      this.transform = transform;
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

    long run() {
      transform.apply(shards, inputs, outputs, SHARD_BYTES);
      return (long) SHARD_BYTES * inputs.length;
    }

    String outputBytes() {
      var text = new StringBuilder();
      for (int output : outputs) {
        text.append(HexFormat.of().formatHex(shards[output].toArray(ValueLayout.JAVA_BYTE)));
      }
      return text.toString();
    }
  }
}
