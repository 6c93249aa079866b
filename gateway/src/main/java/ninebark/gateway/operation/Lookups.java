package ninebark.gateway.operation;

import ninebark.gateway.error.S3Error;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Query.Lookup;

/** What a client is told when a key leads to no object. */
final class Lookups {
  private Lookups() {}

  static <T> T hit(Lookup<T> lookup, ObjectKey key) {
    return switch (lookup) {
      case Lookup.Hit<T>(var found) -> found;
      case Lookup.Marker<T> marker ->
          throw S3Error.NO_SUCH_KEY.exception().with("Key", key.value());
      case Lookup.NoSuchKey<T>() -> throw S3Error.NO_SUCH_KEY.exception().with("Key", key.value());
      case Lookup.NoSuchVersion<T>() ->
          throw S3Error.NO_SUCH_VERSION.exception().with("Key", key.value());
    };
  }
}
