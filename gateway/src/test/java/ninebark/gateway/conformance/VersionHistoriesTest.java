package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import ninebark.gateway.TestStore;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.request.S3Operation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random histories of one bucket over the wire, held against a small model: both listings, in pages
 * of any size, and every read agree with it after each step.
 */
@Covers({S3Operation.LIST_OBJECTS_V2, S3Operation.LIST_OBJECT_VERSIONS, S3Operation.GET_OBJECT})
class VersionHistoriesTest {
  private static final int HISTORIES = 8;
  private static final int STEPS = 40;
  private static final List<String> KEYS = List.of("a", "a/", "a/b", "a/b/c", "a!", "b c", "z+%");
  private static TestStore store;
  private static SignedHttp http;

  @BeforeAll
  static void open() {
    store = TestStore.start();
    http = SignedHttp.root(store);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private enum State {
    OFF,
    ENABLED,
    SUSPENDED
  }

  private record Version(String id, boolean marker, String body) {}

  /** What S3 says a bucket holds: the newest version of each key first. */
  private static final class Model {
    private final TreeMap<String, List<Version>> keys = new TreeMap<>();
    private State state = State.OFF;

    List<Version> of(String key) {
      return keys.computeIfAbsent(key, ignored -> new ArrayList<>());
    }

    void add(String key, Version version) {
      if (version.id().equals("null")) {
        of(key).removeIf(each -> each.id().equals("null"));
      }
      of(key).addFirst(version);
    }

    void remove(String key, String id) {
      of(key).removeIf(each -> each.id().equals(id));
    }

    /** Lines as {@link #versionPages} makes them. */
    List<String> versions(String prefix, String delimiter) {
      var lines = new ArrayList<String>();
      var rolled = new TreeSet<String>();
      for (var entry : keys.entrySet()) {
        var common = rollUp(entry.getKey(), prefix, delimiter);
        if (!entry.getKey().startsWith(prefix) || entry.getValue().isEmpty()) {
          continue;
        }
        if (!common.isEmpty()) {
          rolled.add(common);
          continue;
        }
        boolean latest = true;
        for (var version : entry.getValue()) {
          lines.add(line(entry.getKey(), version.id(), latest, version.marker(), version.body()));
          latest = false;
        }
      }
      rolled.forEach(each -> lines.add(each + " prefix"));
      return lines;
    }

    List<String> current(String prefix, String delimiter) {
      var lines = new ArrayList<String>();
      var rolled = new TreeSet<String>();
      for (var entry : keys.entrySet()) {
        if (!entry.getKey().startsWith(prefix)
            || entry.getValue().isEmpty()
            || entry.getValue().getFirst().marker()) {
          continue;
        }
        var common = rollUp(entry.getKey(), prefix, delimiter);
        if (common.isEmpty()) {
          lines.add(entry.getKey() + " " + etag(entry.getValue().getFirst().body()));
        } else {
          rolled.add(common);
        }
      }
      rolled.forEach(each -> lines.add(each + " prefix"));
      return lines;
    }

    private static String rollUp(String key, String prefix, String delimiter) {
      int at = key.startsWith(prefix) ? key.indexOf(delimiter, prefix.length()) : -1;
      return delimiter.isEmpty() || at < 0 ? "" : key.substring(0, at + delimiter.length());
    }
  }

  private static String line(String key, String id, boolean latest, boolean marker, String body) {
    var rest = marker ? "marker" : etag(body);
    return String.join(" ", key, id, latest ? "latest" : "older", rest);
  }

  private static String etag(String body) {
    try {
      var md5 = MessageDigest.getInstance("MD5").digest(body.getBytes(StandardCharsets.UTF_8));
      return '"' + HexFormat.of().formatHex(md5) + '"';
    } catch (java.security.NoSuchAlgorithmException absent) {
      throw new AssertionError(absent);
    }
  }

  private static String encoded(String text) {
    return PercentCoding.encode(text);
  }

  private static List<String> versionPages(
      String bucket, String prefix, String delimiter, int limit) {
    var lines = new ArrayList<String>();
    var prefixes = new ArrayList<String>();
    var from = "";
    while (true) {
      var target =
          bucket + "?versions&prefix=" + encoded(prefix) + "&delimiter=" + encoded(delimiter);
      var page = http.get(target + "&max-keys=" + limit + from).xml();
      int count = 0;
      for (var child : page.children()) {
        switch (child.name()) {
          case "Version", "DeleteMarker" -> {
            boolean marker = child.name().equals("DeleteMarker");
            var rest = marker ? "marker" : child.required("ETag");
            var latest = child.required("IsLatest").equals("true") ? "latest" : "older";
            lines.add(
                String.join(" ", child.required("Key"), child.required("VersionId"), latest, rest));
            count++;
          }
          case "CommonPrefixes" -> {
            prefixes.add(child.required("Prefix") + " prefix");
            count++;
          }
          default -> {}
        }
      }
      assertThat(count).isLessThanOrEqualTo(limit);
      if (page.required("IsTruncated").equals("false")) {
        lines.addAll(prefixes);
        return lines;
      }
      assertThat(count).as("a truncated page is full").isEqualTo(limit);
      from = "&key-marker=" + encoded(page.required("NextKeyMarker"));
      from += page.optional("NextVersionIdMarker").map(id -> "&version-id-marker=" + id).orElse("");
    }
  }

  private static List<String> currentPages(
      String bucket, String prefix, String delimiter, int limit) {
    var lines = new ArrayList<String>();
    var prefixes = new ArrayList<String>();
    var from = "";
    while (true) {
      var target = bucket + "?list-type=2&prefix=" + encoded(prefix);
      target += "&delimiter=" + encoded(delimiter) + "&max-keys=" + limit + from;
      var page = http.get(target).xml();
      int count = 0;
      for (var child : page.children()) {
        switch (child.name()) {
          case "Contents" -> {
            lines.add(child.required("Key") + " " + child.required("ETag"));
            count++;
          }
          case "CommonPrefixes" -> {
            prefixes.add(child.required("Prefix") + " prefix");
            count++;
          }
          default -> {}
        }
      }
      assertThat(page.required("KeyCount")).isEqualTo(Integer.toString(count));
      if (page.required("IsTruncated").equals("false")) {
        lines.addAll(prefixes);
        return lines;
      }
      from = "&continuation-token=" + page.required("NextContinuationToken");
    }
  }

  private static void step(Random random, String bucket, Model model, int number) {
    var key = KEYS.get(random.nextInt(KEYS.size()));
    var target = bucket + "/" + encoded(key);
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> {
        var body = "body " + number;
        var answer = http.put(target, body);
        assertThat(answer.status()).isEqualTo(200);
        model.add(key, new Version(newId(model, answer), false, body));
      }
      case 4, 5 -> {
        var answer = http.delete(target);
        assertThat(answer.status()).isEqualTo(204);
        switch (model.state) {
          case OFF -> model.remove(key, "null");
          case ENABLED, SUSPENDED -> {
            assertThat(answer.header("x-amz-delete-marker")).isEqualTo("true");
            model.add(key, new Version(answer.header("x-amz-version-id"), true, ""));
          }
        }
      }
      case 6, 7 -> {
        var versions = model.of(key);
        var id = versions.isEmpty() ? "null" : versions.get(random.nextInt(versions.size())).id();
        assertThat(http.delete(target + "?versionId=" + id).status()).isEqualTo(204);
        model.remove(key, id);
      }
      case 8 -> {
        var sources = model.of(key);
        if (!sources.isEmpty()) {
          var source = sources.get(random.nextInt(sources.size()));
          var copied = KEYS.get(random.nextInt(KEYS.size()));
          boolean sameNull =
              copied.equals(key) && source.id().equals("null") && model.state != State.ENABLED;
          if (!source.marker() && !sameNull) {
            var answer =
                http.put(
                    bucket + "/" + encoded(copied),
                    "",
                    "x-amz-copy-source: " + target + "?versionId=" + source.id());
            assertThat(answer.verdict()).isEqualTo("200");
            model.add(copied, new Version(newId(model, answer), false, source.body()));
          }
        }
      }
      default -> {
        model.state = random.nextBoolean() ? State.ENABLED : State.SUSPENDED;
        var status = model.state == State.ENABLED ? "Enabled" : "Suspended";
        var document = "<VersioningConfiguration><Status>" + status + "</Status>";
        assertThat(
                http.put(bucket + "?versioning", document + "</VersioningConfiguration>").status())
            .isEqualTo(200);
      }
    }
  }

  private static String newId(Model model, SignedHttp.Answer answer) {
    var id = answer.header("x-amz-version-id");
    assertThat(id.isEmpty()).isEqualTo(model.state != State.ENABLED);
    return id.isEmpty() ? "null" : id;
  }

  private static void compare(Random random, String bucket, Model model) {
    var prefix = List.of("", "a", "a/", "a/b", "none").get(random.nextInt(5));
    var delimiter = List.of("", "/", "b").get(random.nextInt(3));
    int limit = 1 + random.nextInt(6);
    assertThat(versionPages(bucket, prefix, delimiter, limit))
        .containsExactlyElementsOf(model.versions(prefix, delimiter));
    assertThat(currentPages(bucket, prefix, delimiter, limit))
        .containsExactlyElementsOf(model.current(prefix, delimiter));
    for (Map.Entry<String, List<Version>> entry : model.keys.entrySet()) {
      var target = bucket + "/" + encoded(entry.getKey());
      var newest = entry.getValue().stream().findFirst();
      var answer = http.get(target);
      if (newest.isPresent() && !newest.get().marker()) {
        assertThat(answer.text()).isEqualTo(newest.get().body());
      } else {
        assertThat(answer.verdict()).isEqualTo("404 NoSuchKey");
        assertThat(answer.headers().has("x-amz-delete-marker")).isEqualTo(newest.isPresent());
      }
      if (!entry.getValue().isEmpty()) {
        var some = entry.getValue().get(random.nextInt(entry.getValue().size()));
        var chosen = http.get(target + "?versionId=" + some.id());
        if (some.marker()) {
          assertThat(chosen.verdict()).isEqualTo("405 MethodNotAllowed");
        } else {
          assertThat(chosen.text()).isEqualTo(some.body());
        }
      }
    }
  }

  @Test
  void listingsAndReadsAgreeWithTheModel() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("VersionHistoriesTest seed " + seed + ": replay with -Dseed=" + seed);
    for (int history = 0; history < HISTORIES; history++) {
      var random = new Random(seed + history);
      var bucket = "/history-" + history;
      TestBuckets.make(http, bucket.substring(1));
      var model = new Model();
      for (int step = 0; step < STEPS; step++) {
        step(random, bucket, model, step);
        if (random.nextInt(4) == 0 || step == STEPS - 1) {
          compare(random, bucket, model);
        }
      }
    }
  }
}
