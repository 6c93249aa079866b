package ninebark.metadata.rows;

import java.time.Instant;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import tools.jackson.core.JsonToken;

/**
 * A bucket and its settings: the root's row by name, and the keyspace's copy by id.
 *
 * <pre>
 * kind 'B', version 1: a map
 *   "i" id   "n" name   "o" owner   "r" region   "t" created, milliseconds   "v" epoch
 * </pre>
 */
public final class BucketRow {
  private BucketRow() {}

  public static byte[] encode(byte[] key, Bucket bucket) {
    return SealedRow.seal(
        'B',
        1,
        key,
        160,
        to -> {
          to.writeStartObject();
          to.writeNumberProperty("i", bucket.id().value());
          to.writeStringProperty("n", bucket.name().value());
          to.writeStringProperty("o", bucket.owner().value());
          to.writeStringProperty("r", bucket.region());
          to.writeNumberProperty("t", bucket.created().toEpochMilli());
          to.writeNumberProperty("v", bucket.epoch());
          to.writeEndObject();
        });
  }

  public static Bucket decode(byte[] key, byte[] value) {
    long id = 0;
    BucketName name = null;
    AccountId owner = null;
    String region = null;
    long created = 0;
    long epoch = 0;
    try (var from = SealedRow.open("a bucket's", 'B', 1, key, value)) {
      Cbor.expectNext(from, JsonToken.START_OBJECT);
      for (String field; (field = from.nextName()) != null; ) {
        switch (field) {
          case "i" -> id = Cbor.nextLong(from);
          case "n" -> name = new BucketName(Cbor.nextString(from));
          case "o" -> owner = new AccountId(Cbor.nextString(from));
          case "r" -> region = Cbor.nextString(from);
          case "t" -> created = Cbor.nextLong(from);
          case "v" -> epoch = Cbor.nextLong(from);
          default -> throw Cbor.unknown("a bucket's row", field);
        }
      }
    }
    if (name == null || owner == null || region == null) {
      throw Cbor.missing("a bucket's row");
    }
    return new Bucket(new BucketId(id), name, owner, region, Instant.ofEpochMilli(created), epoch);
  }
}
