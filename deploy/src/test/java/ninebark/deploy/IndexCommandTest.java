package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import ninebark.deploy.config.ConfigFile;
import ninebark.metadata.Query;
import ninebark.metadata.raft.IndexConfig;
import ninebark.metadata.raft.RaftIndex;
import ninebark.storagenode.Deadline;
import ninebark.storagenode.shard.IndexMemory;
import ninebark.storagenode.trust.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class IndexCommandTest {
  @TempDir Path folder;

  private final List<Integer> ports = new ArrayList<>();

  /** The configuration of a replica; the third joins later. */
  private Path config(int number) throws IOException {
    var file = folder.resolve("index-" + number + ".yaml");
    var text =
        new StringBuilder(
            """
            cluster:
              id: 6ba7b810-9dad-11d1-80b4-00c04fd430c8
              plaintext-on-loopback: true
              node: index-%d
              index-joins: %s
              index-replicas:
            """
                .formatted(number, number == 3));
    for (int replica = 1; replica <= 3; replica++) {
      if (replica < 3 || number == 3) {
        text.append(
            "    - {name: index-%d, address: \"127.0.0.1:%d\", az: az-%d}\n"
                .formatted(replica, ports.get(replica - 1), replica));
      }
    }
    Files.writeString(file, text);
    return file;
  }

  private RaftIndex replica(int number, IndexMemory memory) throws Exception {
    var config = ConfigFile.read(config(number)).cluster();
    var member = Membership.of(config, EnumSet.of(Role.INDEX));
    return RaftIndex.open(
        folder.resolve("data-" + number),
        ClusterIndex.of(member, config).orElseThrow().seat(member, config),
        IndexConfig.DEFAULT,
        memory,
        InstantSource.system(),
        new SimpleMeterRegistry(),
        panic -> {
          throw new AssertionError(panic);
        });
  }

  private String run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var line = new CommandLine(new IndexCommand());
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    assertThat(line.execute(arguments)).describedAs("%s", err).isZero();
    return out.toString();
  }

  @Test
  void replicasAreAddedAndRemovedWhileTheIndexIsUsed() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        ports.add(socket.getLocalPort());
      }
    }
    var any = config(1).toString();
    try (var memory = new IndexMemory(16 << 20, 16 << 20);
        var first = replica(1, memory);
        var second = replica(2, memory)) {
      ClusterIndex.awaitAnswer(first, Deadline.after(java.time.Duration.ofSeconds(60)));
      assertThat(run("list", "--config", any))
          .contains("index-1", "index-2", "leads", "follows")
          .doesNotContain("index-3");
      try (var third = replica(3, memory)) {
        var address = "127.0.0.1:" + ports.get(2);
        assertThat(run("add", "--config", any, "index-3", address, "az-3")).contains("index-3");
        assertThat(third.ask(new Query.CurrentFence())).isEqualTo(0);
        assertThat(run("remove", "--config", any, "index-2")).doesNotContain("index-2");
        assertThat(first.ask(new Query.CurrentFence())).isEqualTo(0);
      }
      assertThat(second.leads()).isFalse();
    }
  }
}
