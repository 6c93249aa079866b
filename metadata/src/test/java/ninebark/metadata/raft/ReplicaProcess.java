package ninebark.metadata.raft;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import ninebark.storagenode.shard.IndexMemory;

/** A replica in a process of its own, that can be killed and paused; and its main. */
final class ReplicaProcess {
  static final IndexConfig CONFIG = IndexConfig.DEFAULT.withSnapshots(2_000, 1 << 20, 500, 1 << 20);

  private final Process process;
  private final BufferedReader lines;

  private ReplicaProcess(Process process) {
    this.process = process;
    this.lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Returns before the replica is there. */
  static ReplicaProcess start(Path place, IndexGroup group, String self) throws IOException {
    var command =
        new ArrayList<String>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx192m",
                "-cp",
                System.getProperty("java.class.path"),
                ReplicaProcess.class.getName(),
                place.toString(),
                self,
                group.id().toString()));
    for (var peer : group.peers()) {
      command.add(peer.id() + "=" + peer.port());
    }
    return new ReplicaProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  private String say(String what) throws IOException {
    var out = process.getOutputStream();
    out.write((what + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
    while (true) {
      var line = lines.readLine();
      if (line == null) {
        throw new IOException("the replica's process has ended");
      }
      // Its log goes the same way.
      if (line.startsWith("= ")) {
        return line.substring(2);
      }
    }
  }

  boolean leads() throws IOException {
    return say("leads").equals("true");
  }

  String stateHash() throws IOException {
    return say("hash");
  }

  void signal(String name) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("cannot send " + name);
    }
  }

  /** From now on a write beyond that many bytes of any file fails, as on a full or failing disk. */
  void limitFileSize(long bytes) throws Exception {
    var limit =
        new ProcessBuilder("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + bytes)
            .start();
    if (limit.waitFor() != 0) {
      throw new IOException("cannot limit the size of files");
    }
  }

  void kill() throws Exception {
    process.toHandle().destroyForcibly();
    process.waitFor();
    lines.close();
  }

  boolean ended(long seconds) throws InterruptedException {
    return process.waitFor(seconds, TimeUnit.SECONDS);
  }

  public static void main(String[] arguments) throws Exception {
    var peers = new ArrayList<IndexPeer>();
    for (int at = 3; at < arguments.length; at++) {
      var parts = arguments[at].split("=", 2);
      peers.add(new IndexPeer(parts[0], "127.0.0.1", Integer.parseInt(parts[1]), "az" + at));
    }
    var group = new IndexGroup(UUID.fromString(arguments[2]), peers);
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var index =
        RaftIndex.open(
            Path.of(arguments[0]),
            new Seat.Founder(group, arguments[1], new IndexTransport.PlaintextOnLoopback()),
            CONFIG,
            new IndexMemory(8 << 20, 8 << 20),
            InstantSource.system(),
            new SimpleMeterRegistry(),
            failure -> Runtime.getRuntime().halt(3));
    var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String command; (command = commands.readLine()) != null; ) {
      switch (command) {
        case "leads" -> out.println("= " + index.leads());
        case "hash" -> out.println("= " + index.stateHash());
        default -> throw new IllegalArgumentException(command);
      }
    }
    // The test is gone.
    Runtime.getRuntime().halt(0);
  }
}
