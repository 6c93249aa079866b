package ninebark.metadata.rows;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.AccountId;
import ninebark.metadata.Header;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Tag;
import ninebark.metadata.Upload;
import ninebark.metadata.UploadId;
import tools.jackson.core.JsonToken;

/**
 * An open multipart upload.
 *
 * <pre>
 * kind 'U', version 1: a map
 *   "n" content id of its parts   "t" initiated, milliseconds   "s" storage class   "o" owner
 *   "k" checksum choice, if any   "h" headers, if any   "w" tags, if any   "y" lock, if any
 *   "a" the first number given out after it, if known
 * </pre>
 */
public record UploadRow(
    long content,
    long initiatedMillis,
    String storageClass,
    AccountId owner,
    Optional<Upload.ChecksumChoice> checksum,
    List<Header> headers,
    List<Tag> tags,
    ObjectLock lock,
    long nextNumber) {

  public byte[] encode(byte[] key) {
    return SealedRow.seal(
        'U',
        1,
        key,
        120 + headers.size() * 64,
        to -> {
          to.writeStartObject();
          to.writeNumberProperty("n", content);
          to.writeNumberProperty("t", initiatedMillis);
          to.writeStringProperty("s", storageClass);
          to.writeStringProperty("o", owner.value());
          if (checksum.isPresent()) {
            to.writeName("k");
            SharedFields.choice(to, checksum.get());
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
          if (nextNumber > 0) {
            to.writeNumberProperty("a", nextNumber);
          }
          to.writeEndObject();
        });
  }

  public static UploadRow decode(byte[] key, byte[] value) {
    Long content = null;
    long initiated = 0;
    String storageClass = null;
    AccountId owner = null;
    Optional<Upload.ChecksumChoice> checksum = Optional.empty();
    List<Header> headers = List.of();
    List<Tag> tags = List.of();
    var lock = ObjectLock.NONE;
    long nextNumber = 0;
    try (var from = SealedRow.open("an upload's", 'U', 1, key, value)) {
      Cbor.expectNext(from, JsonToken.START_OBJECT);
      for (String field; (field = from.nextName()) != null; ) {
        switch (field) {
          case "n" -> content = Cbor.nextLong(from);
          case "t" -> initiated = Cbor.nextLong(from);
          case "s" -> storageClass = Cbor.nextString(from);
          case "o" -> owner = new AccountId(Cbor.nextString(from));
          case "k" -> checksum = SharedFields.nextChoice(from);
          case "h" -> headers = SharedFields.nextHeaders(from);
          case "w" -> tags = SharedFields.nextTags(from);
          case "y" -> lock = SharedFields.nextLock(from);
          case "a" -> nextNumber = Cbor.nextLong(from);
          default -> throw Cbor.unknown("an upload's row", field);
        }
      }
    }
    if (content == null || storageClass == null || owner == null) {
      throw Cbor.missing("an upload's row");
    }
    return new UploadRow(
        content, initiated, storageClass, owner, checksum, headers, tags, lock, nextNumber);
  }

  public Upload upload(ObjectKey key, UploadId id) {
    return new Upload(
        key,
        id,
        Instant.ofEpochMilli(initiatedMillis),
        storageClass,
        owner,
        headers,
        checksum,
        content,
        tags,
        lock);
  }
}
