package ninebark.metadata.rows;

import java.io.OutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.dataformat.cbor.CBORFactory;

/** Opens CBOR generators and parsers, and says no to what a format does not know. */
final class Cbor {
  private static final CBORFactory FACTORY = new CBORFactory();

  private Cbor() {}

  static JsonGenerator write(OutputStream out) {
    return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
  }

  static JsonParser read(byte[] bytes, int offset, int length) {
    return FACTORY.createParser(ObjectReadContext.empty(), bytes, offset, length);
  }

  static void expect(JsonParser parser, JsonToken token) {
    if (parser.currentToken() != token) {
      throw new DamagedRowException(
          "expected " + token + " in CBOR, found " + parser.currentToken());
    }
  }

  static void expectNext(JsonParser parser, JsonToken token) {
    parser.nextToken();
    expect(parser, token);
  }

  static long nextLong(JsonParser parser) {
    expectNext(parser, JsonToken.VALUE_NUMBER_INT);
    return parser.getLongValue();
  }

  static int nextInt(JsonParser parser) {
    expectNext(parser, JsonToken.VALUE_NUMBER_INT);
    return parser.getIntValue();
  }

  static String nextString(JsonParser parser) {
    expectNext(parser, JsonToken.VALUE_STRING);
    return parser.getString();
  }

  static boolean nextBoolean(JsonParser parser) {
    var token = parser.nextToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw new DamagedRowException("expected true or false in CBOR, found " + token);
    }
    return token == JsonToken.VALUE_TRUE;
  }

  static byte[] nextBytes(JsonParser parser) {
    expectNext(parser, JsonToken.VALUE_EMBEDDED_OBJECT);
    return parser.getBinaryValue();
  }

  /** A field this version never wrote: silently dropping it could drop a lock. */
  static DamagedRowException unknown(String what, String field) {
    return new DamagedRowException("unknown field '" + field + "' in " + what);
  }

  static DamagedRowException missing(String what) {
    return new DamagedRowException("a field is missing in " + what);
  }
}
