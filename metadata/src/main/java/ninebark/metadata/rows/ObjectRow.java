package ninebark.metadata.rows;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.AccountId;
import ninebark.metadata.Checksum;
import ninebark.metadata.ETag;
import ninebark.metadata.Header;
import ninebark.metadata.Listing;
import ninebark.metadata.ObjectInfo;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Restore;
import ninebark.metadata.Tag;
import ninebark.metadata.VersionId;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * One version of an object, without its bytes.
 *
 * <pre>
 * kind 'O', version 1: a map, fields in this order, so that a listing can stop at "n"
 *   "e" ETag            "l" length in bytes     "t" last modified, milliseconds since 1970
 *   "s" storage class   "o" owner               "c" checksums, if any
 *   "v" [number, milliseconds] of a version, or the number of a null version that is not 0
 *   "n" content number if inline, [content number] if striped, [content id, count] if of parts
 *   "h" headers, if any   "w" tags, if any   "y" lock, if any
 *   "a" [annotation set, how many], if any   "r" [ready, until] of a restore in milliseconds, if any
 * </pre>
 */
public record ObjectRow(
    ETag etag,
    long length,
    long modifiedMillis,
    String storageClass,
    AccountId owner,
    List<Checksum> checksums,
    VersionId version,
    long number,
    Place place,
    List<Header> headers,
    List<Tag> tags,
    ObjectLock lock,
    Annotations annotations,
    Optional<Restore> restore) {
  private static final String WHAT = "an object's";
  private static final char KIND = 'O';
  private static final int VERSION = 1;

  /** Without a restore. */
  public ObjectRow(
      ETag etag,
      long length,
      long modifiedMillis,
      String storageClass,
      AccountId owner,
      List<Checksum> checksums,
      VersionId version,
      long number,
      Place place,
      List<Header> headers,
      List<Tag> tags,
      ObjectLock lock,
      Annotations annotations) {
    this(
        etag,
        length,
        modifiedMillis,
        storageClass,
        owner,
        checksums,
        version,
        number,
        place,
        headers,
        tags,
        lock,
        annotations,
        Optional.empty());
  }

  /** A set of named payloads, which is empty if it has none. */
  public record Annotations(long set, int count) {
    public static final Annotations NONE = new Annotations(0, 0);
  }

  /** Where its content row or its parts rows are. */
  public sealed interface Place {
    /** The bytes are in this content row. */
    record Inline(long number) implements Place {}

    /** The extents are in this content row. */
    record Striped(long number) implements Place {}

    /** So many parts rows under one content id. */
    record Parts(long content, int count) implements Place {}
  }

  public byte[] encode(byte[] key) {
    return SealedRow.seal(
        KIND,
        VERSION,
        key,
        160 + headers.size() * 64,
        to -> {
          to.writeStartObject();
          to.writeStringProperty("e", etag.value());
          to.writeNumberProperty("l", length);
          to.writeNumberProperty("t", modifiedMillis);
          to.writeStringProperty("s", storageClass);
          to.writeStringProperty("o", owner.value());
          if (!checksums.isEmpty()) {
            to.writeName("c");
            SharedFields.checksums(to, checksums);
          }
          switch (version) {
            case VersionId.Null() -> {
              if (number > 0) {
                to.writeNumberProperty("v", number);
              }
            }
            case VersionId.Numbered numbered -> {
              to.writeName("v");
              SharedFields.version(to, numbered);
            }
          }
          to.writeName("n");
          switch (place) {
            case Place.Inline(long number) -> to.writeNumber(number);
            case Place.Striped(long number) -> {
              to.writeStartArray(null, 1);
              to.writeNumber(number);
              to.writeEndArray();
            }
            case Place.Parts(long content, int count) -> {
              to.writeStartArray(null, 2);
              to.writeNumber(content);
              to.writeNumber(count);
              to.writeEndArray();
            }
          }
          if (!headers.isEmpty()) {
            to.writeName("h");
            SharedFields.headers(to, headers);
          }
          if (!tags.isEmpty()) {
            to.writeName("w");
            SharedFields.tags(to, tags);
          }
          if (!lock.equals(ObjectLock.NONE)) {
            to.writeName("y");
            SharedFields.lock(to, lock);
          }
          if (annotations.count() > 0) {
            to.writeName("a");
            to.writeStartArray(null, 2);
            to.writeNumber(annotations.set());
            to.writeNumber(annotations.count());
            to.writeEndArray();
          }
          if (restore.isPresent()) {
            to.writeName("r");
            to.writeStartArray(null, 2);
            to.writeNumber(restore.get().ready().toEpochMilli());
            to.writeNumber(restore.get().until().toEpochMilli());
            to.writeEndArray();
          }
          to.writeEndObject();
        });
  }

  public static ObjectRow decode(byte[] key, byte[] value) {
    try (var from = SealedRow.open(WHAT, KIND, VERSION, key, value)) {
      return read(from, true);
    }
  }

  /** Reads only what a listing shows. */
  public static Listing.Entry.Key listed(Cursor row, byte[] objectKey, int objectKeyLength) {
    try (var from =
        SealedRow.open(
            WHAT, KIND, VERSION, row.key(), row.keyLength(), row.value(), row.valueLength())) {
      var object = read(from, false);
      return new Listing.Entry.Key(
          new String(objectKey, 0, objectKeyLength, StandardCharsets.UTF_8),
          object.etag,
          object.length,
          Instant.ofEpochMilli(object.modifiedMillis),
          object.storageClass,
          object.owner,
          object.checksums);
    }
  }

  private static ObjectRow read(JsonParser from, boolean whole) {
    ETag etag = null;
    long length = -1;
    long modified = 0;
    String storageClass = null;
    AccountId owner = null;
    List<Checksum> checksums = List.of();
    Stamp stamp = Stamp.OLDEST;
    Place place = UNREAD;
    List<Header> headers = List.of();
    List<Tag> tags = List.of();
    var lock = ObjectLock.NONE;
    var annotations = Annotations.NONE;
    Optional<Restore> restore = Optional.empty();
    Cbor.expectNext(from, JsonToken.START_OBJECT);
    for (String field; (field = from.nextName()) != null; ) {
      switch (field) {
        case "e" -> etag = new ETag(Cbor.nextString(from));
        case "l" -> length = Cbor.nextLong(from);
        case "t" -> modified = Cbor.nextLong(from);
        case "s" -> storageClass = Cbor.nextString(from);
        case "o" -> owner = new AccountId(Cbor.nextString(from));
        case "c" -> checksums = SharedFields.nextChecksums(from);
        case "v" -> stamp = nextStamp(from);
        case "n" -> {
          if (!whole) {
            return new ObjectRow(
                etag,
                length,
                modified,
                storageClass,
                owner,
                checksums,
                stamp.version,
                stamp.number,
                place,
                headers,
                tags,
                lock,
                annotations);
          }
          place = nextPlace(from);
        }
        case "h" -> headers = SharedFields.nextHeaders(from);
        case "w" -> tags = SharedFields.nextTags(from);
        case "y" -> lock = SharedFields.nextLock(from);
        case "a" -> annotations = nextAnnotations(from);
        case "r" -> restore = Optional.of(nextRestore(from));
        default -> throw Cbor.unknown("an object's row", field);
      }
    }
    if (etag == null
        || length < 0
        || storageClass == null
        || owner == null
        || place.equals(UNREAD)) {
      throw Cbor.missing("an object's row");
    }
    return new ObjectRow(
        etag,
        length,
        modified,
        storageClass,
        owner,
        checksums,
        stamp.version,
        stamp.number,
        place,
        headers,
        tags,
        lock,
        annotations,
        restore);
  }

  /** What a version is called, and where it stands among those of its key. */
  private record Stamp(VersionId version, long number) {
    static final Stamp OLDEST = new Stamp(VersionId.NULL, 0);
  }

  private static Stamp nextStamp(JsonParser from) {
    if (from.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      return new Stamp(VersionId.NULL, from.getLongValue());
    }
    Cbor.expect(from, JsonToken.START_ARRAY);
    long number = Cbor.nextLong(from);
    var version = new VersionId.Numbered(Cbor.nextLong(from), number);
    Cbor.expectNext(from, JsonToken.END_ARRAY);
    return new Stamp(version, number);
  }

  private static Annotations nextAnnotations(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    var annotations = new Annotations(Cbor.nextLong(from), Cbor.nextInt(from));
    Cbor.expectNext(from, JsonToken.END_ARRAY);
    return annotations;
  }

  private static Restore nextRestore(JsonParser from) {
    Cbor.expectNext(from, JsonToken.START_ARRAY);
    var ready = Instant.ofEpochMilli(Cbor.nextLong(from));
    var restore = new Restore(ready, Instant.ofEpochMilli(Cbor.nextLong(from)));
    Cbor.expectNext(from, JsonToken.END_ARRAY);
    return restore;
  }

  private static final Place UNREAD = new Place.Inline(-1);

  private static Place nextPlace(JsonParser from) {
    if (from.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      return new Place.Inline(from.getLongValue());
    }
    Cbor.expect(from, JsonToken.START_ARRAY);
    long number = Cbor.nextLong(from);
    if (from.nextToken() == JsonToken.END_ARRAY) {
      return new Place.Striped(number);
    }
    Cbor.expect(from, JsonToken.VALUE_NUMBER_INT);
    var parts = new Place.Parts(number, from.getIntValue());
    Cbor.expectNext(from, JsonToken.END_ARRAY);
    return parts;
  }

  public ObjectInfo info(ObjectKey key) {
    int parts =
        switch (place) {
          case Place.Inline inline -> 0;
          case Place.Striped striped -> 0;
          case Place.Parts(long content, int count) -> count;
        };
    return new ObjectInfo(
        key,
        version,
        etag,
        length,
        Instant.ofEpochMilli(modifiedMillis),
        storageClass,
        owner,
        parts,
        headers,
        checksums,
        tags,
        lock,
        annotations.count(),
        restore);
  }

  public ObjectRow withHeaders(List<Header> changed) {
    return new ObjectRow(
        etag,
        length,
        modifiedMillis,
        storageClass,
        owner,
        checksums,
        version,
        number,
        place,
        changed,
        tags,
        lock,
        annotations,
        restore);
  }

  public ObjectRow withTags(List<Tag> changed) {
    return new ObjectRow(
        etag,
        length,
        modifiedMillis,
        storageClass,
        owner,
        checksums,
        version,
        number,
        place,
        headers,
        changed,
        lock,
        annotations,
        restore);
  }

  public ObjectRow withLock(ObjectLock changed) {
    return new ObjectRow(
        etag,
        length,
        modifiedMillis,
        storageClass,
        owner,
        checksums,
        version,
        number,
        place,
        headers,
        tags,
        changed,
        annotations,
        restore);
  }

  public ObjectRow withAnnotations(Annotations changed) {
    return new ObjectRow(
        etag,
        length,
        modifiedMillis,
        storageClass,
        owner,
        checksums,
        version,
        number,
        place,
        headers,
        tags,
        lock,
        changed,
        restore);
  }

  public ObjectRow withRestore(Restore changed) {
    return new ObjectRow(
        etag,
        length,
        modifiedMillis,
        storageClass,
        owner,
        checksums,
        version,
        number,
        place,
        headers,
        tags,
        lock,
        annotations,
        Optional.of(changed));
  }

  /** The same object in another class, not restored there, with its bytes elsewhere. */
  public ObjectRow in(String otherClass, Place otherPlace) {
    return new ObjectRow(
        etag,
        length,
        modifiedMillis,
        otherClass,
        owner,
        checksums,
        version,
        number,
        otherPlace,
        headers,
        tags,
        lock,
        annotations);
  }

  /** The same object as another version. */
  public ObjectRow as(VersionId otherVersion, long otherNumber) {
    return new ObjectRow(
        etag,
        length,
        modifiedMillis,
        storageClass,
        owner,
        checksums,
        otherVersion,
        otherNumber,
        place,
        headers,
        tags,
        lock,
        annotations,
        restore);
  }

  /** Reads what a listing of versions shows. */
  public static ObjectRow decodeListed(Cursor row) {
    try (var from =
        SealedRow.open(
            WHAT, KIND, VERSION, row.key(), row.keyLength(), row.value(), row.valueLength())) {
      return read(from, false);
    }
  }
}
