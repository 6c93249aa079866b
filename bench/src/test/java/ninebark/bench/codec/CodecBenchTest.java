package ninebark.bench.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import ninebark.erasure.Codec;
import ninebark.erasure.Codecs;
import ninebark.erasure.Scheme;
import ninebark.erasure.ShardSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CodecBenchTest {
  private static final Timing SHORT = new Timing(Duration.ofMillis(1), Duration.ofMillis(1), 3);

  @Test
  void aCoderThatMakesWrongBytesIsFoundBeforeItIsTimed() {
    var right = Codecs.named("table", Scheme.rs(6, 2));
    assertThat(CodecCheck.problem(right)).isEmpty();
    assertThat(CodecCheck.problem(new LastByteWrong(right)))
        .hasValueSatisfying(problem -> assertThat(problem).contains("encodes shard 7"));
  }

  @Test
  void twoRunsAreComparedRowByRow(@TempDir Path folder) throws IOException {
    var before = folder.resolve("before.json");
    var after = folder.resolve("after.json");
    Files.writeString(before, ResultFormat.json(List.of(row(10, 9, 11))));
    Files.writeString(after, ResultFormat.json(List.of(row(20, 19, 21))));
    var out = new StringWriter();
    int exit =
        new CommandLine(new CodecBench())
            .setOut(new PrintWriter(out))
            .execute("--compare", before.toString(), after.toString());
    assertThat(exit).isZero();
    assertThat(out.toString()).contains("10.00 ->   20.00  x2.00").doesNotContain("overlap");
  }

  @Test
  void aRunIsWrittenAsTableAndChart() {
    var run = List.of(row(10, 9, 11));
    assertThat(ResultFormat.csv(run)).contains("vector,rs-cauchy-6-2,encode,65536,1,hot,10.000");
    assertThat(ResultFormat.svg(run)).startsWith("<svg").contains("<rect").endsWith("</svg>\n");
  }

  @Test
  void aProgramInAnotherLanguageIsCheckedAndTimed() throws IOException {
    try (var coder = CommandLineCoder.start("other=" + program("right"))) {
      var found = coder.measure(new Scheme(Scheme.Generator.CAUCHY, 4, 2), 4096, SHORT);
      assertThat(found).hasValueSatisfying(row -> assertThat(row.median()).isEqualTo(2.0));
      assertThat(coder.measure(new Scheme(Scheme.Generator.VANDERMONDE, 4, 2), 4096, SHORT))
          .as("a scheme it does not have")
          .isEmpty();
    }
  }

  @Test
  void aProgramThatMakesWrongParityIsRefused() throws IOException {
    try (var coder = CommandLineCoder.start("other=" + program("wrong"))) {
      assertThatThrownBy(
              () -> coder.measure(new Scheme(Scheme.Generator.CAUCHY, 4, 2), 4096, SHORT))
          .hasMessageContaining("other encodes shard 4 of rs-cauchy-4-2 wrong");
    }
  }

  private static Measurement row(double median, double low, double high) {
    return new Measurement("vector", "rs-cauchy-6-2", "encode", 65536, 1, "hot", median, low, high);
  }

  private static String program(String behaviour) {
    var java = ProcessHandle.current().info().command().orElseThrow();
    return java
        + " -cp "
        + System.getProperty("java.class.path")
        + " "
        + Program.class.getName()
        + " "
        + behaviour;
  }

  /** A program that speaks the protocol, with our own table coder behind it. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws IOException {
      var in = new DataInputStream(System.in);
      while (true) {
        var words = List.of(line(in).split(" ", -1));
        if (words.getFirst().equals("quit")) {
          return;
        }
        int k = Integer.parseInt(words.get(2));
        int m = Integer.parseInt(words.get(3));
        int bytes = Integer.parseInt(words.get(4));
        if (words.getFirst().equals("time")) {
          System.out.print(words.get(1).equals("cauchy") ? "2000 1000\n" : "0 0\n");
        } else {
          var shards = new MemorySegment[k + m];
          for (int i = 0; i < shards.length; i++) {
            shards[i] = MemorySegment.ofArray(i < k ? in.readNBytes(bytes) : new byte[bytes]);
          }
          if (arguments[0].equals("right")) {
            Codecs.named("table", new Scheme(Scheme.Generator.CAUCHY, k, m)).encode(shards, bytes);
          }
          for (int i = k; i < shards.length; i++) {
            System.out.write(shards[i].toArray(ValueLayout.JAVA_BYTE));
          }
        }
        System.out.flush();
      }
    }

    private static String line(DataInputStream in) throws IOException {
      var line = new StringBuilder();
      for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
        line.append((char) next);
      }
      return line.toString();
    }
  }

  private record LastByteWrong(Codec right) implements Codec {
    @Override
    public Scheme scheme() {
      return right.scheme();
    }

    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public void encode(MemorySegment[] shards, long length) {
      right.encode(shards, length);
      var last = shards[shards.length - 1];
      byte old = last.get(ValueLayout.JAVA_BYTE, length - 1);
      last.set(ValueLayout.JAVA_BYTE, length - 1, (byte) (old ^ 1));
    }

    @Override
    public void updateParity(
        int dataIndex, MemorySegment delta, MemorySegment[] parity, long length) {
      right.updateParity(dataIndex, delta, parity, length);
    }

    @Override
    public boolean verify(MemorySegment[] shards, long length) {
      return right.verify(shards, length);
    }

    @Override
    public void reconstruct(
        MemorySegment[] shards, ShardSet present, ShardSet wanted, long length) {
      right.reconstruct(shards, present, wanted, length);
    }
  }
}
