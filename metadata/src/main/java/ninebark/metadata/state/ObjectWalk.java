package ninebark.metadata.state;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import ninebark.metadata.BucketId;
import ninebark.metadata.Listing;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Query;
import ninebark.metadata.Upload;
import ninebark.metadata.UploadId;
import ninebark.metadata.rows.Cursor;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.ObjectRow;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.Rows;
import ninebark.metadata.rows.UploadRow;

/**
 * A page of keys in the order of their UTF-8 bytes, with those behind a delimiter rolled up: one
 * seek and a scan, and one more seek past each common prefix. Threads: one.
 */
final class ObjectWalk {
  private final BucketId bucket;
  private final KeyRange range;

  /** The current row's key. */
  private final byte[] key = new byte[ObjectKey.MAX_BYTES];

  private int keyLength;
  private long rowsTouched;

  ObjectWalk(BucketId bucket, String prefix, String delimiter) {
    this.bucket = bucket;
    range = new KeyRange(prefix, delimiter);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  Listing objects(Rows rows, String after, int limit) {
    var entries = new ArrayList<Listing.Entry>(Math.clamp(limit, 0, 1000));
    if (limit <= 0) {
      return new Listing(entries, Optional.empty(), 0);
    }
    try (var walk = open(rows, Family.OBJECTS, utf8(after))) {
      while (walk.isValid() && entries.size() < limit) {
        read(walk);
        int rolledUp = range.rolledUp(key, keyLength);
        if (rolledUp > 0) {
          var common = Arrays.copyOf(key, rolledUp);
          entries.add(new Listing.Entry.CommonPrefix(new String(common, StandardCharsets.UTF_8)));
          walk.seek(RowKeys.after(RowKeys.objectPrefix(bucket, common)));
        } else {
          entries.add(ObjectRow.listed(walk, key, keyLength));
          walk.next();
        }
      }
      Optional<String> resume =
          walk.isValid() ? Optional.of(nameOf(entries.getLast())) : Optional.empty();
      return new Listing(entries, resume, rowsTouched);
    }
  }

  private static String nameOf(Listing.Entry entry) {
    return switch (entry) {
      case Listing.Entry.Key listed -> listed.key();
      case Listing.Entry.CommonPrefix(var common) -> common;
    };
  }

  Query.UploadListing uploads(
      Rows rows, String afterKey, Optional<UploadId> afterUpload, int limit) {
    var uploads = new ArrayList<Upload>();
    var commonPrefixes = new ArrayList<String>();
    var lastKey = "";
    Optional<UploadId> lastUpload = Optional.empty();
    if (limit <= 0) {
      return new Query.UploadListing(uploads, commonPrefixes, false, lastKey, lastUpload);
    }
    try (var walk = open(rows, Family.UPLOADS, utf8(afterKey))) {
      if (afterUpload.isPresent() && ownsUploads(afterKey)) {
        walk.seek(
            RowKeys.after(RowKeys.upload(bucket, new ObjectKey(afterKey), afterUpload.get())));
      }
      while (walk.isValid() && uploads.size() + commonPrefixes.size() < limit) {
        read(walk);
        int rolledUp = range.rolledUp(key, keyLength);
        if (rolledUp > 0) {
          var common = Arrays.copyOf(key, rolledUp);
          lastKey = new String(common, StandardCharsets.UTF_8);
          lastUpload = Optional.empty();
          commonPrefixes.add(lastKey);
          walk.seek(RowKeys.after(RowKeys.objectPrefix(bucket, common)));
        } else {
          var row = walk.row();
          lastKey = new String(key, 0, keyLength, StandardCharsets.UTF_8);
          var id = RowKeys.uploadOf(row.key(), row.key().length);
          lastUpload = Optional.of(id);
          uploads.add(UploadRow.decode(row.key(), row.value()).upload(new ObjectKey(lastKey), id));
          walk.next();
        }
      }
      return new Query.UploadListing(uploads, commonPrefixes, walk.isValid(), lastKey, lastUpload);
    }
  }

  /** Whether this key can have rows of its own in the page: it is in range and not rolled up. */
  private boolean ownsUploads(String afterKey) {
    var after = utf8(afterKey);
    return after.length > 0
        && after.length <= ObjectKey.MAX_BYTES
        && range.covers(after)
        && range.rolledUp(after, after.length) == 0;
  }

  private Cursor open(Rows rows, Family family, byte[] after) {
    var all = RowKeys.objectPrefix(bucket, range.prefix());
    var until = RowKeys.after(all);
    if (after.length == 0 || Arrays.compareUnsigned(after, range.prefix()) < 0) {
      return rows.scan(family, all, until);
    }
    if (!range.covers(after)) {
      return rows.scan(family, until, until);
    }
    // A name behind a delimiter stands for its common prefix, which was in an earlier page.
    int rolledUp = range.rolledUp(after, after.length);
    var from =
        rolledUp > 0
            ? RowKeys.after(RowKeys.objectPrefix(bucket, Arrays.copyOf(after, rolledUp)))
            : RowKeys.after(RowKeys.object(bucket, after));
    if (family == Family.UPLOADS && rolledUp == 0) {
      // Uploads of the same key may follow: the range must hold them for a seek to reach.
      from = RowKeys.object(bucket, after);
      var walk = rows.scan(family, from, until);
      walk.seek(RowKeys.after(from));
      return walk;
    }
    return rows.scan(family, from, until);
  }

  private void read(Cursor walk) {
    keyLength = RowKeys.keyInto(walk.key(), walk.keyLength(), key);
    rowsTouched++;
  }
}
