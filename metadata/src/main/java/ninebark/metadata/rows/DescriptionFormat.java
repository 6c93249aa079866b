package ninebark.metadata.rows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ninebark.metadata.Bucket;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.NewObject;
import ninebark.metadata.Precondition;
import ninebark.metadata.Versioning;
import ninebark.storagenode.Description;

/**
 * What the last stripe of an object, part or annotation tells of it: the commands that name its
 * bytes, so that they can be given to a new index when the old one is lost. Big-endian.
 *
 * <pre>
 *  at  bytes
 *   0      4  magic "NBde"
 *   4      1  version, 1
 *   5      1  how many commands: those that made its bucket as it is (without its documents), for
 *             a part that which opened its upload, and last the one that names the bytes
 *   6      2  zero
 *   8         each: its length (4), and {@link CommandFormat}'s bytes. The last one's content is
 *             empty and inline: where the bytes are, the stripes themselves say
 * </pre>
 *
 * <p>It has no checksum of its own: the record's header that it stands in has one. Preconditions
 * are left out, since what they were judged against may be gone.
 */
public final class DescriptionFormat {
  private static final int MAGIC = 0x4E426465;
  private static final int VERSION = 1;
  private static final int HEAD_BYTES = 8;
  private static final Content UNSAID = new Content.Inline(new byte[0]);

  private DescriptionFormat() {}

  public static Description encode(Bucket bucket, Command.PutObject put) {
    return encode(bucket, List.of(with(put, UNSAID)));
  }

  public static Description encode(Bucket bucket, Command.PutAnnotation put) {
    return encode(bucket, List.of(with(put, UNSAID)));
  }

  /**
   * @param create what opened the part's upload
   */
  public static Description encode(
      Bucket bucket, Command.CreateUpload create, Command.PutPart put) {
    return encode(bucket, List.of(create, with(put, UNSAID)));
  }

  /** None if it would be too long for a shard's header: such an object needs its index. */
  private static Description encode(Bucket bucket, List<Command<?>> named) {
    var commands = new ArrayList<Command<?>>();
    commands.add(
        new Command.CreateBucket(
            bucket.name(), bucket.owner(), bucket.region(), bucket.lock().isPresent(), Map.of()));
    if (bucket.versioning() != Versioning.OFF && bucket.lock().isEmpty()) {
      commands.add(new Command.SetVersioning(bucket.id(), bucket.versioning()));
    }
    commands.addAll(named);
    var encoded = commands.stream().map(CommandFormat::encode).toList();
    int bytes = HEAD_BYTES + encoded.stream().mapToInt(one -> 4 + one.length).sum();
    if (bytes > Description.MAX_BYTES) {
      return Description.NONE;
    }
    var out = ByteBuffer.allocate(bytes);
    out.putInt(MAGIC).put((byte) VERSION).put((byte) encoded.size()).putShort((short) 0);
    encoded.forEach(one -> out.putInt(one.length).put(one));
    return Description.of(out.array());
  }

  /**
   * The commands to be given to an index, in order.
   *
   * @param content where the bytes are
   * @throws DamagedRowException if it is of a newer version, or makes no sense
   */
  public static List<Command<?>> decode(Description description, Content content) {
    var bytes = description.bytes();
    if (bytes.length < HEAD_BYTES) {
      throw new DamagedRowException("a description has " + bytes.length + " bytes only");
    }
    var in = ByteBuffer.wrap(bytes);
    if (in.getInt() != MAGIC) {
      throw new DamagedRowException("what a stripe tells is not a description");
    }
    int version = in.get();
    if (version != VERSION) {
      throw new DamagedRowException(
          "a description of version " + version + ", this program knows up to " + VERSION);
    }
    int count = in.get();
    in.getShort();
    var commands = new ArrayList<Command<?>>();
    for (int i = 0; i < count; i++) {
      int length = in.remaining() < 4 ? -1 : in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw new DamagedRowException("a description ends within a command");
      }
      var command = CommandFormat.decode(bytes, in.position(), length);
      in.position(in.position() + length);
      commands.add(
          switch (command) {
            case Command.PutObject put -> with(put, content);
            case Command.PutAnnotation put -> with(put, content);
            case Command.PutPart put -> with(put, content);
            case Command.CreateUpload create -> create;
            case Command.CreateBucket create -> create;
            case Command.SetVersioning set -> set;
            case Command<?> other ->
                throw new DamagedRowException(
                    "a description has a " + other.getClass().getSimpleName());
          });
    }
    return commands;
  }

  private static Command.PutObject with(Command.PutObject put, Content content) {
    var object = put.object();
    return new Command.PutObject(
        put.bucket(),
        put.key(),
        new NewObject(
            object.etag(),
            object.length(),
            object.storageClass(),
            object.owner(),
            object.headers(),
            object.checksums(),
            object.tags(),
            object.lock(),
            content),
        Precondition.NONE);
  }

  private static Command.PutAnnotation with(Command.PutAnnotation put, Content content) {
    return new Command.PutAnnotation(
        put.bucket(),
        put.key(),
        put.version(),
        put.name(),
        put.etag(),
        put.length(),
        put.checksums(),
        content,
        Precondition.NONE);
  }

  private static Command.PutPart with(Command.PutPart put, Content content) {
    return new Command.PutPart(
        put.bucket(),
        put.key(),
        put.upload(),
        put.number(),
        put.etag(),
        put.length(),
        put.checksums(),
        content);
  }
}
