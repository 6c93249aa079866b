package ninebark.gateway.request;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.metadata.ETag;
import ninebark.metadata.Precondition;

/** The conditions of requests, judged as RFC 9110 13.2.2 and S3 say. Pure. */
public final class Conditions {
  private Conditions() {}

  /** What comes of the conditions of a read. */
  public sealed interface Verdict {
    record Proceed() implements Verdict {}

    record NotModified() implements Verdict {}

    /** {@code condition} names the header that failed. */
    record Failed(String condition) implements Verdict {}
  }

  /** The conditions of GET and HEAD. */
  public static Verdict ofRead(Headers headers, ETag etag, Instant lastModified) {
    return judge(
        headers,
        etag,
        lastModified,
        "if-match",
        "if-unmodified-since",
        "if-none-match",
        "if-modified-since");
  }

  /** The conditions on the source of a copy: the same pairs, and 412 for all of them. */
  public static void checkCopySource(Headers headers, ETag etag, Instant lastModified) {
    var verdict =
        judge(
            headers,
            etag,
            lastModified,
            "x-amz-copy-source-if-match",
            "x-amz-copy-source-if-unmodified-since",
            "x-amz-copy-source-if-none-match",
            "x-amz-copy-source-if-modified-since");
    switch (verdict) {
      case Verdict.Proceed() -> {}
      case Verdict.Failed(var condition) -> throw S3Error.preconditionFailed(condition);
      case Verdict.NotModified() ->
          throw S3Error.preconditionFailed(
              headers.has("x-amz-copy-source-if-none-match")
                  ? "x-amz-copy-source-If-None-Match"
                  : "x-amz-copy-source-If-Modified-Since");
    }
  }

  private static Verdict judge(
      Headers headers,
      ETag etag,
      Instant lastModified,
      String ifMatch,
      String ifUnmodifiedSince,
      String ifNoneMatch,
      String ifModifiedSince) {
    // HTTP dates have whole seconds, so the stored instant is compared without its fraction.
    var modified = lastModified.truncatedTo(ChronoUnit.SECONDS);
    var match = headers.first(ifMatch);
    if (match.isPresent()) {
      if (!matches(match.get(), etag)) {
        return new Verdict.Failed(named(ifMatch));
      }
    } else {
      var unmodifiedSince = headers.first(ifUnmodifiedSince).flatMap(HttpDates::parse);
      if (unmodifiedSince.isPresent() && modified.isAfter(unmodifiedSince.get())) {
        return new Verdict.Failed(named(ifUnmodifiedSince));
      }
    }
    var noneMatch = headers.first(ifNoneMatch);
    if (noneMatch.isPresent()) {
      if (matches(noneMatch.get(), etag)) {
        return new Verdict.NotModified();
      }
    } else {
      var modifiedSince = headers.first(ifModifiedSince).flatMap(HttpDates::parse);
      if (modifiedSince.isPresent() && !modified.isAfter(modifiedSince.get())) {
        return new Verdict.NotModified();
      }
    }
    return new Verdict.Proceed();
  }

  /** Whether {@code Range} still holds under {@code If-Range}; RFC 9110 13.1.5. */
  public static boolean rangeApplies(Headers headers, ETag etag, Instant lastModified) {
    var ifRange = headers.first("if-range");
    if (ifRange.isEmpty()) {
      return true;
    }
    if (ifRange.get().startsWith("\"") || ifRange.get().startsWith("W/")) {
      return ifRange.get().equals(etag.quoted());
    }
    return HttpDates.parse(ifRange.get())
        .map(date -> date.equals(lastModified.truncatedTo(ChronoUnit.SECONDS)))
        .orElse(ifRange.get().equals(etag.value()));
  }

  /**
   * The condition of PUT, Copy and Complete, to be judged by the index when it commits. What S3
   * does not understand there is refused, never ignored.
   */
  public static Precondition ofWrite(Headers headers) {
    var match = headers.first("if-match");
    var noneMatch = headers.first("if-none-match");
    if (match.isPresent() && noneMatch.isPresent()) {
      throw S3Error.headerNotImplemented("If-None-Match");
    }
    if (noneMatch.isPresent()) {
      if (!noneMatch.get().strip().equals("*")) {
        throw S3Error.headerNotImplemented("If-None-Match");
      }
      return new Precondition.Absent();
    }
    return match.map(Conditions::matching).orElse(Precondition.NONE);
  }

  /** The condition of DELETE. */
  public static Precondition ofDelete(Headers headers) {
    return ofDelete(
        headers.first("if-match"),
        headers.first("x-amz-if-match-last-modified-time"),
        headers.first("x-amz-if-match-size"));
  }

  /**
   * What one delete asks, of headers or of an entry of many. Size and time are asked at AWS of
   * directory buckets only; here of all.
   */
  public static Precondition ofDelete(
      Optional<String> etag, Optional<String> lastModified, Optional<String> size) {
    var parts = new ArrayList<Precondition>();
    etag.ifPresent(value -> parts.add(matching(value)));
    lastModified.ifPresent(value -> parts.add(new Precondition.ModifiedAt(moment(value))));
    size.ifPresent(value -> parts.add(new Precondition.HasLength(length(value))));
    return switch (parts.size()) {
      case 0 -> Precondition.NONE;
      case 1 -> parts.getFirst();
      default -> new Precondition.AllOf(parts);
    };
  }

  private static Instant moment(String value) {
    return HttpDates.parse(value)
        .or(() -> HttpDates.parseXml(value))
        .orElseThrow(
            () ->
                S3Error.invalidArgument(
                    "The time of last modification is no date",
                    "x-amz-if-match-last-modified-time",
                    value));
  }

  private static long length(String value) {
    try {
      return Long.parseLong(value.strip());
    } catch (NumberFormatException notANumber) {
      throw S3Error.invalidArgument("The size is no number", "x-amz-if-match-size", value);
    }
  }

  private static Precondition matching(String value) {
    var text = value.strip();
    if (text.equals("*")) {
      return new Precondition.Present();
    }
    return new Precondition.Matches(etag(text, "If-Match"));
  }

  /** One entity tag, with or without its quotes. */
  public static ETag etag(String text, String header) {
    var bare =
        text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
            ? text.substring(1, text.length() - 1)
            : text;
    if (bare.isEmpty() || bare.indexOf('"') >= 0 || bare.indexOf(',') >= 0) {
      throw S3Error.headerNotImplemented(header);
    }
    return new ETag(bare);
  }

  /**
   * Judges a write's condition early, before its body is invited. The index has the last word.
   *
   * @param current the object's ETag, empty if there is none
   */
  public static void checkEarly(Precondition precondition, Optional<ETag> current) {
    switch (precondition) {
      case Precondition.None() -> {}
      case Precondition.Absent() -> {
        if (current.isPresent()) {
          throw S3Error.preconditionFailed("If-None-Match");
        }
      }
      case Precondition.Present() -> {
        if (current.isEmpty()) {
          throw S3Error.NO_SUCH_KEY.exception();
        }
      }
      case Precondition.Matches(var etag) -> {
        if (!current.orElseThrow(S3Error.NO_SUCH_KEY::exception).equals(etag)) {
          throw S3Error.preconditionFailed("If-Match");
        }
      }
      // No write asks these before its commit, which judges all.
      case Precondition.Differs differs -> {}
      case Precondition.ModifiedSince since -> {}
      case Precondition.UnmodifiedSince since -> {}
      case Precondition.ModifiedAt at -> {}
      case Precondition.HasLength length -> {}
      case Precondition.AllOf(var parts) -> parts.forEach(part -> checkEarly(part, current));
    }
  }

  private static boolean matches(String header, ETag etag) {
    for (var piece : header.split(",", -1)) {
      var tag = piece.strip();
      if (tag.equals("*") || tag.equals(etag.quoted()) || tag.equals(etag.value())) {
        return true;
      }
    }
    return false;
  }

  /** As S3 spells it in {@code <Condition>}. */
  private static String named(String header) {
    var prefix = "x-amz-copy-source-";
    var bare = header.startsWith(prefix) ? header.substring(prefix.length()) : header;
    var name = new StringBuilder();
    for (var word : bare.split("-", -1)) {
      name.append(name.isEmpty() ? "" : "-")
          .append(Character.toUpperCase(word.charAt(0)))
          .append(word, 1, word.length());
    }
    return header.startsWith(prefix) ? prefix + name : name.toString();
  }

  /** The error of a write whose condition the index judged. */
  public static S3Exception failed(String condition) {
    return S3Error.preconditionFailed(condition);
  }
}
