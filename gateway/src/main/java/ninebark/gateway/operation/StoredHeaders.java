package ninebark.gateway.operation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.metadata.Header;

/** The headers that are kept with an object and given back byte for byte. */
final class StoredHeaders {
  static final String META = "x-amz-meta-";

  private static final Set<String> SYSTEM =
      Set.of(
          "content-type",
          "cache-control",
          "content-disposition",
          "content-encoding",
          "content-language",
          "expires");

  static final String REDIRECT = "x-amz-website-redirect-location";
  private static final int MAX_REDIRECT_BYTES = 2048;

  private StoredHeaders() {}

  /** Where a website sends those who ask for the object, if the request says so. */
  static Optional<Header> redirect(Headers headers) {
    var location = headers.first(REDIRECT);
    if (location.isEmpty()) {
      return Optional.empty();
    }
    var text = location.get();
    if (!text.startsWith("/") && !text.startsWith("http://") && !text.startsWith("https://")) {
      throw S3Error.INVALID_REDIRECT_LOCATION.exception();
    }
    if (text.length() > MAX_REDIRECT_BYTES) {
      throw S3Error.INVALID_REDIRECT_LOCATION.because(
          "The length of website redirect location cannot exceed 2,048 characters.");
    }
    return Optional.of(new Header(REDIRECT, text));
  }

  /** What a request asks to be kept. */
  static List<Header> of(Headers headers, int maxMetadataBytes) {
    var kept = new LinkedHashMap<String, String>();
    int metadataBytes = 0;
    for (int i = 0; i < headers.count(); i++) {
      var name = headers.name(i);
      var value = headers.value(i);
      if (name.startsWith(META)) {
        metadataBytes += name.length() - META.length() + value.length();
        kept.merge(name, value, (first, second) -> first + "," + second);
      } else if (SYSTEM.contains(name)) {
        var stored = name.equals("content-encoding") ? withoutFraming(value) : value;
        if (!stored.isEmpty()) {
          kept.merge(name, stored, (first, second) -> first + ", " + second);
        }
      }
    }
    if (metadataBytes > maxMetadataBytes) {
      throw S3Error.METADATA_TOO_LARGE
          .exception()
          .with("Size", Integer.toString(metadataBytes))
          .with("MaxSizeAllowed", Integer.toString(maxMetadataBytes));
    }
    var list = new ArrayList<Header>(kept.size());
    kept.forEach((name, value) -> list.add(new Header(name, value)));
    redirect(headers).ifPresent(list::add);
    return list;
  }

  /** {@code aws-chunked} describes the journey, not the object. */
  private static String withoutFraming(String encoding) {
    if (!encoding.toLowerCase(Locale.ROOT).contains("aws-chunked")) {
      return encoding;
    }
    return List.of(encoding.split(",", -1)).stream()
        .map(String::strip)
        .filter(token -> !token.equalsIgnoreCase("aws-chunked") && !token.isEmpty())
        .collect(Collectors.joining(","));
  }

  /**
   * User metadata beyond ASCII goes out in the form of RFC 2047, as S3 sends it: its bytes taken
   * for Latin-1, written as UTF-8, in base64.
   */
  private static String readable(String value) {
    if (value.chars().allMatch(c -> c < 0x80)) {
      return value;
    }
    return "=?UTF-8?B?"
        + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))
        + "?=";
  }

  /** Puts them onto a response. */
  static void addTo(Headers.Builder response, List<Header> stored) {
    boolean typed = false;
    for (var header : AccessControl.without(stored)) {
      typed |= header.name().equals("content-type");
      response.add(
          header.name(),
          header.name().startsWith(META) ? readable(header.value()) : header.value());
    }
    if (!typed) {
      response.add("content-type", "binary/octet-stream");
    }
  }
}
