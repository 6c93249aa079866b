package ninebark.metadata.rows;

import java.util.Arrays;
import tools.jackson.core.JsonToken;

/**
 * A row of plain numbers: counters, reference counts, part offsets, heads of parts, the state.
 *
 * <pre>
 * kind 'N', version 1: [number, ...]
 *   SYSTEM "applied"            term, index
 *   SYSTEM "state"              clock, fence, last bucket id, last content number, last garbage
 *                               serial, deleted buckets with uploads
 *   SYSTEM "S" submitter        watermark, last heard of
 *   SYSTEM "D" bucket           deleted at
 *   BUCKETS "o" owner 00 name   bucket id
 *   PARTS head                  parts, bytes
 *   PARTS offset, begin         part number, offset
 *   COMPLETED "t"               (none)
 *   STRIPES                     references
 *   COUNTERS                    objects, bytes | buckets | rows, bytes
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
    try (var from = SealedRow.open("a number", 'N', 1, key, value)) {
      Cbor.expectNext(from, JsonToken.START_ARRAY);
      var numbers = new long[count];
      Arrays.setAll(numbers, at -> Cbor.nextLong(from));
      Cbor.expectNext(from, JsonToken.END_ARRAY);
      return numbers;
    }
  }
}
