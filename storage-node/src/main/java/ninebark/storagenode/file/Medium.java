package ninebark.storagenode.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a folder's bytes lie on. */
public enum Medium {
  FLASH,
  SPINNING;

  /**
   * Asks the kernel. Where it does not say, in a container or on a network, the answer is flash:
   * what is read too often is no worse for it.
   */
  public static Medium of(Path folder) {
    try {
      long device = ((Number) Files.getAttribute(folder, "unix:dev")).longValue();
      long major = (device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL);
      long minor = (device & 0xff) | (device >>> 12 & ~0xffL);
      var block = Path.of("/sys/dev/block", major + ":" + minor);
      // A partition has no queue of its own, its disk has.
      for (var queue : new String[] {"queue", "../queue"}) {
        var rotational = block.resolve(queue).resolve("rotational");
        if (Files.isReadable(rotational)) {
          return Files.readString(rotational).strip().equals("1") ? SPINNING : FLASH;
        }
      }
      return FLASH;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
      return FLASH;
    }
  }
}
