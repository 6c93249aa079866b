package ninebark.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import ninebark.gateway.admin.AdminServer;
import ninebark.gateway.http.HttpConfig;
import ninebark.storagenode.DiskFullException;
import ninebark.storagenode.UnwritableException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What clients see when something below fails, or when many want the same. */
class TroubleTest {
  private static TestStore store;
  private static S3Client s3;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    s3 =
        S3Client.builder()
            .endpointOverride(store.endpoint())
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .overrideConfiguration(config -> config.retryStrategy(retry -> retry.maxAttempts(1)))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(TestStore.ACCESS_KEY, TestStore.SECRET_KEY)))
            .build();
    s3.createBucket(request -> request.bucket("trouble"));
  }

  @AfterAll
  static void close() {
    s3.close();
    store.close();
  }

  private static void put(String key, int length) {
    s3.putObject(
        request -> request.bucket("trouble").key(key), RequestBody.fromBytes(new byte[length]));
  }

  private static void refused(int status, String code, Runnable attempt) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            S3Exception.class,
            failed -> {
              assertThat(failed.statusCode()).isEqualTo(status);
              assertThat(failed.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(failed.awsErrorDetails().errorMessage()).isNotBlank();
            });
  }

  @Test
  void aFullStoreRefusesWritesAndStillReads() {
    put("before", 100_000);
    store.stripes.writeFailure = Optional.of(new DiskFullException("full"));
    try {
      refused(507, "InsufficientStorage", () -> put("full", 100_000));
    } finally {
      store.stripes.writeFailure = Optional.empty();
    }
    assertThat(
            s3.getObjectAsBytes(request -> request.bucket("trouble").key("before")).asByteArray())
        .hasSize(100_000);
    refused(404, "NoSuchKey", () -> s3.getObject(request -> request.bucket("trouble").key("full")));
    assertThat(store.stripes.openWriters).hasValue(0);
  }

  @Test
  void tooFewDisksAreWorthARetry() {
    store.stripes.writeFailure = Optional.of(new UnwritableException("disks"));
    try {
      refused(503, "ServiceUnavailable", () -> put("few", 100_000));
    } finally {
      store.stripes.writeFailure = Optional.empty();
    }
  }

  @Test
  void bytesAlteredOnTheirWayToTheDisksAreNeverNamed() {
    int before = store.stripes.count();
    var counter = store.registry.get("ninebark.s3.bodies.altered").counter();
    double counted = counter.count();
    put("altered", 100_000);
    int kept = store.stripes.count();
    store.stripes.altering = true;
    try {
      refused(500, "InternalError", () -> put("altered", 3_000_000));
    } finally {
      store.stripes.altering = false;
    }
    assertThat(counter.count()).isEqualTo(counted + 1);
    assertThat(kept).isEqualTo(before + 1);
    assertThat(store.stripes.count()).isEqualTo(kept);
    assertThat(
            s3.getObjectAsBytes(request -> request.bucket("trouble").key("altered")).asByteArray())
        .hasSize(100_000);
  }

  @Test
  void anObjectThatCannotBeReadIsAnErrorAndNotAShortBody() {
    put("unreadable", 100_000);
    store.stripes.readFailure = Optional.of(new IOException("away"));
    try {
      refused(
          503,
          "ServiceUnavailable",
          () -> s3.getObjectAsBytes(request -> request.bucket("trouble").key("unreadable")));
    } finally {
      store.stripes.readFailure = Optional.empty();
    }
    assertThat(store.stripes.openReaders).hasValue(0);
  }

  @Test
  void ofManyWritersOfAnAbsentKeyExactlyOneSucceeds() throws Exception {
    int writers = 200;
    var go = new CountDownLatch(1);
    var attempts = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < writers; i++) {
      int number = i;
      attempts.add(
          () -> {
            go.await();
            try {
              s3.putObject(
                  request -> request.bucket("trouble").key("race").ifNoneMatch("*"),
                  RequestBody.fromString("writer " + number));
              return 200;
            } catch (S3Exception failed) {
              return failed.statusCode();
            }
          });
    }
    try (var pool = Executors.newFixedThreadPool(64)) {
      var results = attempts.stream().map(pool::submit).toList();
      go.countDown();
      int stored = 0;
      for (var result : results) {
        int status = result.get();
        assertThat(status).isIn(200, 412);
        stored += status == 200 ? 1 : 0;
      }
      assertThat(stored).isEqualTo(1);
    }
  }

  @Test
  void operatorsSeeHealthAndMetrics() throws Exception {
    var reasons = new ArrayList<>(List.of("the index is starting"));
    var admin =
        AdminServer.start(
            InetSocketAddress.createUnresolved("127.0.0.1", 0),
            HttpConfig.DEFAULT,
            () -> List.copyOf(reasons),
            () -> "metric 1\n");
    try (var client = HttpClient.newHttpClient()) {
      var base = "http://127.0.0.1:" + admin.address().getPort();
      assertThat(get(client, base + "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(client, base + "/health/ready").statusCode()).isEqualTo(503);
      assertThat(get(client, base + "/health/ready").body()).contains("the index is starting");
      reasons.clear();
      assertThat(get(client, base + "/health/ready").statusCode()).isEqualTo(200);
      assertThat(get(client, base + "/metrics").body()).isEqualTo("metric 1\n");
      assertThat(get(client, base + "/else").statusCode()).isEqualTo(404);
      var post =
          HttpRequest.newBuilder(URI.create(base + "/metrics"))
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(405);
    } finally {
      admin.close(Duration.ofSeconds(1));
    }
  }

  private static HttpResponse<String> get(HttpClient client, String url) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
