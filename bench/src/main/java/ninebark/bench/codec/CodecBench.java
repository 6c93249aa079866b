package ninebark.bench.codec;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import ninebark.erasure.Codec;
import ninebark.erasure.Codecs;
import ninebark.erasure.Scheme;
import ninebark.erasure.Scheme.Generator;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code ninebark bench codec}. */
@Command(
    name = "codec",
    mixinStandardHelpOptions = true,
    description = "Measures every erasure coder on this machine, beside the machine's ceilings.")
public final class CodecBench implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long COLD_BYTES = 1L << 28;

  @Spec private CommandSpec spec;

  @Option(
      names = "--quick",
      description = "One shard size and short trials: about a minute instead of many.")
  private boolean quick;

  @Option(
      names = "--scheme",
      paramLabel = "K,M",
      description = "A shape to measure; may be repeated. Default: 6,2 and 10,4.")
  private List<String> shapes = List.of("6,2", "10,4");

  @Option(
      names = "--matrix",
      paramLabel = "NAME",
      description = "VANDERMONDE, CAUCHY or POWER. Default: ${DEFAULT-VALUE}.")
  private Generator matrix = Generator.POWER;

  @Option(
      names = "--coder",
      paramLabel = "NAME",
      description = "Only this coder; may be repeated. Default: all of this machine.")
  private List<String> only = List.of();

  @Option(
      names = "--external",
      paramLabel = "NAME=COMMAND",
      description = "A program that speaks the protocol of erasure/README.md; may be repeated.")
  private List<String> externals = List.of();

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON.")
  private List<Path> json = List.of();

  @Option(names = "--csv", paramLabel = "FILE", description = "Writes the results as CSV.")
  private List<Path> csv = List.of();

  @Option(names = "--svg", paramLabel = "FILE", description = "Writes the results as a chart.")
  private List<Path> svg = List.of();

  @Option(
      names = "--compare",
      arity = "2",
      paramLabel = "FILE",
      description = "Compares two JSON results and measures nothing.")
  private List<Path> compare = List.of();

  @Option(names = "--jmh", description = "Runs the JMH benchmarks of the inner loops instead.")
  private boolean jmh;

  @Override
  public Integer call() throws IOException, InterruptedException, RunnerException {
    var out = spec.commandLine().getOut();
    if (!compare.isEmpty()) {
      ResultFormat.compare(ResultFormat.read(compare.get(0)), ResultFormat.read(compare.get(1)))
          .forEach(out::println);
      out.flush();
      return 0;
    }
    if (jmh) {
      new Runner(new OptionsBuilder().include(CodecLoops.class.getName()).build()).run();
      return 0;
    }
    var run = measure(out);
    write(json, ResultFormat.json(run));
    write(csv, ResultFormat.csv(run));
    write(svg, ResultFormat.svg(run));
    return 0;
  }

  private List<Measurement> measure(PrintWriter out) throws IOException, InterruptedException {
    var timing = quick ? Timing.quick() : Timing.thorough();
    // Otherwise the contest would compile beside the first measurements, and "best" not be settled.
    if (!Codecs.awaitBest(PATIENCE)) {
      out.println("the coders are still warming up; the first figures may be low");
    }
    out.println("GB/s of data per second of thread CPU time: median [lowest - highest]");
    var run = new ArrayList<Measurement>();
    for (var ceiling : Ceilings.measure(timing)) {
      add(run, ceiling, out);
    }
    for (var scheme : schemes()) {
      for (var codec : codecs(scheme).entrySet()) {
        var problem = CodecCheck.problem(codec.getValue());
        if (problem.isPresent()) {
          throw new IOException("the coder " + codec.getKey() + " " + problem.get());
        }
        for (var point : points(scheme)) {
          add(run, point.measure(codec.getKey(), codec.getValue(), timing), out);
        }
      }
    }
    for (var definition : externals) {
      try (var coder = CommandLineCoder.start(definition)) {
        for (var scheme : schemes()) {
          for (int shardBytes : shardSizes()) {
            var found = coder.measure(scheme, shardBytes, timing);
            if (found.isPresent()) {
              add(run, found.get(), out);
            }
          }
        }
      }
    }
    return run;
  }

  private static void add(List<Measurement> run, Measurement row, PrintWriter out) {
    run.add(row);
    out.println(ResultFormat.row(row));
    out.flush();
  }

  private List<Scheme> schemes() {
    var found = new ArrayList<Scheme>();
    for (var shape : shapes) {
      int comma = shape.indexOf(',');
      try {
        found.add(
            new Scheme(
                matrix,
                Integer.parseInt(shape.substring(0, Math.max(0, comma)).trim()),
                Integer.parseInt(shape.substring(comma + 1).trim())));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(
            spec.commandLine(), "expected a scheme such as 6,2, found '" + shape + "'", e);
      }
    }
    return found;
  }

  private Map<String, Codec> codecs(Scheme scheme) {
    var found = new LinkedHashMap<String, Codec>();
    for (var name : Codecs.names()) {
      found.put(name, Codecs.named(name, scheme));
    }
    for (var provider : ServiceLoader.load(CoderProvider.class)) {
      provider.codec(scheme).ifPresent(codec -> found.put(provider.name(), codec));
    }
    for (var name : only) {
      if (!found.containsKey(name)) {
        throw new ParameterException(
            spec.commandLine(), "no coder '" + name + "', there are " + found.keySet());
      }
    }
    if (!only.isEmpty()) {
      found.keySet().retainAll(only);
    }
    return found;
  }

  private int[] shardSizes() {
    return quick ? new int[] {1 << 16} : new int[] {1 << 12, 1 << 16, 1 << 20};
  }

  /** One thing to measure of every coder. */
  private record Point(Operation operation, int shardBytes, int threads, boolean cold) {
    Measurement measure(String name, Codec codec, Timing timing) {
      var scheme = codec.scheme();
      var speed =
          timing.measure(
              threads,
              (long) scheme.k() * shardBytes,
              () -> {
                var stripes =
                    new Stripes(scheme, shardBytes, cold ? COLD_BYTES : 1, Arena.ofAuto());
                stripes.forEach(stripe -> codec.encode(stripe, shardBytes));
                return stripes.work(codec, operation, shardBytes);
              });
      return new Measurement(
          name,
          scheme.formatName(),
          operation.label(),
          shardBytes,
          threads,
          cold ? "cold" : "hot",
          speed.median(),
          speed.low(),
          speed.high());
    }
  }

  private List<Point> points(Scheme scheme) {
    var points = new ArrayList<Point>();
    for (int shardBytes : shardSizes()) {
      points.add(new Point(new Operation.Encode(), shardBytes, 1, false));
      points.add(new Point(new Operation.Encode(), shardBytes, 1, true));
      points.add(new Point(new Operation.Encode(), shardBytes, 2, false));
      if (!quick) {
        points.add(new Point(new Operation.Encode(), shardBytes, 2, true));
      }
      points.add(new Point(new Operation.Verify(), shardBytes, 1, false));
      for (int lost = 1; lost <= scheme.m(); lost++) {
        if (!quick || lost == 1 || lost == scheme.m()) {
          points.add(new Point(new Operation.Reconstruct(lost), shardBytes, 1, false));
        }
      }
    }
    return points;
  }

  private static void write(List<Path> files, String text) throws IOException {
    for (var file : files) {
      Files.writeString(file, text);
    }
  }
}
