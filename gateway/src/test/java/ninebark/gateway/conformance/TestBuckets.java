package ninebark.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import ninebark.gateway.TestStore;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.Versioning;

/** Buckets and bytes for tests to begin with. */
final class TestBuckets {
  private TestBuckets() {}

  static void make(SignedHttp http, String name) {
    assertThat(http.put("/" + name, "").status()).isEqualTo(200);
  }

  /** Makes one that keeps versions. */
  static void makeVersioned(TestStore store, SignedHttp http, String name) {
    make(http, name);
    setVersioning(store, name, Versioning.ENABLED);
  }

  static void setVersioning(TestStore store, String name, Versioning versioning) {
    try {
      var reply = store.index.submit(new Command.SetVersioning(find(store, name).id(), versioning));
      assertThat(reply).isInstanceOf(Reply.ChangeBucket.Changed.class);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static Bucket find(TestStore store, String name) {
    try {
      return store.index.ask(new Query.FindBucket(new BucketName(name))).orElseThrow();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static byte[] random(int length, long seed) {
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
