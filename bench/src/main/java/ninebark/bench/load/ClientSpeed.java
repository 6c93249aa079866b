package ninebark.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import ninebark.bench.client.ContentPattern;
import ninebark.bench.client.Endpoint;
import ninebark.bench.client.PayloadMode;
import ninebark.bench.client.RequestSigner;
import ninebark.bench.client.RequestWriter;
import ninebark.bench.client.Transport;
import ninebark.bench.units.ObjectSizes;

/**
 * What the load client itself costs, seen against a server that does next to nothing: signing,
 * sending and reading included. A server that is much slower than this is what a run measures.
 */
public record ClientSpeed(double requestsPerSecond, double clientCpuMicros) {
  private static final int KEYS = 2_000;

  /**
   * @param bytes of each object: sent by PUT, expected by GET
   */
  public static ClientSpeed measure(
      Endpoint endpoint, boolean put, int bytes, int clients, Duration each)
      throws IOException, InterruptedException {
    var objects = new LoadObjects("ninebark-bench", "bench/", 1, new ObjectSizes.Fixed(bytes));
    var steps = new S3Steps(objects, false);
    var plan =
        new Plan(
            objects,
            steps,
            1,
            clients,
            KEYS,
            new AtomicLong(KEYS),
            new AtomicLong(),
            1,
            1,
            1,
            1,
            Mix.USUAL);
    var writer =
        new RequestWriter(
            endpoint,
            RequestSigner.of(
                "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/EXAMPLEKEY", "us-east-1"),
            PayloadMode.SIGNED,
            new ContentPattern(1, bytes));
    var settings =
        new LoadRun.Settings(
            clients, new Pace.Closed(), each, Optional.of(each), 0, Duration.ofSeconds(10));
    var workload = put ? Workload.PUT : Workload.GET;
    try (var transport = new Transport(1, false)) {
      var ended =
          LoadRun.execute(
              settings, transport, writer, worker -> workload.script(plan, worker), progress -> {});
      if (ended.givenUp().isPresent()) {
        throw new IOException(ended.givenUp().get());
      }
      var run = ended.run();
      return new ClientSpeed(
          run.total().operationsPerSecond(),
          run.clientCpuSeconds() * 1e6 / Math.max(1, run.total().count()));
    }
  }
}
