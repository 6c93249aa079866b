package ninebark.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;

/**
 * The file {@code node-disks} of a storage node: which disks it has, so that one that is gone is
 * missed and one that is wiped is not trusted. Lines of text:
 *
 * <pre>
 * ninebark node disks 1
 * DISK NODE RACK AZ WEIGHT     for each disk; no name has a space in it
 * crc32c HEX                   of all bytes before this line
 * </pre>
 */
final class NodeDisksFormat {
  private static final Pattern FIRST = Pattern.compile("ninebark node disks (\\d{1,9})");
  private static final int VERSION = 1;

  private NodeDisksFormat() {}

  static String encode(List<DiskPlace> places) {
    var text = new StringBuilder("ninebark node disks " + VERSION + "\n");
    for (var place : places) {
      text.append(place.disk())
          .append(' ')
          .append(place.node())
          .append(' ')
          .append(place.rack())
          .append(' ')
          .append(place.az())
          .append(' ')
          .append(place.weight())
          .append('\n');
    }
    return text + "crc32c " + crc(text.toString()) + "\n";
  }

  static List<DiskPlace> read(Path file) throws IOException {
    return decode(Files.readString(file), file.toString());
  }

  static List<DiskPlace> decode(String text, String file) throws IOException {
    var first = FIRST.matcher(text);
    if (first.lookingAt() && Integer.parseInt(first.group(1)) > VERSION) {
      throw new IOException(
          file
              + " has version "
              + first.group(1)
              + ", written by a newer Ninebark; this one reads "
              + VERSION);
    }
    int end = text.lastIndexOf("crc32c ");
    if (end < 0 || !text.substring(end).equals("crc32c " + crc(text.substring(0, end)) + "\n")) {
      throw new IOException(file + " is damaged, so nobody knows which disks this node has");
    }
    var places = new ArrayList<DiskPlace>();
    for (var line : text.substring(0, end).lines().skip(1).toList()) {
      var parts = line.split(" ", -1);
      if (parts.length != 5) {
        throw new IOException(file + " makes no sense: '" + line + "'");
      }
      try {
        places.add(
            new DiskPlace(
                DiskId.parse(parts[0]), parts[1], parts[2], parts[3], Long.parseLong(parts[4])));
      } catch (IllegalArgumentException bad) {
        throw new IOException(file + " makes no sense: '" + line + "'", bad);
      }
    }
    return places;
  }

  private static String crc(String text) {
    var crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }
}
