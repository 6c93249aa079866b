package ninebark.storagenode.wire;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import ninebark.erasure.Scheme;
import ninebark.storagenode.Description;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskInspector;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.DiskState;
import ninebark.storagenode.DiskStatus;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.Owner;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.ShardLabel;
import ninebark.storagenode.StoredShard;
import ninebark.storagenode.StripeId;
import ninebark.storagenode.file.Medium;

/**
 * The kinds of messages and their fields. Big-endian; a text is its length in bytes (4) and UTF-8,
 * a list its count (4) and its elements, an id 16 bytes, a choice among named things its number
 * (1).
 *
 * <pre>
 * kind                    fields
 *    1  Hello             cluster, text asker
 *    2  Watch
 *    3  Append            disk, label; the body is the shard
 *    4  Read              disk, key, offset 4, length 4
 *    5  ReadLabel         disk, key
 *    6  Erase             disk, list of keys
 *    7  ListShards        disk, 1 if a key follows, that key, limit 4
 *    8  ListContainers    disk
 *    9  InspectContainer  disk, number 4
 *   10  InspectIndex      disk
 *  129  Welcome           cluster, text node, list of (disk, text node, text rack, text az,
 *                         weight 8, medium: 0 flash, 1 spinning)
 *  130  Seen              list of (disk, state: 0 up, 1 full, 2 suspect, 3 away; capacity, used,
 *                         free, live, reclaimable 8 each, containers 4, damage 8)
 *  131  Done
 *  132  Bytes             none; the body is what was asked for
 *  133  Label             label
 *  134  Shards            list of (key, length 4)
 *  135  Containers        list of numbers, 4 each
 *  136  Inspected         bytes 8, damaged 4, mended 4
 *  137  Failed            trouble: 0 missing, 1 damaged, 2 full, 3 suspect, 4 away, 5 time-out,
 *                         6 refused, 7 other; text what
 *
 * key    group 4, birth of the stripe 8, its serial 8, shard 1
 * label  key, text scheme, stripe length 4, shard length 4, bucket 8, text key, content 8, offset 8;
 *        and where there is one, the description, up to the end of the fields
 * </pre>
 */
final class MessageFormat {
  private static final int MAX_TEXT_BYTES = 16 << 10;

  private MessageFormat() {}

  static int kind(Message message) {
    return switch (message) {
      case Message.Hello _ -> 1;
      case Message.Watch _ -> 2;
      case Message.Append _ -> 3;
      case Message.Read _ -> 4;
      case Message.ReadLabel _ -> 5;
      case Message.Erase _ -> 6;
      case Message.ListShards _ -> 7;
      case Message.ListContainers _ -> 8;
      case Message.InspectContainer _ -> 9;
      case Message.InspectIndex _ -> 10;
      case Message.Welcome _ -> 129;
      case Message.Seen _ -> 130;
      case Message.Done _ -> 131;
      case Message.Bytes _ -> 132;
      case Message.Label _ -> 133;
      case Message.Shards _ -> 134;
      case Message.Containers _ -> 135;
      case Message.Inspected _ -> 136;
      case Message.Failed _ -> 137;
    };
  }

  static byte[] encode(Message message) {
    var bytes = new ByteArrayOutputStream(128);
    try {
      new Writer(new DataOutputStream(bytes)).write(message);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  static Message decode(int kind, ByteBuffer fields) throws WireFormatException {
    try {
      var reader = new Reader(fields.duplicate());
      var message = reader.message(kind);
      if (reader.in.hasRemaining()) {
        throw new WireFormatException("a frame of kind " + kind + " has fields too many");
      }
      return message;
    } catch (BufferUnderflowException | IllegalArgumentException | CharacterCodingException bad) {
      throw new WireFormatException(
          "a frame of kind " + kind + " makes no sense: " + bad.getMessage());
    }
  }

  private record Writer(DataOutputStream out) {
    void write(Message message) throws IOException {
      switch (message) {
        case Message.Hello(var cluster, var asker) -> {
          id(cluster);
          text(asker);
        }
        case Message.Append(var disk, var label) -> {
          id(disk.value());
          label(label);
        }
        case Message.Read(var disk, var key, int offset, int length) -> {
          id(disk.value());
          key(key);
          out.writeInt(offset);
          out.writeInt(length);
        }
        case Message.ReadLabel(var disk, var key) -> {
          id(disk.value());
          key(key);
        }
        case Message.Erase(var disk, var keys) -> {
          id(disk.value());
          out.writeInt(keys.size());
          for (var key : keys) {
            key(key);
          }
        }
        case Message.ListShards(var disk, var after, int limit) -> {
          id(disk.value());
          out.writeByte(after.isPresent() ? 1 : 0);
          if (after.isPresent()) {
            key(after.get());
          }
          out.writeInt(limit);
        }
        case Message.ListContainers(var disk) -> id(disk.value());
        case Message.InspectContainer(var disk, int number) -> {
          id(disk.value());
          out.writeInt(number);
        }
        case Message.InspectIndex(var disk) -> id(disk.value());
        case Message.Welcome(var cluster, var node, var disks) -> {
          id(cluster);
          text(node);
          out.writeInt(disks.size());
          for (var disk : disks) {
            served(disk);
          }
        }
        case Message.Seen(var disks) -> {
          out.writeInt(disks.size());
          for (var disk : disks) {
            id(disk.disk().value());
            status(disk.status());
          }
        }
        case Message.Label(var label) -> label(label);
        case Message.Shards(var shards) -> {
          out.writeInt(shards.size());
          for (var shard : shards) {
            key(shard.key());
            out.writeInt(shard.shardBytes());
          }
        }
        case Message.Containers(var numbers) -> {
          out.writeInt(numbers.size());
          for (int number : numbers) {
            out.writeInt(number);
          }
        }
        case Message.Inspected(var inspection) -> {
          out.writeLong(inspection.bytes());
          out.writeInt(inspection.damageCount());
          out.writeInt(inspection.mendedCount());
        }
        case Message.Failed(var trouble, var what) -> {
          out.writeByte(number(trouble));
          text(what);
        }
        case Message.Watch _, Message.Done _, Message.Bytes _ -> {}
      }
    }

    private void id(UUID id) throws IOException {
      out.writeLong(id.getMostSignificantBits());
      out.writeLong(id.getLeastSignificantBits());
    }

    private void text(String text) throws IOException {
      var utf8 = text.getBytes(StandardCharsets.UTF_8);
      if (utf8.length > MAX_TEXT_BYTES) {
        throw new IllegalArgumentException(
            "a text on the wire has at most " + MAX_TEXT_BYTES + " bytes");
      }
      out.writeInt(utf8.length);
      out.write(utf8);
    }

    private void key(ShardKey key) throws IOException {
      out.writeInt(key.group().value());
      out.writeLong(key.stripe().birthMillis());
      out.writeLong(key.stripe().serial());
      out.writeByte(key.shard());
    }

    private void label(ShardLabel label) throws IOException {
      key(label.key());
      text(label.scheme().formatName());
      out.writeInt(label.stripeLength());
      out.writeInt(label.shardBytes());
      out.writeLong(label.owner().bucket());
      text(label.owner().key());
      out.writeLong(label.owner().content());
      out.writeLong(label.owner().offset());
      out.write(label.owner().description().bytes());
    }

    private void served(Message.Served disk) throws IOException {
      id(disk.place().disk().value());
      text(disk.place().node());
      text(disk.place().rack());
      text(disk.place().az());
      out.writeLong(disk.place().weight());
      out.writeByte(
          switch (disk.medium()) {
            case FLASH -> 0;
            case SPINNING -> 1;
          });
    }

    private void status(DiskStatus status) throws IOException {
      out.writeByte(
          switch (status.state()) {
            case UP -> 0;
            case FULL -> 1;
            case SUSPECT -> 2;
            case AWAY -> 3;
          });
      out.writeLong(status.capacityBytes());
      out.writeLong(status.usedBytes());
      out.writeLong(status.freeBytes());
      out.writeLong(status.liveBytes());
      out.writeLong(status.reclaimableBytes());
      out.writeInt(status.containerCount());
      out.writeLong(status.damageCount());
    }

    private static int number(Message.Trouble trouble) {
      return switch (trouble) {
        case MISSING -> 0;
        case DAMAGED -> 1;
        case FULL -> 2;
        case SUSPECT -> 3;
        case AWAY -> 4;
        case TIMEOUT -> 5;
        case REFUSED -> 6;
        case OTHER -> 7;
      };
    }
  }

  private record Reader(ByteBuffer in) {
    Message message(int kind) throws CharacterCodingException {
      return switch (kind) {
        case 1 -> new Message.Hello(id(), text());
        case 2 -> new Message.Watch();
        case 3 -> new Message.Append(disk(), label());
        case 4 -> new Message.Read(disk(), key(), natural(), natural());
        case 5 -> new Message.ReadLabel(disk(), key());
        case 6 -> new Message.Erase(disk(), list(this::key));
        case 7 -> new Message.ListShards(disk(), after(), natural());
        case 8 -> new Message.ListContainers(disk());
        case 9 -> new Message.InspectContainer(disk(), in.getInt());
        case 10 -> new Message.InspectIndex(disk());
        case 129 -> new Message.Welcome(id(), text(), list(this::served));
        case 130 -> new Message.Seen(list(() -> new Message.Figures(disk(), status())));
        case 131 -> new Message.Done();
        case 132 -> new Message.Bytes();
        case 133 -> new Message.Label(label());
        case 134 -> new Message.Shards(list(() -> new StoredShard(key(), natural())));
        case 135 -> new Message.Containers(list(in::getInt));
        case 136 ->
            new Message.Inspected(new DiskInspector.Inspection(in.getLong(), natural(), natural()));
        case 137 -> new Message.Failed(trouble(), text());
        default -> throw new IllegalArgumentException("unknown kind");
      };
    }

    private UUID id() {
      return new UUID(in.getLong(), in.getLong());
    }

    private DiskId disk() {
      return new DiskId(id());
    }

    private int natural() {
      int number = in.getInt();
      if (number < 0) {
        throw new IllegalArgumentException("a negative number");
      }
      return number;
    }

    private String text() throws CharacterCodingException {
      int length = natural();
      if (length > MAX_TEXT_BYTES) {
        throw new IllegalArgumentException("a text of " + length + " bytes");
      }
      if (length > in.remaining()) {
        throw new BufferUnderflowException();
      }
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(in.slice(in.position(), length));
      in.position(in.position() + length);
      return text.toString();
    }

    /** Reads one element of a list. */
    private interface Element<T> {
      T read() throws CharacterCodingException;
    }

    /** Nothing is allocated for elements that did not come. */
    private <T> List<T> list(Element<T> element) throws CharacterCodingException {
      int count = natural();
      var list = new ArrayList<T>();
      for (int i = 0; i < count; i++) {
        list.add(element.read());
      }
      return list;
    }

    private ShardKey key() {
      return new ShardKey(
          new GroupId(in.getInt()),
          new StripeId(in.getLong(), in.getLong()),
          Byte.toUnsignedInt(in.get()));
    }

    private Optional<ShardKey> after() {
      return switch (in.get()) {
        case 0 -> Optional.empty();
        case 1 -> Optional.of(key());
        default -> throw new IllegalArgumentException("neither a key nor none");
      };
    }

    private ShardLabel label() throws CharacterCodingException {
      return new ShardLabel(
          key(),
          Scheme.parseFormatName(text()),
          in.getInt(),
          in.getInt(),
          new Owner(in.getLong(), text(), in.getLong(), in.getLong(), description()));
    }

    /** A label comes last, and this last in it: a label without one is as it always was. */
    private Description description() {
      var bytes = new byte[in.remaining()];
      in.get(bytes);
      return Description.of(bytes);
    }

    private Message.Served served() throws CharacterCodingException {
      var place = new DiskPlace(disk(), text(), text(), text(), in.getLong());
      return new Message.Served(
          place,
          switch (in.get()) {
            case 0 -> Medium.FLASH;
            case 1 -> Medium.SPINNING;
            default -> throw new IllegalArgumentException("an unknown medium");
          });
    }

    private DiskStatus status() {
      var state =
          switch (in.get()) {
            case 0 -> DiskState.UP;
            case 1 -> DiskState.FULL;
            case 2 -> DiskState.SUSPECT;
            case 3 -> DiskState.AWAY;
            default -> throw new IllegalArgumentException("an unknown state");
          };
      return new DiskStatus(
          state,
          in.getLong(),
          in.getLong(),
          in.getLong(),
          in.getLong(),
          in.getLong(),
          natural(),
          in.getLong());
    }

    private Message.Trouble trouble() {
      return switch (in.get()) {
        case 0 -> Message.Trouble.MISSING;
        case 1 -> Message.Trouble.DAMAGED;
        case 2 -> Message.Trouble.FULL;
        case 3 -> Message.Trouble.SUSPECT;
        case 4 -> Message.Trouble.AWAY;
        case 5 -> Message.Trouble.TIMEOUT;
        case 6 -> Message.Trouble.REFUSED;
        case 7 -> Message.Trouble.OTHER;
        default -> throw new IllegalArgumentException("an unknown trouble");
      };
    }
  }
}
