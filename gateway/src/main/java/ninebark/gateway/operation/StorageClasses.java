package ninebark.gateway.operation;

import java.util.Map;
import java.util.Optional;
import ninebark.erasure.Scheme;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;

/** The storage classes there are, and the scheme each is written with. */
public record StorageClasses(Map<String, Scheme> schemes) {
  /** What a client gets that names none. */
  public static final String STANDARD = "STANDARD";

  public StorageClasses {
    schemes = Map.copyOf(schemes);
    if (!schemes.containsKey(STANDARD)) {
      throw new IllegalArgumentException("there must be a storage class " + STANDARD);
    }
  }

  /** The class a request names in its headers. */
  String named(Headers headers) {
    var name = headers.first("x-amz-storage-class").orElse(STANDARD);
    if (!schemes.containsKey(name)) {
      throw S3Error.INVALID_STORAGE_CLASS.exception().with("StorageClassRequested", name);
    }
    return name;
  }

  /** Whether bytes of one class may stand in for bytes of the other. */
  boolean sameScheme(String first, String second) {
    var scheme = Optional.ofNullable(schemes.get(first));
    return scheme.isPresent() && scheme.equals(Optional.ofNullable(schemes.get(second)));
  }

  Scheme scheme(String name) {
    var scheme = schemes.get(name);
    if (scheme == null) {
      throw new IllegalStateException("the storage class " + name + " is not configured any more");
    }
    return scheme;
  }
}
