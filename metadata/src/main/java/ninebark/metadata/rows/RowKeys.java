package ninebark.metadata.rows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.UUID;
import ninebark.metadata.AccountId;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.DocumentName;
import ninebark.metadata.GarbageId;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.UploadId;
import ninebark.storagenode.StripeId;

/**
 * How rows are named. Numbers are big-endian, so that they sort; an object's key is escaped so that
 * any byte may occur, the order of keys is kept, and no escaped key is the beginning of another.
 *
 * <pre>
 * family     key
 * SYSTEM     "applied" | "format"                           written by the shell, not by commands
 *            "state" | "map"
 *            "R" submitter(16) sequence(8)                  replies of one batch
 *            "S" submitter(16)                              what is known of a submitter
 *            "D" bucket(8)                                  a deleted bucket whose uploads remain
 *            "L" bucket(8)                                  how far its lifecycle round is
 * BUCKETS    "n" name                                       root: the bucket
 *            "o" owner 00 name                              root: buckets of an owner
 *            "i" bucket(8)                                  keyspace: its copy of the bucket
 *            "d" bucket(8) kind "/" id                      a configuration document
 * OBJECTS    bucket(8) escaped-key
 * VERSIONS   bucket(8) escaped-key inverted-number(8)       newest first
 * NULLS      bucket(8) escaped-key
 * ANNOTATIONS set(8) name
 * CONTENTS   number(8)
 *            number(8) "u"                                  how many further objects share it
 * UPLOADS    bucket(8) escaped-key upload(16)
 * PARTS      content(8) 00                                  head: who uses it, parts and bytes
 *            content(8) 01 number(4)                        a part
 *            content(8) 02 offset(8)                        which part begins there, once complete
 *            content(8) 03 number(4)                        where that part begins, once complete
 * COMPLETED  "k" bucket(8) escaped-key upload(16)           the answer
 *            "t" completed-millis(8) then as above          the same, by time
 * GARBAGE    since-millis(8) serial(8)
 * STRIPES    birth-millis(8) serial(8)
 * COUNTERS   "b" bucket(8) | "o" owner | "g"
 *
 * escaped-key: 00 becomes 00 FF, other bytes stay, and 00 01 ends it
 * </pre>
 */
public final class RowKeys {
  private static final byte[] KEY_END = {0, 1};

  public static final byte[] APPLIED = ascii("applied");
  public static final byte[] FORMAT = ascii("format");
  public static final byte[] STATE = ascii("state");
  public static final byte[] LEASE = ascii("lease");
  public static final byte[] MAP = ascii("map");
  public static final byte[] GARBAGE_COUNTER = ascii("g");
  private static final byte[] SUBMITTER_TAG = {'S'};

  private RowKeys() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The first key after all those that begin with {@code prefix}. */
  public static byte[] after(byte[] prefix) {
    int last = prefix.length - 1;
    while (last >= 0 && prefix[last] == (byte) 0xff) {
      last--;
    }
    if (last < 0) {
      // Longer than any key: nothing sorts behind it.
      var end = new byte[ObjectKey.MAX_BYTES * 4];
      Arrays.fill(end, (byte) 0xff);
      return end;
    }
    var end = Arrays.copyOf(prefix, last + 1);
    end[last]++;
    return end;
  }

  /** The first key after this one. */
  public static byte[] justAfter(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  // SYSTEM

  public static byte[] replies(UUID submitter, long sequence) {
    return ByteBuffer.allocate(25)
        .put((byte) 'R')
        .putLong(submitter.getMostSignificantBits())
        .putLong(submitter.getLeastSignificantBits())
        .putLong(sequence)
        .array();
  }

  public static byte[] repliesOf(UUID submitter) {
    return Arrays.copyOf(replies(submitter, 0), 17);
  }

  public static byte[] submitter(UUID submitter) {
    return ByteBuffer.allocate(17)
        .put((byte) 'S')
        .putLong(submitter.getMostSignificantBits())
        .putLong(submitter.getLeastSignificantBits())
        .array();
  }

  public static byte[] submitters() {
    return SUBMITTER_TAG.clone();
  }

  public static UUID submitterOf(byte[] key) {
    var buffer = ByteBuffer.wrap(key, 1, 16);
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  public static byte[] doomedBuckets() {
    return ascii("D");
  }

  public static byte[] doomedBucket(BucketId bucket) {
    return tagged('D', bucket.value());
  }

  public static BucketId doomedBucketOf(byte[] key) {
    return new BucketId(ByteBuffer.wrap(key, 1, 8).getLong());
  }

  public static byte[] lifecycleProgress(BucketId bucket) {
    return tagged('L', bucket.value());
  }

  // BUCKETS

  /** What the keyspace's copies of all buckets begin with. */
  public static byte[] bucketIds() {
    return ascii("i");
  }

  public static byte[] bucketName(BucketName name) {
    return ascii("n" + name.value());
  }

  public static byte[] bucketId(BucketId bucket) {
    return tagged('i', bucket.value());
  }

  public static byte[] bucketsOf(AccountId owner) {
    return utf8("o" + owner.value() + "\0");
  }

  public static byte[] bucketOf(AccountId owner, String name) {
    return utf8("o" + owner.value() + "\0" + name);
  }

  public static byte[] documents(BucketId bucket) {
    return tagged('d', bucket.value());
  }

  public static byte[] document(BucketId bucket, DocumentName name) {
    var text = utf8(name.kind() + "/" + name.id());
    return ByteBuffer.allocate(9 + text.length)
        .put((byte) 'd')
        .putLong(bucket.value())
        .put(text)
        .array();
  }

  // OBJECTS, VERSIONS, NULLS

  public static byte[] bucketPrefix(BucketId bucket) {
    return number(bucket.value());
  }

  public static byte[] object(BucketId bucket, ObjectKey key) {
    return object(bucket, key.utf8());
  }

  /** The row of the key with these UTF-8 bytes. */
  public static byte[] object(BucketId bucket, byte[] key) {
    return withKey(0, bucket, key, KEY_END, KEY_END.length);
  }

  /** What the rows of all keys that begin with these UTF-8 bytes begin with. */
  public static byte[] objectPrefix(BucketId bucket, byte[] prefix) {
    return withKey(0, bucket, prefix, KEY_END, 0);
  }

  /** Unescapes the key of an object or upload row into {@code to}; returns its length. */
  public static int keyInto(byte[] row, int rowLength, byte[] to) {
    return unescape(row, 8, rowLength, to);
  }

  private static int unescape(byte[] row, int from, int rowLength, byte[] to) {
    int length = 0;
    for (int at = from; at < rowLength; at++) {
      if (row[at] == 0) {
        at++;
        if (at < rowLength && row[at] == 1) {
          return length;
        }
        if (at == rowLength || row[at] != (byte) 0xff) {
          break;
        }
        to[length++] = 0;
      } else {
        to[length++] = row[at];
      }
    }
    throw DamagedRowException.of("an object's", row, rowLength, "has a name that does not end");
  }

  /** The row of one version of the key whose row in OBJECTS has this name. */
  public static byte[] version(byte[] object, long number) {
    return ByteBuffer.allocate(object.length + 8)
        .put(object)
        .putLong(Long.MAX_VALUE - number)
        .array();
  }

  public static long versionNumberOf(byte[] row, int rowLength) {
    return Long.MAX_VALUE - ByteBuffer.wrap(row, rowLength - 8, 8).getLong();
  }

  public static byte[] annotations(long set) {
    return number(set);
  }

  public static byte[] annotation(long set, String name) {
    var text = utf8(name);
    return ByteBuffer.allocate(8 + text.length).putLong(set).put(text).array();
  }

  public static String annotationNameOf(byte[] row) {
    return new String(row, 8, row.length - 8, StandardCharsets.UTF_8);
  }

  // CONTENTS, PARTS

  /** How many objects share a content beside the first. */
  public static byte[] contentUses(long number) {
    return ByteBuffer.allocate(9).putLong(number).put((byte) 'u').array();
  }

  public static byte[] content(long number) {
    return number(number);
  }

  public static byte[] partsHead(long content) {
    return ByteBuffer.allocate(9).putLong(content).put((byte) 0).array();
  }

  public static byte[] part(long content, int number) {
    return ByteBuffer.allocate(13).putLong(content).put((byte) 1).putInt(number).array();
  }

  public static byte[] parts(long content) {
    return ByteBuffer.allocate(9).putLong(content).put((byte) 1).array();
  }

  public static int partNumberOf(byte[] key) {
    return ByteBuffer.wrap(key, 9, 4).getInt();
  }

  public static byte[] partOffset(long content, long offset) {
    return ByteBuffer.allocate(17).putLong(content).put((byte) 2).putLong(offset).array();
  }

  public static byte[] partOffsets(long content) {
    return ByteBuffer.allocate(9).putLong(content).put((byte) 2).array();
  }

  public static byte[] partBegin(long content, int number) {
    return ByteBuffer.allocate(13).putLong(content).put((byte) 3).putInt(number).array();
  }

  /** What all rows of these parts begin with. */
  public static byte[] partsAll(long content) {
    return number(content);
  }

  public static long partOffsetOf(byte[] key) {
    return ByteBuffer.wrap(key, 9, 8).getLong();
  }

  /** The number in a row's name, if it is a content and not the count of its uses. */
  public static OptionalLong contentOf(byte[] key, int keyLength) {
    return keyLength == 8 ? OptionalLong.of(ByteBuffer.wrap(key).getLong()) : OptionalLong.empty();
  }

  /** The content id that any row of PARTS, or the set that any row of ANNOTATIONS, begins with. */
  public static long idOf(byte[] key) {
    return ByteBuffer.wrap(key).getLong();
  }

  /** Whether this row of PARTS is the head before the parts, a part, or something behind them. */
  public static PartsRow partsRowOf(byte[] key) {
    return switch (key[8]) {
      case 0 -> PartsRow.HEAD;
      case 1 -> PartsRow.PART;
      default -> PartsRow.BEHIND;
    };
  }

  /** What a row of PARTS is. */
  public enum PartsRow {
    HEAD,
    PART,
    BEHIND
  }

  // UPLOADS, COMPLETED

  public static byte[] upload(BucketId bucket, ObjectKey key, UploadId upload) {
    return withUpload(0, bucket, key, upload);
  }

  /** The row behind all uploads of this key. */
  public static byte[] afterUploadsOf(BucketId bucket, byte[] key) {
    return after(object(bucket, key));
  }

  public static UploadId uploadOf(byte[] row, int rowLength) {
    return new UploadId(HexFormat.of().formatHex(row, rowLength - 16, rowLength));
  }

  public static byte[] completed(BucketId bucket, ObjectKey key, UploadId upload) {
    var row = withUpload(1, bucket, key, upload);
    row[0] = 'k';
    return row;
  }

  public static byte[] completedAt(long millis, BucketId bucket, ObjectKey key, UploadId upload) {
    var row = withUpload(9, bucket, key, upload);
    ByteBuffer.wrap(row).put((byte) 't').putLong(millis);
    return row;
  }

  public static byte[] completedSince(long millis) {
    return tagged('t', millis);
  }

  /** The answer's row, from its row by time. */
  public static byte[] completedOf(byte[] byTime) {
    var row = Arrays.copyOfRange(byTime, 8, byTime.length);
    row[0] = 'k';
    return row;
  }

  // GARBAGE, STRIPES, COUNTERS

  public static byte[] garbage(GarbageId id) {
    return pair(id.sinceMillis(), id.serial());
  }

  public static byte[] garbageSince(long millis) {
    return number(millis);
  }

  public static GarbageId garbageOf(byte[] key) {
    var buffer = ByteBuffer.wrap(key);
    return new GarbageId(buffer.getLong(), buffer.getLong());
  }

  public static byte[] stripe(StripeId stripe) {
    return pair(stripe.birthMillis(), stripe.serial());
  }

  public static byte[] bucketCounter(BucketId bucket) {
    return tagged('b', bucket.value());
  }

  public static byte[] ownerCounter(AccountId owner) {
    return utf8("o" + owner.value());
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  private static byte[] pair(long first, long second) {
    return ByteBuffer.allocate(16).putLong(first).putLong(second).array();
  }

  private static byte[] tagged(char tag, long value) {
    return ByteBuffer.allocate(9).put((byte) tag).putLong(value).array();
  }

  private static byte[] withUpload(int ahead, BucketId bucket, ObjectKey key, UploadId upload) {
    var tail = Arrays.copyOf(KEY_END, KEY_END.length + 16);
    System.arraycopy(HexFormat.of().parseHex(upload.value()), 0, tail, KEY_END.length, 16);
    return withKey(ahead, bucket, key.utf8(), tail, tail.length);
  }

  private static byte[] withKey(
      int ahead, BucketId bucket, byte[] key, byte[] tail, int tailLength) {
    int zeros = 0;
    for (byte b : key) {
      if (b == 0) {
        zeros++;
      }
    }
    var row = new byte[ahead + 8 + key.length + zeros + tailLength];
    ByteBuffer.wrap(row, ahead, 8).putLong(bucket.value());
    int at = ahead + 8;
    for (byte b : key) {
      row[at++] = b;
      if (b == 0) {
        row[at++] = (byte) 0xff;
      }
    }
    System.arraycopy(tail, 0, row, at, tailLength);
    return row;
  }
}
