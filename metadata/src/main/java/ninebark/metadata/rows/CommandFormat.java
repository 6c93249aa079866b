package ninebark.metadata.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Checksum;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.GarbageId;
import ninebark.metadata.Header;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Upload;
import ninebark.metadata.UploadId;
import ninebark.storagenode.ClusterMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Commands as the log holds them: a map whose first field, "c", names the command.
 *
 * <pre>
 * c    further fields
 * cb   n name, o owner, r region                                   CreateBucket
 * db   b bucket                                                    DeleteBucket
 * pm   m map                                                       PublishMap
 * rf   t millis                                                    RaiseFence
 * fg   g [millis, serial, ...]                                     ForgetGarbage
 * fc   t millis, l limit                                           ForgetCompleted
 * po   b bucket, k key, e etag, l length, s class, o owner, h headers, x checksums, p precondition,
 *      d content                                                   PutObject
 * do   b, k, p                                                     DeleteObject
 * cu   b, k, u upload, n content id, s, o, h, a checksum choice    CreateUpload
 * pp   b, k, u, i part number, e, l, x, d                          PutPart
 * co   b, k, u, q [number, etag, ...], e, x, p                     CompleteUpload
 * au   b, k, u                                                     AbortUpload
 * precondition: left out for none, "absent", "present", or ["etag"]
 * Empty lists and absent options are left out.
 * </pre>
 */
public final class CommandFormat {
  private CommandFormat() {}

  public static byte[] encode(Command<?> command) {
    var out = new Bytes(sizeHint(command));
    try (var to = Cbor.write(out)) {
      to.writeStartObject();
      write(to, command);
      to.writeEndObject();
    }
    return out.toArray();
  }

  private static int sizeHint(Command<?> command) {
    return switch (command) {
      case Command.PutObject put -> 384 + SharedFields.contentSizeHint(put.object().content());
      case Command.PutPart put -> 256 + SharedFields.contentSizeHint(put.content());
      case Command.CompleteUpload complete -> 256 + complete.parts().size() * 40;
      case Command<?> other -> 256;
    };
  }

  private static void write(JsonGenerator to, Command<?> command) {
    switch (command) {
      case Command.Root<?> root -> writeRoot(to, root);
      case Command.Keyspace<?> keyspace -> writeKeyspace(to, keyspace);
    }
  }

  private static void writeRoot(JsonGenerator to, Command.Root<?> command) {
    switch (command) {
      case Command.CreateBucket(var name, var owner, var region) -> {
        to.writeStringProperty("c", "cb");
        to.writeStringProperty("n", name.value());
        to.writeStringProperty("o", owner.value());
        to.writeStringProperty("r", region);
      }
      case Command.DeleteBucket(var bucket) -> {
        to.writeStringProperty("c", "db");
        to.writeNumberProperty("b", bucket.value());
      }
      case Command.PublishMap(var map) -> {
        to.writeStringProperty("c", "pm");
        to.writeName("m");
        SharedFields.map(to, map);
      }
      case Command.RaiseFence(long birthMillis) -> {
        to.writeStringProperty("c", "rf");
        to.writeNumberProperty("t", birthMillis);
      }
      case Command.ForgetGarbage(var rows) -> {
        to.writeStringProperty("c", "fg");
        to.writeName("g");
        to.writeStartArray(null, rows.size() * 2);
        for (var row : rows) {
          to.writeNumber(row.sinceMillis());
          to.writeNumber(row.serial());
        }
        to.writeEndArray();
      }
      case Command.ForgetCompleted(long beforeMillis, int limit) -> {
        to.writeStringProperty("c", "fc");
        to.writeNumberProperty("t", beforeMillis);
        to.writeNumberProperty("l", limit);
      }
    }
  }

  private static void writeKeyspace(JsonGenerator to, Command.Keyspace<?> command) {
    switch (command) {
      case Command.PutObject(var bucket, var key, var object, var precondition) -> {
        name(to, "po", bucket, key);
        to.writeStringProperty("e", object.etag().value());
        to.writeNumberProperty("l", object.length());
        to.writeStringProperty("s", object.storageClass());
        to.writeStringProperty("o", object.owner().value());
        headers(to, object.headers());
        checksums(to, object.checksums());
        precondition(to, precondition);
        to.writeName("d");
        SharedFields.content(to, object.content());
      }
      case Command.DeleteObject(var bucket, var key, var precondition) -> {
        name(to, "do", bucket, key);
        precondition(to, precondition);
      }
      case Command.CreateUpload(
              var bucket,
              var key,
              var upload,
              long content,
              var storageClass,
              var owner,
              var headers,
              var checksum) -> {
        name(to, "cu", bucket, key);
        to.writeStringProperty("u", upload.value());
        to.writeNumberProperty("n", content);
        to.writeStringProperty("s", storageClass);
        to.writeStringProperty("o", owner.value());
        headers(to, headers);
        if (checksum.isPresent()) {
          to.writeName("a");
          SharedFields.choice(to, checksum.get());
        }
      }
      case Command.PutPart(
              var bucket,
              var key,
              var upload,
              int number,
              var etag,
              long length,
              var checksums,
              var content) -> {
        name(to, "pp", bucket, key);
        to.writeStringProperty("u", upload.value());
        to.writeNumberProperty("i", number);
        to.writeStringProperty("e", etag.value());
        to.writeNumberProperty("l", length);
        checksums(to, checksums);
        to.writeName("d");
        SharedFields.content(to, content);
      }
      case Command.CompleteUpload(
              var bucket,
              var key,
              var upload,
              var parts,
              var etag,
              var checksums,
              var precondition) -> {
        name(to, "co", bucket, key);
        to.writeStringProperty("u", upload.value());
        to.writeName("q");
        to.writeStartArray(null, parts.size() * 2);
        for (var part : parts) {
          to.writeNumber(part.number());
          to.writeString(part.etag().value());
        }
        to.writeEndArray();
        to.writeStringProperty("e", etag.value());
        checksums(to, checksums);
        precondition(to, precondition);
      }
      case Command.AbortUpload(var bucket, var key, var upload) -> {
        name(to, "au", bucket, key);
        to.writeStringProperty("u", upload.value());
      }
    }
  }

  private static void name(JsonGenerator to, String command, BucketId bucket, ObjectKey key) {
    to.writeStringProperty("c", command);
    to.writeNumberProperty("b", bucket.value());
    to.writeStringProperty("k", key.value());
  }

  private static void headers(JsonGenerator to, List<Header> headers) {
    if (!headers.isEmpty()) {
      to.writeName("h");
      SharedFields.headers(to, headers);
    }
  }

  private static void checksums(JsonGenerator to, List<Checksum> checksums) {
    if (!checksums.isEmpty()) {
      to.writeName("x");
      SharedFields.checksums(to, checksums);
    }
  }

  private static void precondition(JsonGenerator to, Precondition precondition) {
    switch (precondition) {
      case Precondition.None none -> {}
      case Precondition.Absent absent -> to.writeStringProperty("p", "absent");
      case Precondition.Present present -> to.writeStringProperty("p", "present");
      case Precondition.Matches(var etag) -> {
        to.writeName("p");
        to.writeStartArray(null, 1);
        to.writeString(etag.value());
        to.writeEndArray();
      }
    }
  }

  public static Command<?> decode(byte[] bytes, int offset, int length) {
    try (var from = Cbor.read(bytes, offset, length)) {
      Cbor.expectNext(from, JsonToken.START_OBJECT);
      if (!"c".equals(from.nextName())) {
        throw Cbor.missing("a command");
      }
      return new Fields().read(Cbor.nextString(from), from);
    }
  }

  /** The fields of one command while it is read; which of them must be there is its own matter. */
  private static final class Fields {
    private Optional<BucketId> bucket = Optional.empty();
    private Optional<ObjectKey> key = Optional.empty();
    private Optional<UploadId> upload = Optional.empty();
    private Optional<BucketName> name = Optional.empty();
    private Optional<AccountId> owner = Optional.empty();
    private Optional<String> text = Optional.empty();
    private Optional<ClusterMap> map = Optional.empty();
    private Optional<ETag> etag = Optional.empty();
    private Optional<Content> content = Optional.empty();
    private Optional<Upload.ChecksumChoice> choice = Optional.empty();
    private List<GarbageId> garbage = List.of();
    private List<Command.ChosenPart> parts = List.of();
    private List<Header> headers = List.of();
    private List<Checksum> checksums = List.of();
    private Precondition precondition = Precondition.NONE;
    private long time;
    private long length;
    private long contentId;
    private int number;

    Command<?> read(String command, JsonParser from) {
      for (String field; (field = from.nextName()) != null; ) {
        switch (field) {
          case "b" -> bucket = Optional.of(new BucketId(Cbor.nextLong(from)));
          case "k" -> key = Optional.of(new ObjectKey(Cbor.nextString(from)));
          case "u" -> upload = Optional.of(new UploadId(Cbor.nextString(from)));
          case "n" -> {
            if (command.equals("cu")) {
              contentId = Cbor.nextLong(from);
            } else {
              name = Optional.of(new BucketName(Cbor.nextString(from)));
            }
          }
          case "o" -> owner = Optional.of(new AccountId(Cbor.nextString(from)));
          case "r", "s" -> text = Optional.of(Cbor.nextString(from));
          case "m" -> map = Optional.of(SharedFields.nextMap(from));
          case "t" -> time = Cbor.nextLong(from);
          case "l" -> length = Cbor.nextLong(from);
          case "i" -> number = Cbor.nextInt(from);
          case "e" -> etag = Optional.of(new ETag(Cbor.nextString(from)));
          case "h" -> headers = SharedFields.nextHeaders(from);
          case "x" -> checksums = SharedFields.nextChecksums(from);
          case "a" -> choice = SharedFields.nextChoice(from);
          case "d" -> content = Optional.of(SharedFields.nextContent(from));
          case "p" -> precondition = nextPrecondition(from);
          case "g" -> garbage = nextGarbage(from);
          case "q" -> parts = nextParts(from);
          default -> throw Cbor.unknown("command " + command, field);
        }
      }
      return switch (command) {
        case "cb" -> new Command.CreateBucket(need(name), need(owner), need(text));
        case "db" -> new Command.DeleteBucket(need(bucket));
        case "pm" -> new Command.PublishMap(need(map));
        case "rf" -> new Command.RaiseFence(time);
        case "fg" -> new Command.ForgetGarbage(garbage);
        case "fc" -> new Command.ForgetCompleted(time, (int) length);
        case "po" ->
            new Command.PutObject(
                need(bucket),
                need(key),
                new NewObject(
                    need(etag), length, need(text), need(owner), headers, checksums, need(content)),
                precondition);
        case "do" -> new Command.DeleteObject(need(bucket), need(key), precondition);
        case "cu" ->
            new Command.CreateUpload(
                need(bucket),
                need(key),
                need(upload),
                contentId,
                need(text),
                need(owner),
                headers,
                choice);
        case "pp" ->
            new Command.PutPart(
                need(bucket),
                need(key),
                need(upload),
                number,
                need(etag),
                length,
                checksums,
                need(content));
        case "co" ->
            new Command.CompleteUpload(
                need(bucket), need(key), need(upload), parts, need(etag), checksums, precondition);
        case "au" -> new Command.AbortUpload(need(bucket), need(key), need(upload));
        default ->
            throw new DamagedRowException(
                "unknown command '" + command + "': it was logged by a newer Ninebark");
      };
    }

    private static <T> T need(Optional<T> field) {
      return field.orElseThrow(() -> Cbor.missing("a command"));
    }

    private static Precondition nextPrecondition(JsonParser from) {
      if (from.nextToken() == JsonToken.START_ARRAY) {
        var etag = new ETag(Cbor.nextString(from));
        Cbor.expectNext(from, JsonToken.END_ARRAY);
        return new Precondition.Matches(etag);
      }
      Cbor.expect(from, JsonToken.VALUE_STRING);
      return switch (from.getString()) {
        case "absent" -> new Precondition.Absent();
        case "present" -> new Precondition.Present();
        default -> throw Cbor.unknown("a precondition", from.getString());
      };
    }

    private static List<GarbageId> nextGarbage(JsonParser from) {
      Cbor.expectNext(from, JsonToken.START_ARRAY);
      var ids = new ArrayList<GarbageId>();
      while (from.nextToken() != JsonToken.END_ARRAY) {
        Cbor.expect(from, JsonToken.VALUE_NUMBER_INT);
        ids.add(new GarbageId(from.getLongValue(), Cbor.nextLong(from)));
      }
      return ids;
    }

    private static List<Command.ChosenPart> nextParts(JsonParser from) {
      Cbor.expectNext(from, JsonToken.START_ARRAY);
      var parts = new ArrayList<Command.ChosenPart>();
      while (from.nextToken() != JsonToken.END_ARRAY) {
        Cbor.expect(from, JsonToken.VALUE_NUMBER_INT);
        parts.add(new Command.ChosenPart(from.getIntValue(), new ETag(Cbor.nextString(from))));
      }
      return parts;
    }
  }
}
