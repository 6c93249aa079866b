package ninebark.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Listing;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.UploadId;
import ninebark.metadata.fixture.MemoryIndex;
import org.junit.jupiter.api.Test;

class ListingTest {
  private static final AccountId OWNER = new AccountId("owner");

  /** Pieces that sort badly as UTF-16, that are empty, or that the escaping must survive. */
  private static final List<String> PIECES =
      List.of(
          "a",
          "b",
          "/",
          "//",
          "-",
          "\0",
          "\u0001",
          "\u007f",
          "\u00ff",
          "\uffff",
          "\ud800\udc00",
          "\udbff\udfff",
          "ab",
          "\ud83d\ude00",
          "%",
          ".");

  private final MemoryIndex index = new MemoryIndex();

  private BucketId bucket(String name) {
    var made = index.submit(new Command.CreateBucket(new BucketName(name), OWNER, "us-east-1"));
    return ((Reply.CreateBucket.Created) made).bucket().id();
  }

  private void put(BucketId bucket, String key) {
    var object =
        new NewObject(
            new ETag("e"),
            0,
            "STANDARD",
            OWNER,
            List.of(),
            List.of(),
            new Content.Inline(new byte[0]));
    index.submit(new Command.PutObject(bucket, new ObjectKey(key), object, Precondition.NONE));
  }

  private static int byUtf8(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  private static String name(Listing.Entry entry) {
    return switch (entry) {
      case Listing.Entry.Key key -> key.key();
      case Listing.Entry.CommonPrefix(var prefix) -> "CP:" + prefix;
    };
  }

  /** What a listing without pages shows, by the simplest means. */
  private static List<String> model(
      SortedSet<String> keys, String prefix, String delimiter, String after) {
    var shown = new LinkedHashSet<String>();
    for (var key : keys) {
      if (key.startsWith(prefix)) {
        int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
        var entry = at < 0 ? key : key.substring(0, at + delimiter.length());
        if (after.isEmpty() || byUtf8(entry, after) > 0) {
          shown.add(at < 0 ? entry : "CP:" + entry);
        }
      }
    }
    return List.copyOf(shown);
  }

  private static String text(Random random, int most) {
    var text = new StringBuilder();
    for (int pieces = random.nextInt(most + 1); pieces > 0; pieces--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  @Test
  void everyListingAgreesWithANaiveOneOnRandomKeys() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("ListingTest seed " + seed + ": replay with -Dseed=" + seed);
    var random = new Random(seed);
    for (int round = 0; round < 40; round++) {
      var bucket = bucket("bucket-" + round);
      var keys = new TreeSet<String>(ListingTest::byUtf8);
      for (int i = 0; i < 60; i++) {
        var key = text(random, 5);
        if (!key.isEmpty()) {
          keys.add(key);
          put(bucket, key);
        }
      }
      var some = List.copyOf(keys);
      for (int i = 0; i < 60; i++) {
        var prefix = text(random, 2);
        var delimiter = text(random, 1);
        var after =
            switch (random.nextInt(4)) {
              case 0 -> "";
              case 1 -> some.get(random.nextInt(some.size()));
              case 2 -> prefix + text(random, 2);
              default -> text(random, 3);
            };
        int limit = 1 + random.nextInt(5);
        var expected = model(keys, prefix, delimiter, after);
        var listed = new ArrayList<String>();
        Optional<String> resume = Optional.of(after);
        while (resume.isPresent()) {
          var page =
              index.ask(new Query.ListObjects(bucket, prefix, delimiter, resume.get(), limit));
          assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
          assertThat(page.truncated()).isEqualTo(page.resume().isPresent());
          page.entries().forEach(entry -> listed.add(name(entry)));
          resume = page.resume();
        }
        assertThat(listed)
            .as("prefix '%s' delimiter '%s' after '%s' of %s", prefix, delimiter, after, keys)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void aDelimiterSkipsWhatItRollsUp() {
    var bucket = bucket("deep");
    for (int prefix = 0; prefix < 100; prefix++) {
      for (int i = 0; i < 50; i++) {
        put(bucket, String.format("p%03d/k%03d", prefix, i));
      }
    }
    var page = index.ask(new Query.ListObjects(bucket, "", "/", "", 1000));
    assertThat(page.entries()).hasSize(100);
    assertThat(page.rowsTouched()).isEqualTo(100);
    assertThat(page.truncated()).isFalse();
  }

  @Test
  void aPageOfNoKeysIsEmptyAndTheEnd() {
    var bucket = bucket("none");
    put(bucket, "a");
    var page = index.ask(new Query.ListObjects(bucket, "", "", "", 0));
    assertThat(page.entries()).isEmpty();
    assertThat(page.truncated()).isFalse();
  }

  @Test
  void aListingEndsWhereItsBucketEnds() {
    var first = bucket("first");
    var second = bucket("second");
    put(first, "z");
    put(second, "a");
    assertThat(index.ask(new Query.ListObjects(first, "", "", "", 10)).entries()).hasSize(1);
    assertThat(index.ask(new Query.ListObjects(first, "", "", "zz", 10)).entries()).isEmpty();
    assertThat(index.ask(new Query.ListObjects(second, "", "", "", 10)).entries()).hasSize(1);
  }

  private UploadId upload(BucketId bucket, String key, int number) {
    var id = new UploadId(String.format("%032x", number));
    index.submit(
        new Command.CreateUpload(
            bucket,
            new ObjectKey(key),
            id,
            number,
            "STANDARD",
            OWNER,
            List.of(),
            Optional.empty()));
    return id;
  }

  @Test
  void uploadsAreListedByKeyThenByIdAcrossPages() {
    var bucket = bucket("uploads");
    var expected = new ArrayList<String>();
    int number = 0;
    for (var key : List.of("a", "a/b", "a/c", "b", "\uffff", "\ud800\udc00")) {
      for (int i = 0; i < 3; i++) {
        expected.add(key + " " + upload(bucket, key, ++number));
      }
    }
    for (int limit = 1; limit <= 7; limit++) {
      var listed = new ArrayList<String>();
      var afterKey = "";
      Optional<UploadId> afterUpload = Optional.empty();
      while (true) {
        var page = index.ask(new Query.ListUploads(bucket, "", "", afterKey, afterUpload, limit));
        page.uploads().forEach(upload -> listed.add(upload.key() + " " + upload.id()));
        if (!page.truncated()) {
          break;
        }
        afterKey = page.nextKey();
        afterUpload = page.nextUpload();
      }
      assertThat(listed).isEqualTo(expected);
    }
    var rolled = index.ask(new Query.ListUploads(bucket, "", "/", "", Optional.empty(), 100));
    assertThat(rolled.commonPrefixes()).containsExactly("a/");
    assertThat(rolled.uploads()).hasSize(12);
    var behindKey = index.ask(new Query.ListUploads(bucket, "", "", "a", Optional.empty(), 1));
    assertThat(behindKey.uploads().getFirst().key().value()).isEqualTo("a/b");
  }
}
