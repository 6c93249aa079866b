package ninebark.metadata.rows;

import tools.jackson.core.JsonToken;

/**
 * A row of plain numbers: counters, reference counts, part offsets, heads of parts, the state.
 *
 * <pre>
 * kind 'N', version 1: [number, ...]
 *   SYSTEM "applied"            term, index
 *   SYSTEM "state"              clock, fence, last bucket id, last content number, last garbage
 *                               serial, deleted buckets with uploads
 *   SYSTEM "lease"              the holder's high and low half, held until
 *   SYSTEM "S" submitter        watermark, last heard of
 *   SYSTEM "D" bucket           deleted at
 *   BUCKETS "o" owner 00 name   bucket id
 *   PARTS head                  parts, bytes, further objects that share them
 *   CONTENTS "u"                further objects that share the content
 *   NULLS                       number of the version that is called null
 *   PARTS offset, begin         part number, offset
 *   COMPLETED "t"               (none)
 *   STRIPES                     references
 *   COUNTERS                    objects, bytes, other versions and markers | buckets | rows, bytes
 * </pre>
 */
public final class NumbersRow {
  private NumbersRow() {}

  public static byte[] encode(byte[] key, long... numbers) {
    return SealedRow.seal(
        'N',
        1,
        key,
        2 + numbers.length * 9,
        to -> {
          to.writeStartArray(null, numbers.length);
          for (long number : numbers) {
            to.writeNumber(number);
          }
          to.writeEndArray();
        });
  }

  public static long[] decode(byte[] key, byte[] value, int count) {
    return decode(key, value, count, count);
  }

  /** Of a row that once had fewer numbers: those it does not have are 0. */
  public static long[] decode(byte[] key, byte[] value, int least, int count) {
    try (var from = SealedRow.open("a number", 'N', 1, key, value)) {
      Cbor.expectNext(from, JsonToken.START_ARRAY);
      var numbers = new long[count];
      int at = 0;
      while (from.nextToken() != JsonToken.END_ARRAY) {
        Cbor.expect(from, JsonToken.VALUE_NUMBER_INT);
        if (at == count) {
          throw new DamagedRowException("a row of numbers has more than " + count);
        }
        numbers[at++] = from.getLongValue();
      }
      if (at < least) {
        throw new DamagedRowException("a row of numbers has " + at + ", at least " + least);
      }
      return numbers;
    }
  }
}
