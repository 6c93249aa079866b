package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** What the person who starts the server sees. */
class ServerCommandIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void it_says_where_it_is_what_it_survives_and_how_to_upload() throws Exception {
    try (var store = StoreProcess.start(folder.resolve("data"), StoreProcess.Options.PLAIN)) {
      assertThat(store.output())
          .contains(StoreProcess.ACCESS_KEY)
          .doesNotContain(StoreProcess.SECRET_KEY)
          .contains("RS(6,2)")
          .contains("16 disks")
          .contains("4 AZs")
          .contains("aws s3");
      assertThat(store.log()).doesNotContain(StoreProcess.SECRET_KEY);
      assertThat(store.stop()).isZero();
    }
  }

  @Test
  void a_second_server_on_the_same_folder_is_refused() throws Exception {
    var data = folder.resolve("data");
    try (var first = StoreProcess.start(data, StoreProcess.Options.PLAIN);
        var second = StoreProcess.launch(data, StoreProcess.Options.PLAIN)) {
      assertThat(second.awaitExit(PATIENCE)).isNotZero();
      assertThat(second.log()).contains("in use by another Ninebark server");
      assertThat(first.isAlive()).isTrue();
    }
  }

  @Test
  void a_folder_of_a_newer_version_is_refused_untouched() throws Exception {
    var data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("FORMAT"), "ninebark data format 99\n");
    try (var store = StoreProcess.launch(data, StoreProcess.Options.PLAIN)) {
      assertThat(store.awaitExit(PATIENCE)).isNotZero();
      assertThat(store.log()).contains("format 99").contains("newer");
    }
    assertThat(data.resolve("index")).doesNotExist();
  }

  @Test
  void a_folder_that_is_not_ours_is_refused_untouched() throws Exception {
    var data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("letter.txt"), "mine");
    try (var store = StoreProcess.launch(data, StoreProcess.Options.PLAIN)) {
      assertThat(store.awaitExit(PATIENCE)).isNotZero();
      assertThat(store.log()).contains("letter.txt");
    }
  }

  @Test
  void every_problem_of_the_configuration_is_listed_at_once() throws Exception {
    var file = folder.resolve("bad.yaml");
    Files.writeString(
        file,
        """
        gatway: {}
        reclaim:
          interval: soon
          grace: 5 min
        classes:
          STANDARD:
            scheme: RS(6;2)
        """);
    try (var store =
        StoreProcess.launch(
            folder.resolve("data"), StoreProcess.Options.PLAIN.with("--config", file.toString()))) {
      assertThat(store.awaitExit(PATIENCE)).isEqualTo(2);
      assertThat(store.log())
          .contains("gatway: unknown key")
          .contains("reclaim.interval: expected a duration")
          .contains("'soon'")
          .contains("classes.STANDARD.scheme: expected a scheme");
    }
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void a_guarantee_that_the_topology_cannot_give_is_refused_with_the_reason() throws Exception {
    var file = folder.resolve("three.yaml");
    Files.writeString(
        file,
        """
        topology:
          az-count: 3
          disks-per-az-count: 4
        classes:
          STANDARD:
            scheme: RS(6,2)
            survives-azs-count: 1
        """);
    try (var store =
        StoreProcess.launch(
            folder.resolve("data"), StoreProcess.Options.PLAIN.with("--config", file.toString()))) {
      assertThat(store.awaitExit(PATIENCE)).isNotZero();
      assertThat(store.log()).contains("RS(6,2)").containsIgnoringCase("an AZ loss is fatal");
    }
  }

  @Test
  void secrets_made_at_the_first_start_are_kept_for_their_owner_only() throws Exception {
    var credentials = RootCredentials.obtain(java.util.Map.of(), folder.resolve("credentials"));
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("credentials"))))
        .isEqualTo("rw-------");
    assertThat(RootCredentials.obtain(java.util.Map.of(), folder.resolve("credentials")))
        .isEqualTo(credentials);
    assertThat(credentials.toString()).doesNotContain(credentials.secretKey());
  }

  @Test
  void the_admin_listener_answers_health_and_metrics() throws Exception {
    try (var store = StoreProcess.start(folder.resolve("data"), StoreProcess.Options.PLAIN);
        var s3 = store.client();
        var http = HttpClient.newHttpClient()) {
      s3.createBucket(r -> r.bucket("seen"));
      s3.putObject(r -> r.bucket("seen").key("k"), RequestBody.fromString("v"));
      for (var path : new String[] {"/health/live", "/health/ready", "/metrics"}) {
        var answer =
            http.send(
                HttpRequest.newBuilder(URI.create(store.admin() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).describedAs(path).isEqualTo(200);
      }
      assertThat(store.metrics()).contains("PutObject");
      assertThat(store.stop()).isZero();
      assertThat(store.log()).contains("PutObject");
    }
  }

  @Test
  void a_stop_lets_requests_in_flight_finish() throws Exception {
    try (var store = StoreProcess.start(folder.resolve("data"), StoreProcess.Options.PLAIN);
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("drain"));
      var body = Bodies.of(1, 64 << 20);
      var put =
          java.util.concurrent.CompletableFuture.runAsync(
              () -> s3.putObject(r -> r.bucket("drain").key("k"), RequestBody.fromBytes(body)));
      // The request has begun once bytes of it have reached the disks.
      var deadline = java.time.Instant.now().plus(PATIENCE);
      while (!put.isDone()
          && store.metric("ninebark_http_in_flight") == 0
          && java.time.Instant.now().isBefore(deadline)) {
        Thread.onSpinWait();
      }
      assertThat(store.stop()).isZero();
      put.get();
    }
  }
}
