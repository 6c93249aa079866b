package ninebark.gateway.sigv2;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.message.QueryParameters.Parameter;

/**
 * The one spelling of a request that both sides of version 2 sign. Pure.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html">Signing
 *     and authenticating REST requests</a>
 */
public final class LegacyString {
  /** The only parameters that version 2 signs: those of AWS's own SDKs. */
  private static final Set<String> SIGNED =
      Set.of(
          "accelerate",
          "acl",
          "analytics",
          "cors",
          "defaultObjectAcl",
          "delete",
          "inventory",
          "lifecycle",
          "location",
          "logging",
          "metrics",
          "notification",
          "object-lock",
          "partNumber",
          "policy",
          "replication",
          "requestPayment",
          "response-cache-control",
          "response-content-disposition",
          "response-content-encoding",
          "response-content-language",
          "response-content-type",
          "response-expires",
          "restore",
          "select",
          "select-type",
          "storageClass",
          "tagging",
          "torrent",
          "uploadId",
          "uploads",
          "versionId",
          "versioning",
          "versions",
          "website");

  private LegacyString() {}

  /**
   * @param path as it came, percent-encoded
   * @param hostBucket the bucket that the Host header names: it is signed as part of the path
   * @param rawQuery as it came
   * @param date what stands in the place of the date: that of the header, nothing if there is an
   *     {@code x-amz-date}, or the moment a presigned URL expires
   * @return as bytes, one to a char
   */
  static String of(
      String method,
      String path,
      Optional<String> hostBucket,
      String rawQuery,
      Headers headers,
      String date) {
    var text = new StringBuilder(256);
    text.append(method).append('\n');
    text.append(headers.first("content-md5").orElse("").strip()).append('\n');
    text.append(headers.first("content-type").orElse("").strip()).append('\n');
    text.append(date).append('\n');
    amzHeaders(text, headers);
    hostBucket.ifPresent(bucket -> text.append('/').append(bucket));
    text.append(path);
    subResources(text, rawQuery);
    return text.toString();
  }

  private static void amzHeaders(StringBuilder text, Headers headers) {
    var sorted = new TreeMap<String, String>();
    for (int i = 0; i < headers.count(); i++) {
      if (headers.name(i).startsWith("x-amz-")) {
        sorted.merge(
            headers.name(i), headers.value(i).strip(), (first, second) -> first + "," + second);
      }
    }
    sorted.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
  }

  private static void subResources(StringBuilder text, String rawQuery) {
    record SubResource(String name, String spelling) {}
    var found = new ArrayList<SubResource>(2);
    for (var piece : rawQuery.split("&", -1)) {
      int equals = piece.indexOf('=');
      var name =
          PercentCoding.decodeQuery(equals < 0 ? piece : piece.substring(0, equals)).orElse("");
      if (SIGNED.contains(name)) {
        // Whether there is an equals sign counts; values are signed decoded.
        found.add(
            new SubResource(
                name,
                equals < 0
                    ? name
                    : name
                        + "="
                        + bytes(
                            PercentCoding.decodeQuery(piece.substring(equals + 1)).orElse(""))));
      }
    }
    found.sort(Comparator.comparing(SubResource::name));
    for (int i = 0; i < found.size(); i++) {
      text.append(i == 0 ? '?' : '&').append(found.get(i).spelling());
    }
  }

  /** The UTF-8 of a text, one byte to a char, as headers are held. */
  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** What a signature of version 2 covers of a query: all else may be changed by anyone. */
  public static QueryParameters covered(QueryParameters query) {
    List<Parameter> covered =
        query.all().stream().filter(each -> SIGNED.contains(each.name())).toList();
    return new QueryParameters(covered);
  }
}
