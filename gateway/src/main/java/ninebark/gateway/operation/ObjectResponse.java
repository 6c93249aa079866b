package ninebark.gateway.operation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.Principal;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.Checksum;
import ninebark.metadata.ETag;
import ninebark.metadata.Header;
import ninebark.metadata.ObjectInfo;

/** The headers that GET and HEAD of an object have in common. Pure. */
final class ObjectResponse {
  private static final String OVERRIDE = "response-";
  private static final Set<String> OVERRIDABLE =
      Set.of(
          "content-type",
          "content-language",
          "expires",
          "cache-control",
          "content-disposition",
          "content-encoding");

  private ObjectResponse() {}

  /** The conditions' verdict as an answer, if it is not to proceed. */
  static void checkConditions(S3Request request, ObjectInfo info) {
    switch (Conditions.ofRead(request.headers(), info.etag(), info.lastModified())) {
      case Conditions.Verdict.Proceed() -> {}
      case Conditions.Verdict.Failed(var condition) -> throw S3Error.preconditionFailed(condition);
      case Conditions.Verdict.NotModified() -> {
        var answer =
            S3Error.NOT_MODIFIED
                .exception()
                .withHeader("etag", info.etag().quoted())
                .withHeader("last-modified", HttpDates.http(info.lastModified()));
        for (var header : info.headers()) {
          if (header.name().equals("cache-control") || header.name().equals("expires")) {
            answer = answer.withHeader(header.name(), header.value());
          }
        }
        var version = ChosenVersion.shown(request.inBucket(), info.version());
        if (version.isPresent()) {
          answer = answer.withHeader("x-amz-version-id", version.get());
        }
        throw answer;
      }
    }
  }

  static Headers.Builder headers(S3Request request, ObjectInfo info, ETag etag) {
    var response = Headers.builder();
    response.add("last-modified", HttpDates.http(info.lastModified()));
    response.add("accept-ranges", "bytes");
    response.add("etag", etag.quoted());
    StoredHeaders.addTo(response, overridden(request, info.headers()));
    if (!info.storageClass().equals(StorageClasses.STANDARD)) {
      response.add("x-amz-storage-class", info.storageClass());
    }
    addRestore(response, info, request.now());
    if (!info.tags().isEmpty()) {
      response.add("x-amz-tagging-count", Integer.toString(info.tags().size()));
    }
    LockHeaders.addTo(response, info.lock());
    return response;
  }

  /** How a restore stands that is not over. */
  private static void addRestore(Headers.Builder response, ObjectInfo info, Instant now) {
    if (info.restore().isPresent()) {
      var restore = info.restore().get();
      if (restore.isPending(now)) {
        response.add("x-amz-restore", "ongoing-request=\"true\"");
      } else if (restore.isReadable(now)) {
        response.add(
            "x-amz-restore",
            "ongoing-request=\"false\", expiry-date=\"" + HttpDates.http(restore.until()) + "\"");
      }
    }
  }

  /** {@code response-content-type=...} and so on, which only signed requests may ask for. */
  private static List<Header> overridden(S3Request request, List<Header> stored) {
    var query = request.query();
    boolean any = query.all().stream().anyMatch(each -> each.name().startsWith(OVERRIDE));
    if (!any) {
      return stored;
    }
    if (request.principal() instanceof Principal.Anonymous) {
      throw S3Error.INVALID_REQUEST.because(
          "Request specific response headers cannot be used for anonymous GET requests.");
    }
    var result = new ArrayList<Header>();
    for (var header : stored) {
      if (!query.has(OVERRIDE + header.name())) {
        result.add(header);
      }
    }
    for (var name : OVERRIDABLE) {
      query.first(OVERRIDE + name).ifPresent(value -> result.add(new Header(name, value)));
    }
    return result;
  }

  /** Checksums go out only when asked for, and only for what was sent as a whole. */
  static void addChecksums(Headers.Builder response, S3Request request, List<Checksum> checksums) {
    boolean asked =
        request
            .headers()
            .first("x-amz-checksum-mode")
            .map(mode -> mode.toUpperCase(Locale.ROOT).equals("ENABLED"))
            .orElse(false);
    if (asked) {
      for (var checksum : checksums) {
        response.add(Checksums.header(checksum.algorithm()), checksum.value());
      }
      checksums.stream()
          .findFirst()
          .ifPresent(first -> response.add("x-amz-checksum-type", first.kind().name()));
    }
  }
}
