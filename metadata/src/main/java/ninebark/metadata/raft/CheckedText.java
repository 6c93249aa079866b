package ninebark.metadata.raft;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A small text file that is written whole, survives a power cut, and tells when it is not what was
 * written.
 *
 * <pre>
 * NAME VERSION
 * ...lines of its format...
 * crc32c HEX     of all lines before
 * </pre>
 */
final class CheckedText {
  private static final Pattern END =
      Pattern.compile("(.*\n)crc32c ([0-9a-f]{8})\n", Pattern.DOTALL);
  private static final Pattern HEAD = Pattern.compile("(\\S+) (\\d{1,9})\n");

  private CheckedText() {}

  /** Puts the file in place of the one there. */
  static void write(Path file, String lines) throws IOException {
    var temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(temporary, lines + "crc32c " + checksum(lines) + "\n");
    IndexFolder.sync(temporary);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    IndexFolder.sync(file.toAbsolutePath().getParent());
  }

  /**
   * The file's lines, taken apart by the pattern of its format.
   *
   * @throws IOException if it is of a newer version or damaged
   */
  static Matcher read(Path file, int version, Pattern format) throws IOException {
    var text = Files.readString(file);
    var head = HEAD.matcher(text);
    if (head.lookingAt() && Integer.parseInt(head.group(2)) > version) {
      throw new IOException(
          file
              + " says version "
              + head.group(2)
              + ", this program knows up to "
              + version
              + ": it was written by a newer Ninebark");
    }
    var end = END.matcher(text);
    if (end.matches() && checksum(end.group(1)).equals(end.group(2))) {
      var lines = format.matcher(end.group(1));
      if (lines.matches()) {
        return lines;
      }
    }
    throw new IOException(file + " is damaged: it is not what Ninebark wrote");
  }

  private static String checksum(String text) {
    var crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }
}
