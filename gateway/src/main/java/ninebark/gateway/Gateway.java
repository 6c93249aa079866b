package ninebark.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import ninebark.gateway.access.Accounts;
import ninebark.gateway.access.Authorizer;
import ninebark.gateway.digest.Md5;
import ninebark.gateway.document.BucketDocuments;
import ninebark.gateway.http.HttpServer;
import ninebark.gateway.operation.Backend;
import ninebark.gateway.operation.Operations;
import ninebark.gateway.operation.StorageClasses;
import ninebark.metadata.Index;
import ninebark.metadata.UploadId;
import ninebark.metadata.lifecycle.DayLength;
import ninebark.storagenode.Stripes;

/** A running S3 endpoint. Threads: safe. */
public final class Gateway {
  private final HttpServer server;
  private final Optional<HttpServer> website;

  private Gateway(HttpServer server, Optional<HttpServer> website) {
    this.server = server;
    this.website = website;
  }

  /**
   * Builds the graph and begins to serve.
   *
   * @param md5 how ETags are computed; {@link Md5#JDK} if nothing better is at hand
   * @param lifecycleDay how long the days are that lifecycle rules count
   * @param random for content and upload ids; secure, because upload ids must not be guessed
   */
  public static Gateway start(
      InetSocketAddress listen,
      GatewayConfig config,
      Accounts accounts,
      Index index,
      Stripes stripes,
      StorageClasses classes,
      Md5.Source md5,
      DayLength lifecycleDay,
      RandomGenerator random,
      InstantSource clock,
      MeterRegistry registry)
      throws IOException {
    var hostId = new byte[24];
    random.nextBytes(hostId);
    var documents = new BucketDocuments(index, config.documentCacheBytes());
    var door =
        new Door(
            config,
            accounts,
            Authorizer.byBucketPolicy(),
            index,
            documents,
            clock,
            Base64.getEncoder().encodeToString(hostId),
            registry);
    var backend =
        new Backend(
            index,
            documents,
            stripes,
            classes,
            accounts,
            door,
            md5,
            () -> random.nextLong() & Long.MAX_VALUE,
            () -> uploadId(random),
            lifecycleDay,
            Counter.builder("ninebark.s3.bodies.altered")
                .description("Bodies refused because their stored bytes were not those that came")
                .register(registry),
            config.limits(),
            config.legacyBucketDefaults());
    door.open(new Operations(backend));
    var server = HttpServer.start("gateway", listen, config.http(), door);
    var websites = config.website().listen();
    if (websites.isEmpty()) {
      return new Gateway(server, Optional.empty());
    }
    try {
      var website = new Website(config.website(), door, documents, clock);
      return new Gateway(
          server, Optional.of(HttpServer.start("website", websites.get(), config.http(), website)));
    } catch (IOException taken) {
      server.close(Duration.ZERO);
      throw taken;
    }
  }

  private static UploadId uploadId(RandomGenerator random) {
    var bytes = new byte[16];
    random.nextBytes(bytes);
    return new UploadId(HexFormat.of().formatHex(bytes));
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.address();
  }

  /** Where buckets are shown as websites, if they are. */
  public Optional<InetSocketAddress> websiteAddress() {
    return website.map(HttpServer::address);
  }

  /** Takes nothing new, lets requests under way finish until the grace ends, then stops. */
  public void close(Duration grace) {
    website.ifPresent(listener -> listener.close(grace));
    server.close(grace);
  }
}
