package ninebark.bench.codec;

import java.util.Optional;
import ninebark.erasure.Codec;
import ninebark.erasure.Scheme;

/**
 * A coder from elsewhere that wants to be held against ours: implement this, name the class in
 * {@code META-INF/services/ninebark.bench.codec.CoderProvider}, and put the jar on the class path.
 */
public interface CoderProvider {
  /** The coder's name in tables and charts. */
  String name();

  /** The coder for a scheme, or empty if it has none for that shape or matrix. */
  Optional<Codec> codec(Scheme scheme);
}
