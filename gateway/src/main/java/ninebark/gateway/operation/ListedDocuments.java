package ninebark.gateway.operation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.TreeSet;
import java.util.regex.Pattern;
import ninebark.gateway.document.ListedKind;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Bucket;

/** PUT, GET, DELETE and list of documents of which a bucket has several, each with an id. */
final class ListedDocuments {
  /** What may stand before a document's root: its own beginning, comments, a mark. */
  private static final Pattern BEFORE_ROOT =
      Pattern.compile("\\A\\uFEFF?\\s*(<\\?.*?\\?>\\s*|<!--.*?-->\\s*)*", Pattern.DOTALL);

  private final Backend backend;
  private final ListedKind kind;

  ListedDocuments(Backend backend, ListedKind kind) {
    this.backend = backend;
    this.kind = kind;
  }

  private static String id(S3Request request) {
    var id = request.query().first("id").orElse("");
    if (!ListedKind.isId(id)) {
      throw S3Error.invalidArgument("The configuration ID is not valid", "id", id);
    }
    return id;
  }

  S3Response put(S3Request request) throws IOException {
    var id = id(request);
    var bucket = request.inBucket();
    var text = Documents.text(request, backend);
    kind.check(text, id);
    var ids = kind.ids(bucket);
    if (!ids.contains(id) && ids.size() >= ListedKind.MAX_COUNT) {
      throw S3Error.TOO_MANY_CONFIGURATIONS.exception();
    }
    DocumentHandlers.store(backend, bucket, kind.name(id), text);
    return S3Response.of(200, Headers.EMPTY);
  }

  S3Response get(S3Request request) throws IOException {
    return DocumentHandlers.answer(
        backend
            .documents()
            .text(request.inBucket(), kind.name(id(request)))
            .orElseThrow(S3Error.NO_SUCH_CONFIGURATION::exception),
        DocumentHandlers.XML);
  }

  S3Response delete(S3Request request) throws IOException {
    var id = id(request);
    var bucket = request.inBucket();
    if (!kind.ids(bucket).contains(id)) {
      throw S3Error.NO_SUCH_CONFIGURATION.exception();
    }
    DocumentHandlers.remove(backend, bucket, kind.name(id));
    return S3Response.noContent();
  }

  S3Response list(S3Request request) throws IOException {
    var given = request.query().first("continuation-token").filter(token -> !token.isEmpty());
    var after = given.map(ListedDocuments::fromToken).orElse("");
    var bucket = request.inBucket();
    var ids = new TreeSet<>(kind.ids(bucket)).tailSet(after, false);
    boolean more = ids.size() > ListedKind.PAGE_COUNT;
    var page = ids.stream().limit(ListedKind.PAGE_COUNT).toList();
    var xml = XmlWriter.document(kind.list(), 1024);
    for (var id : page) {
      xml.embed(text(bucket, id));
    }
    xml.text("IsTruncated", more);
    given.ifPresent(token -> xml.text("ContinuationToken", token));
    if (more) {
      xml.text("NextContinuationToken", token(page.getLast()));
    }
    return S3Response.xml(xml.close(kind.list()));
  }

  /** The root element as it came, without what stands before it; empty if it was just removed. */
  private String text(Bucket bucket, String id) throws IOException {
    var text = backend.documents().text(bucket, kind.name(id)).orElse("");
    return BEFORE_ROOT.matcher(text).replaceFirst("");
  }

  private static String token(String id) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(id.getBytes(StandardCharsets.UTF_8));
  }

  private static String fromToken(String token) {
    try {
      var id = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      if (ListedKind.isId(id)) {
        return id;
      }
    } catch (IllegalArgumentException notBase64) {
      // the same mistake as one that names no id
    }
    throw S3Error.invalidArgument(
        "The continuation token provided is incorrect", "continuation-token", token);
  }
}
