package ninebark.erasure.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Which vectors this CPU shuffles well. */
final class Lanes {
  private Lanes() {}

  /**
   * 64 lanes need a CPU that shuffles 64 bytes as one (AVX-512 VBMI): without it a shuffle of more
   * than 16 lanes is put together from several, and 16 lanes are faster.
   */
  static VectorSpecies<Byte> species() {
    return VectorShape.preferredShape() == VectorShape.S_512_BIT && shufflesWholeVectors()
        ? ByteVector.SPECIES_512
        : ByteVector.SPECIES_128;
  }

  private static boolean shufflesWholeVectors() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines.anyMatch(line -> line.startsWith("flags") && line.contains(" avx512vbmi "));
    } catch (IOException unreadable) {
      // Not Linux: the smaller vectors are right everywhere.
      return false;
    }
  }
}
