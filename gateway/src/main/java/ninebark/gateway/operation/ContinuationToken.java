package ninebark.gateway.operation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.PercentCoding;

/** Where a listing goes on, in a form that clients hand back and do not read. */
final class ContinuationToken {
  private ContinuationToken() {}

  static String encode(String resume) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(resume.getBytes(StandardCharsets.UTF_8));
  }

  static String decode(String token) {
    try {
      var bytes = Base64.getUrlDecoder().decode(token);
      if (bytes.length > 0) {
        return PercentCoding.utf8(ByteBuffer.wrap(bytes)).orElseThrow(() -> incorrect(token));
      }
    } catch (IllegalArgumentException foreign) {
      // falls through: a token is ours or it is not
    }
    throw incorrect(token);
  }

  private static RuntimeException incorrect(String token) {
    return S3Error.invalidArgument(
        "The continuation token provided is incorrect", "continuation-token", token);
  }
}
