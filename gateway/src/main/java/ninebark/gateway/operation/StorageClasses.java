package ninebark.gateway.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import ninebark.erasure.Scheme;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.metadata.ObjectInfo;

/** The storage classes there are, by the names that clients use. */
public record StorageClasses(Map<String, StorageClass> byName) {
  /** What a client gets that names none. */
  public static final String STANDARD = "STANDARD";

  /** One of them. */
  public sealed interface StorageClass {
    /**
     * @param scheme what its bytes are written with
     * @param archive how its objects are restored; one without it is read at once
     */
    record Offered(Scheme scheme, Optional<Archive> archive) implements StorageClass {}

    /** It is configured, but over these disks its promise cannot be kept. */
    record Withheld(String reason) implements StorageClass {}
  }

  /**
   * How long a restore takes, by its tier. An archived object's bytes stay in stripes, like any
   * other's: what is restored is, for a time that the index keeps, the permission to read them.
   *
   * @param expedited empty if the class has no such tier
   */
  public record Archive(Optional<Duration> expedited, Duration standard, Duration bulk) {}

  public StorageClasses {
    byName = Map.copyOf(byName);
    if (!(byName.get(STANDARD) instanceof StorageClass.Offered(var _, var archive))
        || archive.isPresent()) {
      throw new IllegalArgumentException(
          "there must be a storage class " + STANDARD + " that is read at once");
    }
  }

  /** Classes that are all read at once. */
  public static StorageClasses of(Map<String, Scheme> schemes) {
    var byName = new HashMap<String, StorageClass>();
    schemes.forEach(
        (name, scheme) -> byName.put(name, new StorageClass.Offered(scheme, Optional.empty())));
    return new StorageClasses(byName);
  }

  /** The class a request names in its headers. */
  String named(Headers headers) {
    return checked(headers.first("x-amz-storage-class").orElse(STANDARD));
  }

  private String checked(String name) {
    return switch (byName.get(name)) {
      case null ->
          throw S3Error.INVALID_STORAGE_CLASS.exception().with("StorageClassRequested", name);
      case StorageClass.Withheld(var reason) ->
          throw S3Error.INVALID_STORAGE_CLASS
              .because("This storage class cannot be had here. " + reason)
              .with("StorageClassRequested", name);
      case StorageClass.Offered _ -> name;
    };
  }

  /** How objects of a class are restored; empty if they are read at once. */
  Optional<Archive> archive(String name) {
    return byName.get(name) instanceof StorageClass.Offered(var _, var archive)
        ? archive
        : Optional.empty();
  }

  /** Whether an object is archived and not restored at this moment. */
  boolean isArchived(ObjectInfo info, Instant now) {
    return archive(info.storageClass()).isPresent()
        && info.restore().filter(restore -> restore.isReadable(now)).isEmpty();
  }

  /** Whether bytes of one class may stand in for bytes of the other. */
  boolean sameScheme(String first, String second) {
    return byName.get(first) instanceof StorageClass.Offered(var scheme, var _)
        && byName.get(second) instanceof StorageClass.Offered(var other, var _)
        && scheme.equals(other);
  }

  Scheme scheme(String name) {
    if (byName.get(name) instanceof StorageClass.Offered(var scheme, var _)) {
      return scheme;
    }
    throw new IllegalStateException("the storage class " + name + " is not to be had any more");
  }
}
