package ninebark.bench.load;

import ninebark.bench.client.Outcome;

/** Reads the few elements of S3's XML that a load client needs, without building a document. */
final class S3Xml {
  private S3Xml() {}

  /** What an answer with an unexpected status says. */
  static Result.Failed failure(Outcome.Answer answer) {
    var text = answer.text();
    var code = element(text, "Code");
    var message = element(text, "Message");
    return new Result.Failed(
        code.isEmpty() ? "Http" + answer.status() : code,
        message.isEmpty() ? "status " + answer.status() + " without a message" : message);
  }

  /** The text of the first element of this name; empty if there is none. */
  static String element(String xml, String name) {
    int start = xml.indexOf("<" + name + ">");
    if (start < 0) {
      return "";
    }
    int from = start + name.length() + 2;
    int to = xml.indexOf("</" + name + ">", from);
    return to < 0 ? "" : unescape(xml.substring(from, to));
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String unescape(String text) {
    return text.indexOf('&') < 0
        ? text
        : text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#34;", "\"")
            .replace("&apos;", "'")
            .replace("&#39;", "'")
            .replace("&amp;", "&");
  }

  /** How often an element of this name begins. */
  static int count(byte[] xml, int length, String name) {
    byte[] tag = ("<" + name + ">").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    int found = 0;
    int last = length - tag.length;
    outer:
    for (int i = 0; i <= last; i++) {
      if (xml[i] != '<' || xml[i + 1] != tag[1]) {
        continue;
      }
      for (int j = 2; j < tag.length; j++) {
        if (xml[i + j] != tag[j]) {
          continue outer;
        }
      }
      found++;
      i += tag.length - 1;
    }
    return found;
  }
}
