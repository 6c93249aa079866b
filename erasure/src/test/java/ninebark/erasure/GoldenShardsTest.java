package ninebark.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Shards as they were when the format was fixed, {@code golden/<format name>.hex}: one shard per
 * line, data first. Bytes on disks depend on these; a difference is a broken store, not a test to
 * be renewed.
 */
class GoldenShardsTest {
  private static final int LENGTH = 48;

  static Stream<String> golden() {
    return Stream.of("4-2", "6-2", "10-4", "17-3")
        .flatMap(
            shape ->
                Stream.of("vandermonde", "cauchy", "power")
                    .map(name -> "rs-" + name + "-" + shape));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void everyCoderMakesTheGoldenParity(String formatName) {
    var scheme = Scheme.parseFormatName(formatName);
    var golden = read(formatName);
    assertThat(golden.length).isEqualTo(scheme.n());
    for (String coder : Codecs.names()) {
      // Golden shards are short; repeated, they reach the loops for long ones too.
      for (int copies : new int[] {1, 40}) {
        var shards = new MemorySegment[scheme.n()];
        for (int i = 0; i < shards.length; i++) {
          shards[i] = MemorySegment.ofArray(new byte[LENGTH * copies]);
          for (int copy = 0; i < scheme.k() && copy < copies; copy++) {
            MemorySegment.copy(
                golden[i], 0, shards[i], ValueLayout.JAVA_BYTE, (long) copy * LENGTH, LENGTH);
          }
        }
        Codecs.named(coder, scheme).encode(shards, (long) LENGTH * copies);
        for (int i = scheme.k(); i < shards.length; i++) {
          for (int copy = 0; copy < copies; copy++) {
            var made = shards[i].asSlice((long) copy * LENGTH, LENGTH);
            assertThat(made.toArray(ValueLayout.JAVA_BYTE))
                .as("%s, shard %d of %s", coder, i, formatName)
                .isEqualTo(golden[i]);
          }
        }
      }
    }
  }

  private static byte[][] read(String formatName) {
    try (var file = GoldenShardsTest.class.getResourceAsStream("/golden/" + formatName + ".hex")) {
      assertThat(file).as("golden shards of %s", formatName).isNotNull();
      return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(line -> HexFormat.of().parseHex(line))
          .toArray(byte[][]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
