package ninebark.bench.load;

import io.netty.channel.EventLoop;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import ninebark.bench.client.Connection;
import ninebark.bench.client.Outcome;
import ninebark.bench.client.RequestWriter;
import ninebark.bench.client.Transport;
import ninebark.bench.report.Report;

/**
 * Workers with a connection each, following their scripts for a while.
 *
 * <p>Threads: {@link #execute} blocks its caller; each worker, pacer and recorder belongs to one
 * event loop.
 */
final class LoadRun {
  /**
   * How a run goes.
   *
   * @param warmUp load that is not measured
   * @param duration of measuring; without it the run ends with its count or its scripts
   * @param count of requests to measure; endless if zero
   * @param timeout for one request
   */
  record Settings(
      int workers,
      Pace pace,
      Duration warmUp,
      Optional<Duration> duration,
      long count,
      Duration timeout) {}

  /** What came of it. */
  record Ended(Report.Run run, Optional<String> corruption, Optional<String> givenUp) {}

  /** Where a run is, for who watches it. */
  record Progress(
      boolean warmingUp,
      double elapsedSeconds,
      double share,
      long count,
      long bytes,
      long items,
      long errors) {}

  private static final Duration BACK_OFF = Duration.ofMillis(20);
  private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(10);
  private static final long WATCH_MILLIS = 200;
  private static final long FAR_NANOS = Long.MAX_VALUE / 4;

  private final Settings settings;
  private final Transport transport;
  private final RequestWriter writer;
  private final IntFunction<Script> scripts;

  private final LongAdder done = new LongAdder();
  private final LongAdder doneBytes = new LongAdder();
  private final LongAdder doneItems = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final AtomicLong tokens;
  private final CountDownLatch running;
  private final ConcurrentHashMap<EventLoop, Long> cpuNanos = new ConcurrentHashMap<>();

  private volatile boolean stopped;
  private volatile String lastFailure = "";
  private final long startNanos;
  private final long fromNanos;
  private final long untilNanos;

  private LoadRun(
      Settings settings, Transport transport, RequestWriter writer, IntFunction<Script> scripts) {
    this.settings = settings;
    this.transport = transport;
    this.writer = writer;
    this.scripts = scripts;
    this.tokens = new AtomicLong(settings.count());
    this.running = new CountDownLatch(settings.workers());
    this.startNanos = System.nanoTime();
    this.fromNanos = startNanos + settings.warmUp().toNanos();
    this.untilNanos = fromNanos + settings.duration().map(Duration::toNanos).orElse(FAR_NANOS);
  }

  static Ended execute(
      Settings settings,
      Transport transport,
      RequestWriter writer,
      IntFunction<Script> scripts,
      Consumer<Progress> watcher)
      throws InterruptedException {
    return new LoadRun(settings, transport, writer, scripts).run(watcher);
  }

  private Ended run(Consumer<Progress> watcher) throws InterruptedException {
    var startedAt = Instant.now().plus(settings.warmUp());
    var loops = transport.loops();
    var recorders = new ArrayList<Recorder>();
    var pacers = new ArrayList<Pacer>();
    for (int i = 0; i < loops.size(); i++) {
      recorders.add(new Recorder(fromNanos));
      pacers.add(new Pacer(loops.get(i), i, loops.size(), recorders.get(i)));
    }
    var workers = new ArrayList<Worker>();
    for (int i = 0; i < settings.workers(); i++) {
      int loop = i % loops.size();
      workers.add(
          new Worker(scripts.apply(i), loops.get(loop), recorders.get(loop), pacers.get(loop)));
    }
    for (var loop : loops) {
      var _ = loop.schedule(this::startCpu, fromNanos - startNanos, TimeUnit.NANOSECONDS);
    }
    for (var worker : workers) {
      worker.loop.execute(() -> worker.ready(startNanos));
    }
    var givenUp = watch(watcher, workers);
    long endNanos = Math.min(System.nanoTime(), untilNanos);
    double cpuSeconds = stopCpu(loops);
    long missed = 0;
    for (var pacer : pacers) {
      missed += onLoop(pacer.loop, () -> pacer.missed(endNanos));
    }
    var whole = new Recorder(fromNanos);
    recorders.forEach(whole::merge);
    double seconds = Math.max(1e-6, (endNanos - fromNanos) / 1e9);
    for (var worker : workers) {
      worker.loop.execute(worker.connection::close);
    }
    return new Ended(
        whole.report(startedAt.toString(), seconds, cpuSeconds, missed),
        whole.corruption(),
        givenUp);
  }

  /** Blocks until all workers are done, or until nothing succeeds any more. */
  private Optional<String> watch(Consumer<Progress> watcher, List<Worker> workers)
      throws InterruptedException {
    Optional<String> givenUp = Optional.empty();
    long succeeded = 0;
    long failures = 0;
    long succeededNanos = System.nanoTime();
    while (!running.await(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
      long now = System.nanoTime();
      long oldest = now - settings.timeout().toNanos();
      for (var worker : workers) {
        worker.loop.execute(() -> worker.connection.expire(oldest));
      }
      if (done.sum() > succeeded) {
        succeeded = done.sum();
        failures = failed.sum();
        succeededNanos = now;
      } else if (now - succeededNanos > GIVE_UP_AFTER.toNanos() && failed.sum() > failures) {
        stopped = true;
        givenUp = Optional.of(lastFailure);
      }
      watcher.accept(progress(now));
    }
    if (!lastFailure.isEmpty() && done.sum() == 0) {
      givenUp = Optional.of(lastFailure);
    }
    return givenUp;
  }

  private Progress progress(long now) {
    double elapsed = (now - fromNanos) / 1e9;
    double byTime = settings.duration().map(d -> elapsed / (d.toNanos() / 1e9)).orElse(0.0);
    double byCount =
        settings.count() > 0
            ? (settings.count() - (double) Math.max(0, tokens.get())) / settings.count()
            : 0;
    return new Progress(
        now - fromNanos < 0,
        (now - startNanos) / 1e9,
        Math.clamp(Math.max(byTime, byCount), 0, 1),
        done.sum(),
        doneBytes.sum(),
        doneItems.sum(),
        failed.sum());
  }

  private void startCpu() {
    for (var loop : transport.loops()) {
      if (loop.inEventLoop()) {
        cpuNanos.put(loop, threadCpuNanos());
      }
    }
  }

  private double stopCpu(List<EventLoop> loops) throws InterruptedException {
    long nanos = 0;
    for (var loop : loops) {
      nanos += onLoop(loop, LoadRun::threadCpuNanos) - cpuNanos.getOrDefault(loop, 0L);
    }
    return nanos / 1e9;
  }

  private static long threadCpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long onLoop(EventLoop loop, java.util.concurrent.Callable<Long> task)
      throws InterruptedException {
    var answer = loop.submit(task).await();
    return answer.isSuccess() ? answer.getNow() : 0;
  }

  private boolean over(long now) {
    return stopped || now - untilNanos >= 0;
  }

  /** One client: a connection, a script, and what it is doing. */
  private final class Worker implements Consumer<Outcome> {
    private final Script script;
    private final EventLoop loop;
    private final Recorder recorder;
    private final Pacer pacer;
    private final Connection connection;
    private Optional<Step> current = Optional.empty();
    private long intendedNanos;

    Worker(Script script, EventLoop loop, Recorder recorder, Pacer pacer) {
      this.script = script;
      this.loop = loop;
      this.recorder = recorder;
      this.pacer = pacer;
      this.connection = transport.connection(loop, writer, this);
    }

    void ready(long now) {
      switch (settings.pace()) {
        case Pace.Closed() -> begin(now, now);
        case Pace.Open _ -> pacer.idle(this);
      }
    }

    void begin(long intended, long now) {
      if (over(now) || !mayCount(now)) {
        retire();
        return;
      }
      var step = script.next();
      if (step.isEmpty()) {
        retire();
        return;
      }
      current = step;
      intendedNanos = intended;
      connection.send(step.get().request());
    }

    private boolean mayCount(long now) {
      return settings.count() == 0 || now - fromNanos < 0 || tokens.getAndDecrement() > 0;
    }

    private void retire() {
      running.countDown();
    }

    @Override
    public void accept(Outcome outcome) {
      long now = System.nanoTime();
      var step = current.orElseThrow();
      current = Optional.empty();
      var result = step.judge(outcome);
      recorder.record(step.operation(), intendedNanos, now, untilNanos, result);
      if (result instanceof Result.Done(long bytes, long items)) {
        done.increment();
        doneBytes.add(bytes);
        doneItems.add(items);
        ready(now);
        return;
      }
      failed.increment();
      lastFailure =
          switch (result) {
            case Result.Failed(var code, var message) -> code + ": " + message;
            case Result.Corrupt(var what) -> "WrongBytes: " + what;
            case Result.Done _ -> "";
          };
      script.failed(step);
      // A server that refuses is not asked again at once, or the client would only burn its cores.
      var _ =
          loop.schedule(() -> ready(System.nanoTime()), BACK_OFF.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Hands out the arrivals of one event loop's share of an open loop. */
  private final class Pacer {
    private final EventLoop loop;
    private final Recorder recorder;
    private final double intervalNanos;
    private final double firstNanos;
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();
    private long arrivals;
    private boolean armed;

    Pacer(EventLoop loop, int index, int loopCount, Recorder recorder) {
      this.loop = loop;
      this.recorder = recorder;
      double perSecond = settings.pace() instanceof Pace.Open(double rate) ? rate : 1;
      this.intervalNanos = loopCount * 1e9 / perSecond;
      this.firstNanos = index * 1e9 / perSecond;
    }

    private long nextNanos() {
      return startNanos + (long) (firstNanos + arrivals * intervalNanos);
    }

    void idle(Worker worker) {
      idle.push(worker);
      dispatch();
    }

    private void dispatch() {
      long now = System.nanoTime();
      if (over(now)) {
        while (!idle.isEmpty()) {
          idle.pop().retire();
        }
        return;
      }
      while (!idle.isEmpty() && nextNanos() - now <= 0) {
        long intended = nextNanos();
        arrivals++;
        idle.pop().begin(intended, now);
      }
      if (!idle.isEmpty() && !armed) {
        armed = true;
        var _ =
            loop.schedule(
                () -> {
                  armed = false;
                  dispatch();
                },
                Math.max(0, nextNanos() - now),
                TimeUnit.NANOSECONDS);
      }
    }

    /** Counts what was due before the end and was never begun. */
    long missed(long endNanos) {
      long missed = 0;
      if (settings.pace() instanceof Pace.Open && settings.count() == 0) {
        while (nextNanos() - endNanos < 0) {
          if (nextNanos() - fromNanos >= 0) {
            missed++;
            recorder.missed(endNanos - nextNanos());
          }
          arrivals++;
        }
      }
      return missed;
    }
  }
}
