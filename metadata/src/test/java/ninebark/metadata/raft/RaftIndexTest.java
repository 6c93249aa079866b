package ninebark.metadata.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Header;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.rocks.RocksMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftIndexTest {
  @TempDir Path folder;

  static RaftIndex open(Path folder, RocksMemory memory) throws IOException {
    return RaftIndex.open(
        folder,
        IndexConfig.DEFAULT,
        memory,
        InstantSource.system(),
        new SimpleMeterRegistry(),
        failure -> failure.printStackTrace());
  }

  static NewObject object(String body) {
    return new NewObject(
        new ETag("e" + body.hashCode()),
        body.length(),
        "STANDARD",
        new AccountId("owner"),
        List.of(new Header("content-type", "text/plain")),
        List.of(),
        new Content.Inline(body.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Test
  void whatIsPutIsThereAfterRestart() throws Exception {
    try (var memory = RocksMemory.of(8 << 20, 8 << 20)) {
      Bucket bucket;
      var key = new ObjectKey("a/b\0c");
      try (var index = open(folder, memory)) {
        var made =
            index.submit(
                new Command.CreateBucket(
                    new BucketName("bucket"), new AccountId("owner"), "us-east-1"));
        bucket = ((Reply.CreateBucket.Created) made).bucket();
        assertThat(
                index.submit(
                    new Command.PutObject(bucket.id(), key, object("hello"), Precondition.NONE)))
            .isInstanceOf(Reply.PutObject.Stored.class);
        assertThat(index.ask(new Query.FindBucket(new BucketName("bucket"))))
            .isEqualTo(Optional.of(bucket));
      }
      try (var index = open(folder, memory)) {
        var found = index.ask(new Query.ReadObject(bucket.id(), key)).orElseThrow();
        assertThat(found.info().etag()).isEqualTo(object("hello").etag());
        assertThat(((Content.Inline) found.content()).bytes()).asString().isEqualTo("hello");
        assertThat(index.ask(new Query.ListObjects(bucket.id(), "", "/", "", 10)).entries())
            .hasSize(1);
        assertThat(index.ask(new Query.CountObjects(bucket.id()))).isEqualTo(new Query.Count(1, 5));
      }
    }
  }
}
