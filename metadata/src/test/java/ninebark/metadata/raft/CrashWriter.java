package ninebark.metadata.raft;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import ninebark.metadata.Command;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.storagenode.shard.IndexMemory;

/** Writes objects until it is killed, and says of each one that it was acknowledged. */
final class CrashWriter {
  private CrashWriter() {}

  static String body(String key) {
    return "body of " + key + " ".repeat(Math.floorMod(key.hashCode(), 3000));
  }

  public static void main(String[] arguments) throws Exception {
    var folder = Path.of(arguments[0]);
    var round = arguments[1];
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var config = IndexConfig.DEFAULT.withSnapshots(200, 1 << 20, 20, 256 << 10);
    var index = RaftIndexTest.open(folder, config, new IndexMemory(8 << 20, 8 << 20));
    var bucket = RaftIndexTest.bucket(index, "bucket");
    for (int writer = 0; writer < 8; writer++) {
      var name = round + "-" + writer;
      Thread.ofPlatform()
          .start(
              () -> {
                try {
                  for (int i = 0; ; i++) {
                    var key = name + "-" + i;
                    index.submit(
                        new Command.PutObject(
                            bucket.id(),
                            new ObjectKey(key),
                            RaftIndexTest.object(body(key)),
                            Precondition.NONE));
                    out.println("ack " + key);
                  }
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
    }
  }
}
