package ninebark.erasure;

import java.util.List;
import ninebark.erasure.kernel.TableKernel;
import ninebark.erasure.kernel.VectorKernel;

/** Where codecs come from: the best one of this machine, or one by name. */
public final class Codecs {
  private Codecs() {}

  /** The names that {@link #named} knows. */
  public static List<String> names() {
    return List.of("table", "vector");
  }

  /** The fastest coder that this machine and this JVM offer. */
  public static Codec best(Scheme scheme) {
    return named("table", scheme);
  }

  /**
   * The coder of that name.
   *
   * @throws IllegalArgumentException if there is none of that name on this machine
   */
  public static Codec named(String name, Scheme scheme) {
    return switch (name) {
      case "table" -> new MatrixCodec(scheme, new TableKernel());
      case "vector" -> new MatrixCodec(scheme, new VectorKernel());
      default ->
          throw new IllegalArgumentException("no coder '" + name + "', there are " + names());
    };
  }
}
