package ninebark.bench.load;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import ninebark.bench.client.ContentPattern;
import ninebark.bench.client.Endpoint;
import ninebark.bench.client.PayloadMode;
import ninebark.bench.client.RequestSigner;
import ninebark.bench.client.RequestWriter;
import ninebark.bench.client.Transport;
import ninebark.bench.report.Machine;
import ninebark.bench.report.Progress;
import ninebark.bench.report.Report;
import ninebark.bench.report.Summary;
import ninebark.bench.units.ByteSize;
import ninebark.bench.units.ObjectSizes;
import ninebark.bench.units.TimeSpan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ninebark bench s3}: load on any S3 endpoint. */
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    usageHelpWidth = 100,
    name = "s3",
    description = "Puts load on an S3 endpoint and measures latency and throughput.",
    footer = {
      "",
      "Workloads: put, get, stat, list, walk, delete, mixed, multipart, versioned, ranges,",
      "conditional. Keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
      "",
      "Exit codes: 0 all well, 1 some requests failed, 2 wrong usage, 3 could not begin,",
      "4 the server returned wrong bytes."
    })
public class BenchS3 implements Callable<Integer> {
  /** Measures what the machine can do, for a folder on the server's device. */
  @FunctionalInterface
  public interface CeilingSource {
    List<Report.Ceiling> measure(Path folder) throws IOException, InterruptedException;
  }

  private final CeilingSource ceilingSource;

  public BenchS3(CeilingSource ceilingSource) {
    this.ceilingSource = ceilingSource;
  }

  private static final int SOME_FAILED = 1;
  private static final int COULD_NOT_BEGIN = 3;
  private static final int WRONG_BYTES = 4;
  private static final int CLEAN_UP_BATCH = 1000;
  private static final int CLEAN_UP_WORKERS = 4;
  private static final long USUAL_KEYS = 2_000;
  private static final long USUAL_BYTES = 1L << 30;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "WORKLOAD",
      converter = Workload.Converter.class,
      description = "What to ask: see below.")
  private Workload workload;

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:9000",
      converter = Endpoint.Converter.class,
      description = "Where the server listens (default: ${DEFAULT-VALUE}).")
  private Endpoint endpoint;

  @Option(
      names = "--size",
      paramLabel = "S",
      defaultValue = "4KiB",
      converter = ObjectSizes.Converter.class,
      description =
          "Object size: fixed 4KiB, uniform 4KiB..1MiB or logarithmic log:4KiB..64MiB"
              + " (default: ${DEFAULT-VALUE}).")
  private ObjectSizes sizes;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "16",
      description = "Clients, each with a connection (default: ${DEFAULT-VALUE}).")
  private int concurrency;

  @Option(
      names = "--duration",
      paramLabel = "D",
      converter = TimeSpan.Converter.class,
      description = "How long to measure (default: 30s, unless --count is given).")
  private Optional<Duration> duration;

  @Option(
      names = "--count",
      paramLabel = "C",
      defaultValue = "0",
      description = "How many requests to measure.")
  private long count;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "Open loop: this many requests a second, due whatever the server does; latency counts"
              + " from when they were due.")
  private Optional<Double> rate;

  @Option(
      names = "--warmup",
      paramLabel = "D",
      defaultValue = "5s",
      converter = TimeSpan.Converter.class,
      description = "Load before measuring (default: ${DEFAULT-VALUE}).")
  private Duration warmUp;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "1",
      description = "Measure so many times; the spread between runs makes compare honest.")
  private int repeat;

  @Option(
      names = "--bucket",
      paramLabel = "B",
      defaultValue = "ninebark-bench",
      description = "Made if it is not there (default: ${DEFAULT-VALUE}).")
  private String bucketName;

  @Option(
      names = "--prefix",
      paramLabel = "P",
      description = "Of all keys (default: one of its own for each run).")
  private Optional<String> prefix;

  @Option(
      names = "--keys",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Objects that stand ready for reading, listing or deleting"
              + " (default: 2,000, or fewer if that were more than 1 GiB).")
  private long keys;

  @Option(
      names = "--prepared",
      description =
          "The objects are there: of a run with --keep and the same --prefix, --seed, --size and"
              + " --keys.")
  private boolean prepared;

  @Option(names = "--keep", description = "Leave what the run made.")
  private boolean keep;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of keys and contents (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--payload-mode",
      paramLabel = "MODE",
      defaultValue = "signed",
      converter = PayloadMode.Converter.class,
      description =
          "signed, unsigned, chunked-signed or chunked-unsigned-trailer"
              + " (default: ${DEFAULT-VALUE}).")
  private PayloadMode payloadMode;

  @Option(
      names = "--part-size",
      paramLabel = "S",
      defaultValue = "8MiB",
      converter = ByteSize.Converter.class,
      description = "Of multipart uploads (default: ${DEFAULT-VALUE}).")
  private ByteSize partSize;

  @Option(
      names = "--range-size",
      paramLabel = "S",
      defaultValue = "64KiB",
      converter = ByteSize.Converter.class,
      description = "Of the ranges workload (default: ${DEFAULT-VALUE}).")
  private ByteSize rangeSize;

  @Option(
      names = "--max-keys",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Of a page of a listing (default: ${DEFAULT-VALUE}).")
  private int maxKeys;

  @Option(
      names = "--delete-batch",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Keys in one delete; more than 1 uses DeleteObjects (default: ${DEFAULT-VALUE}).")
  private int deleteBatch;

  @Option(
      names = "--mix",
      paramLabel = "SHARES",
      defaultValue = "get=45,stat=30,put=15,delete=10",
      converter = Mix.Converter.class,
      description = "Of the mixed workload (default: ${DEFAULT-VALUE}).")
  private Mix mix;

  @Option(
      names = "--region",
      paramLabel = "R",
      defaultValue = "us-east-1",
      description = "To sign for (default: ${DEFAULT-VALUE}).")
  private String region;

  @Option(
      names = "--timeout",
      paramLabel = "D",
      defaultValue = "60s",
      converter = TimeSpan.Converter.class,
      description = "For one request (default: ${DEFAULT-VALUE}).")
  private Duration timeout;

  @Option(
      names = "--client-threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Event loops of the client (default: one for each four cores).")
  private int clientThreads;

  @Option(names = "--no-verify", description = "Do not compare the bytes of what is read.")
  private boolean noVerify;

  @Option(names = "--tls-insecure", description = "Accept any certificate.")
  private boolean tlsInsecure;

  @Option(names = "--anonymous", description = "Do not sign.")
  private boolean anonymous;

  @Option(
      names = "--ceilings",
      description = "Measure what this machine can do, before the load, and print it beside.")
  private boolean withCeilings;

  @Option(
      names = "--ceilings-dir",
      paramLabel = "D",
      defaultValue = ".",
      description = "A folder on the server's device, for --ceilings (default: here).")
  private Path ceilingsFolder;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Keep the result, second by second, for compare.")
  private Optional<Path> json;

  @Override
  public Integer call() throws InterruptedException, IOException {
    checkUsage();
    var signer = signer();
    var ceilings = withCeilings ? ceilingSource.measure(ceilingsFolder) : List.<Report.Ceiling>of();
    int loops =
        clientThreads > 0
            ? clientThreads
            : Math.max(1, Runtime.getRuntime().availableProcessors() / 4);
    try (var transport = new Transport(Math.min(loops, concurrency), tlsInsecure);
        var progress = Progress.standard()) {
      return measure(transport, signer, ceilings, progress);
    } catch (SetUpException cannotBegin) {
      System.err.println("ninebark bench: " + cannotBegin.getMessage());
      return COULD_NOT_BEGIN;
    }
  }

  private void checkUsage() {
    require(concurrency >= 1 && concurrency <= 100_000, "--concurrency is from 1 to 100,000");
    require(count >= 0, "--count is not negative");
    require(keys >= 0, "--keys is not negative");
    require(repeat >= 1, "--repeat is at least 1");
    require(maxKeys >= 1 && maxKeys <= 1000, "--max-keys is from 1 to 1,000");
    require(deleteBatch >= 1 && deleteBatch <= 1000, "--delete-batch is from 1 to 1,000");
    require(rate.isEmpty() || rate.get() > 0, "--rate is larger than zero");
    require(partSize.bytes() > 0, "--part-size is larger than zero");
    require(rangeSize.bytes() > 0, "--range-size is larger than zero");
    require(
        workload != Workload.RANGES
            || !(sizes instanceof ObjectSizes.Fixed(var bytes) && bytes == 0),
        "ranges of empty objects cannot be read");
    require(!prepared || prefix.isPresent(), "--prepared needs the --prefix of the earlier run");
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  private RequestSigner signer() {
    if (anonymous) {
      return RequestSigner.ANONYMOUS;
    }
    var accessKey = System.getenv("AWS_ACCESS_KEY_ID");
    var secretKey = System.getenv("AWS_SECRET_ACCESS_KEY");
    require(
        accessKey != null && secretKey != null,
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or say --anonymous");
    return RequestSigner.of(accessKey, secretKey, region);
  }

  private int measure(
      Transport transport, RequestSigner signer, List<Report.Ceiling> ceilings, Progress progress)
      throws SetUpException, InterruptedException, IOException {
    var startedAt = Instant.now();
    var objects =
        new LoadObjects(
            bucketName,
            prefix.orElse("bench-" + Long.toHexString(startedAt.toEpochMilli()) + "/"),
            seed,
            sizes);
    var steps = new S3Steps(objects, !noVerify);
    long memoLength = workload == Workload.MULTIPART ? partSize.bytes() : sizes.largestBytes();
    var pattern = new ContentPattern(seed, memoLength);
    var writer = new RequestWriter(endpoint, signer, payloadMode, pattern);
    var plan = plan(objects, steps);
    try (var calls = new Calls(transport, writer, timeout)) {
      var bucket = new Bucket(calls, endpoint, objects, steps);
      bucket.prepare();
      if (workload == Workload.VERSIONED) {
        bucket.enableVersioning();
      }
      var runs = new ArrayList<LoadRun.Ended>();
      try {
        for (int i = 0; i < repeat; i++) {
          boolean used = workload == Workload.DELETE || i == 0;
          if (workload.prepared() && !prepared && used) {
            prepareObjects(plan, transport, writer, progress);
          }
          plan.doomed().set(0);
          runs.add(
              LoadRun.execute(
                  settings(),
                  transport,
                  writer,
                  worker -> workload.script(plan, worker),
                  state -> show(workload.toString(), state, progress)));
        }
      } finally {
        progress.close();
        if (!keep) {
          cleanUp(plan, bucket, transport, writer, progress);
        }
      }
      return finish(startedAt, ceilings, runs);
    }
  }

  private Plan plan(LoadObjects objects, S3Steps steps) {
    long fitting = (long) Math.max(1, USUAL_BYTES / Math.max(1, sizes.meanBytes()));
    long usual = Math.max(concurrency, Math.min(USUAL_KEYS, fitting));
    long ready = workload.prepared() ? keys > 0 ? keys : usual : 0;
    return new Plan(
        objects,
        steps,
        seed,
        concurrency,
        ready,
        new AtomicLong(ready),
        new AtomicLong(),
        partSize.bytes(),
        rangeSize.bytes(),
        maxKeys,
        deleteBatch,
        mix);
  }

  private LoadRun.Settings settings() {
    var pace = rate.<Pace>map(Pace.Open::new).orElseGet(Pace.Closed::new);
    var usual = count > 0 ? Optional.<Duration>empty() : Optional.of(Duration.ofSeconds(30));
    // Deleting ends when nothing is left, and what warms up is gone.
    boolean endsByItself = workload == Workload.DELETE;
    return new LoadRun.Settings(
        concurrency,
        pace,
        endsByItself ? Duration.ZERO : warmUp,
        endsByItself && duration.isEmpty() ? Optional.empty() : duration.or(() -> usual),
        count,
        timeout);
  }

  private void prepareObjects(
      Plan plan, Transport transport, RequestWriter writer, Progress progress)
      throws InterruptedException, SetUpException {
    var next = new AtomicLong();
    var ended =
        LoadRun.execute(
            once(plan.keys(), concurrency),
            transport,
            writer,
            worker -> Workload.preparation(plan, next),
            state -> show("prepare", state, progress));
    var run = ended.run();
    if (run.total().count() < plan.keys()) {
      var why =
          run.errors().stream()
              .max(Comparator.comparingLong(Report.ErrorCount::count))
              .map(error -> error.code() + ": " + error.message())
              .orElse("no reason given");
      throw new SetUpException(
          "only "
              + run.total().count()
              + " of "
              + plan.keys()
              + " objects could be put for the run; the first error says "
              + why);
    }
  }

  private LoadRun.Settings once(long requests, int workers) {
    return new LoadRun.Settings(
        (int) Math.min(workers, Math.max(1, requests)),
        new Pace.Closed(),
        Duration.ZERO,
        Optional.empty(),
        requests,
        timeout);
  }

  /** What has a number is deleted at speed; whatever else is there is looked for. */
  private void cleanUp(
      Plan plan, Bucket bucket, Transport transport, RequestWriter writer, Progress progress)
      throws InterruptedException {
    long made = plan.fresh().get();
    if (workload != Workload.VERSIONED && made > CLEAN_UP_BATCH) {
      var all =
          new Plan(
              plan.objects(),
              plan.steps(),
              seed,
              CLEAN_UP_WORKERS,
              made,
              new AtomicLong(),
              new AtomicLong(),
              plan.partBytes(),
              plan.rangeBytes(),
              maxKeys,
              CLEAN_UP_BATCH,
              mix);
      var _ =
          LoadRun.execute(
              once(made / CLEAN_UP_BATCH + 1, CLEAN_UP_WORKERS),
              transport,
              writer,
              worker -> Workload.DELETE.script(all, worker),
              state -> show("clean up", state, progress));
      progress.close();
    }
    try {
      bucket.cleanUp(workload == Workload.VERSIONED);
    } catch (SetUpException left) {
      System.err.println("ninebark bench: clean-up is not complete: " + left.getMessage());
    }
  }

  private static void show(String label, LoadRun.Progress state, Progress progress) {
    double seconds = Math.max(0.001, state.elapsedSeconds());
    progress.show(
        state.warmingUp() ? "warm-up" : label,
        state.share(),
        String.format(
            java.util.Locale.ROOT,
            "%,d requests, %,.0f/s, %.1f MB/s, %,d errors",
            state.count(),
            state.count() / seconds,
            state.bytes() / seconds / 1e6,
            state.errors()));
  }

  private int finish(Instant startedAt, List<Report.Ceiling> ceilings, List<LoadRun.Ended> runs)
      throws IOException {
    var report =
        new Report(
            Report.FORMAT,
            "s3 " + workload,
            startedAt.toString(),
            parameters(),
            Machine.here(),
            ceilings,
            runs.stream().map(LoadRun.Ended::run).toList());
    System.out.println(
        workload
            + " of "
            + sizes
            + " at "
            + endpoint
            + ", "
            + concurrency
            + " clients, "
            + rate.map(r -> "open loop at " + r + "/s").orElse("closed loop")
            + ", payload "
            + payloadMode);
    Summary.print(report, System.out);
    if (json.isPresent()) {
      report.write(json.get());
    }
    int code = 0;
    for (var run : runs) {
      if (run.givenUp().isPresent()) {
        System.err.println(
            "ninebark bench: given up, because nothing succeeds any more: " + run.givenUp().get());
        code = Math.max(code, SOME_FAILED);
      }
      if (run.corruption().isPresent()) {
        System.err.println("ninebark bench: WRONG BYTES: " + run.corruption().get());
        code = WRONG_BYTES;
      } else if (!run.run().errors().isEmpty()) {
        code = Math.max(code, SOME_FAILED);
      }
    }
    return code;
  }

  private Map<String, String> parameters() {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("endpoint", endpoint.toString());
    parameters.put("size", sizes.toString());
    parameters.put("concurrency", Integer.toString(concurrency));
    parameters.put("pace", rate.map(r -> "open " + r + "/s").orElse("closed"));
    parameters.put("payload-mode", payloadMode.toString());
    parameters.put("warmup", warmUp.toString());
    parameters.put("duration", settings().duration().map(Duration::toString).orElse(""));
    parameters.put("count", Long.toString(count));
    parameters.put("keys", Long.toString(keys));
    parameters.put("seed", Long.toString(seed));
    parameters.put("verify", Boolean.toString(!noVerify));
    parameters.put("part-size", partSize.toString());
    parameters.put("range-size", rangeSize.toString());
    parameters.put("max-keys", Integer.toString(maxKeys));
    parameters.put("delete-batch", Integer.toString(deleteBatch));
    parameters.put("mix", mix.toString());
    return parameters;
  }
}
