package ninebark.storagenode;

import java.util.UUID;

/** A disk's name, written once into its identity file. */
public record DiskId(UUID value) {
  public static DiskId parse(String text) {
    return new DiskId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
