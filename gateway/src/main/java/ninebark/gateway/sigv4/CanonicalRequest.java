package ninebark.gateway.sigv4;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.message.QueryParameters;

/** The one spelling of a request that both sides hash and sign. */
public final class CanonicalRequest {
  /** The algorithm's name, as headers and strings to sign carry it. */
  public static final String ALGORITHM = "AWS4-HMAC-SHA256";

  private CanonicalRequest() {}

  /**
   * @param path the path as it is to be signed, percent-encoded
   * @param signedHeaders lower case, in the order they are signed
   * @param payloadHash the hash in hex or one of the words that stand for it
   */
  public static String of(
      String method,
      String path,
      QueryParameters query,
      Headers headers,
      List<String> signedHeaders,
      String payloadHash) {
    var text = new StringBuilder(512);
    text.append(method).append('\n').append(path).append('\n');
    appendQuery(text, query);
    text.append('\n');
    for (var name : signedHeaders) {
      text.append(name).append(':');
      boolean first = true;
      for (int i = 0; i < headers.count(); i++) {
        if (headers.name(i).equals(name)) {
          if (!first) {
            text.append(',');
          }
          appendTrimmed(text, headers.value(i));
          first = false;
        }
      }
      text.append('\n');
    }
    text.append('\n').append(String.join(";", signedHeaders)).append('\n').append(payloadHash);
    return text.toString();
  }

  /** What is signed in the end. */
  public static String stringToSign(
      String amzDate, CredentialScope scope, String canonicalRequest) {
    // Header values are bytes held one to a char, so that the hash sees what was on the wire.
    var bytes =
        isLatin(canonicalRequest)
            ? canonicalRequest.getBytes(StandardCharsets.ISO_8859_1)
            : canonicalRequest.getBytes(StandardCharsets.UTF_8);
    return ALGORITHM + "\n" + amzDate + "\n" + scope + "\n" + Sha256.hex(bytes);
  }

  private static boolean isLatin(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 255) {
        return false;
      }
    }
    return true;
  }

  private static void appendQuery(StringBuilder text, QueryParameters query) {
    if (query.isEmpty()) {
      return;
    }
    record Pair(String name, String value) {}
    var pairs = new ArrayList<Pair>(query.all().size());
    for (var parameter : query.all()) {
      if (!parameter.name().equals("X-Amz-Signature")) {
        pairs.add(
            new Pair(
                PercentCoding.encode(parameter.name()), PercentCoding.encode(parameter.value())));
      }
    }
    pairs.sort(Comparator.comparing(Pair::name).thenComparing(Pair::value));
    boolean first = true;
    for (var pair : pairs) {
      if (!first) {
        text.append('&');
      }
      text.append(pair.name()).append('=').append(pair.value());
      first = false;
    }
  }

  /** Leading and trailing spaces go, runs of spaces become one. */
  private static void appendTrimmed(StringBuilder text, String value) {
    int end = value.length();
    int i = 0;
    while (i < end && isSpace(value.charAt(i))) {
      i++;
    }
    while (end > i && isSpace(value.charAt(end - 1))) {
      end--;
    }
    boolean space = false;
    for (; i < end; i++) {
      char c = value.charAt(i);
      if (isSpace(c)) {
        space = true;
      } else {
        if (space) {
          text.append(' ');
          space = false;
        }
        text.append(c);
      }
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }
}
