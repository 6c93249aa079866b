package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The admin listener of a store that runs tells where an object is, and teaches why that is. */
class ExplainIT {
  @TempDir Path folder;

  private static HttpResponse<String> get(StoreProcess store, String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(store.admin() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static JsonNode explain(StoreProcess store, String key) throws Exception {
    var answer = get(store, "/explain/object?bucket=kept&key=" + key);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonMapper.builder().build().readTree(answer.body());
  }

  private static String printed(String... arguments) {
    var out = new ByteArrayOutputStream();
    var before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      assertThat(Main.run(arguments)).isZero();
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void an_object_is_explained_down_to_its_disks_also_when_one_of_them_is_lost() throws Exception {
    var data = folder.resolve("data");
    String lost;
    try (var store = StoreProcess.start(data, StoreProcess.Options.PLAIN);
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("kept"));
      s3.putObject(r -> r.bucket("kept").key("tiny"), RequestBody.fromString("inline"));
      s3.putObject(r -> r.bucket("kept").key("a b"), RequestBody.fromBytes(Bodies.of(1, 9 << 20)));

      var tiny = explain(store, "tiny");
      assertThat(tiny.get("inlineBytes").asInt()).isEqualTo(6);
      assertThat(tiny.get("stripeCount").asInt()).isZero();

      var large = explain(store, "a%20b");
      assertThat(large.get("stripeCount").asInt()).isEqualTo(3);
      assertThat(large.get("spareShardsNow").asInt()).isEqualTo(2);
      assertThat(large.get("lostWith").get("disks").get("count").asInt()).isEqualTo(3);
      assertThat(large.get("lostWith").get("azs").get("count").asInt()).isEqualTo(2);
      assertThat(large.get("lostWith").get("azs").get("sets")).hasSize(6);
      for (var shard : large.get("stripes").get(0).get("shards")) {
        assertThat(shard.get("state").asString()).isEqualTo("held");
      }
      lost = large.get("stripes").get(0).get("shards").get(5).get("disk").asString();

      var admin = store.admin().getAuthority();
      var text = printed("explain", "object", "s3://kept/a b", "--admin", admin);
      System.out.println(text);
      assertThat(text).contains("the weakest can lose 2 more shards", "lost with 2 azs: az-1+az-2");
      assertThat(Main.run("explain", "object", "s3://kept/none", "--admin", admin)).isEqualTo(1);
      assertThat(Main.run("explain", "object", "kept/none", "--admin", admin)).isEqualTo(2);
      assertThat(get(store, "/explain/object?bucket=kept").statusCode()).isEqualTo(400);
      assertThat(get(store, "/explain/object?bucket=kept&key=a&version=x").statusCode())
          .isEqualTo(404);

      var live = printed("durability", "--live", "--admin", admin);
      System.out.println(live);
      assertThat(live).contains("STANDARD", "RS(6,2)", "worst bucket: kept, at most ");
      assertThat(store.metrics())
          .contains("ninebark_durability_nines{class=\"STANDARD\"}")
          .contains("ninebark_durability_below_goal{class=\"STANDARD\"} 0.0");

      var page = get(store, "/durability");
      assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
      assertThat(page.body())
          .isEqualTo(
              Files.readString(
                  Path.of("src/main/resources/ninebark/deploy/durability/durability.html")));
      assertThat(store.stop()).isZero();
    }
    Files.move(diskFolder(data, lost), folder.resolve("taken"));
    try (var store = StoreProcess.start(data, StoreProcess.Options.PLAIN)) {
      var large = explain(store, "a%20b");
      assertThat(large.get("spareShardsNow").asInt()).isEqualTo(1);
      assertThat(large.get("stripes").get(0).get("shards").get(5).get("state").asString())
          .isEqualTo("unreachable");
      assertThat(store.stop()).isZero();
    }
  }

  /** The disk's folder is known by the identity in it. */
  private static Path diskFolder(Path data, String disk) throws Exception {
    try (var files = Files.walk(data.resolve("disks"))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        if (Files.size(file) < 4096
            && HexFormat.of().formatHex(Files.readAllBytes(file)).contains(disk.replace("-", ""))) {
          return file.getParent();
        }
      }
    }
    throw new AssertionError("no folder of disk " + disk);
  }
}
