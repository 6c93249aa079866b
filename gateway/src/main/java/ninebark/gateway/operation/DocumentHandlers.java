package ninebark.gateway.operation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import ninebark.gateway.document.DocumentKind;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Bucket;
import ninebark.metadata.Command;
import ninebark.metadata.DocumentName;
import ninebark.metadata.Reply;

/**
 * PUT, GET and DELETE of a bucket's configuration documents: kept word for word if S3 would take
 * them, given back word for word.
 */
final class DocumentHandlers {
  static final String XML = "application/xml";
  static final String JSON = "application/json";

  private DocumentHandlers() {}

  /** What a document must also be, which only the bucket can tell. */
  interface Check<T> {
    void check(S3Request request, T document) throws IOException;
  }

  /** PUT of a document. */
  static <T> Operation put(Backend backend, DocumentKind<T> kind, int status, Check<T> check) {
    return request -> {
      var text = Documents.text(request, backend);
      check.check(request, kind.parser().apply(text));
      store(backend, request.inBucket(), kind.name(), text);
      return S3Response.of(status, Headers.EMPTY);
    };
  }

  static <T> Operation put(Backend backend, DocumentKind<T> kind, int status) {
    return put(backend, kind, status, (request, document) -> {});
  }

  /** GET of a document; an error where there is none. */
  static Operation get(Backend backend, DocumentName name, String type, S3Error absent) {
    return request ->
        answer(
            backend
                .documents()
                .text(request.inBucket(), name)
                .orElseThrow(() -> absent(absent, request)),
            type);
  }

  /** GET of a document; where there is none, what holds without one. */
  static Operation get(Backend backend, DocumentName name, String otherwise) {
    return request ->
        answer(backend.documents().text(request.inBucket(), name).orElse(otherwise), XML);
  }

  /** GET of what is the same for every bucket. */
  static Operation constant(String document) {
    return request -> answer(document, XML);
  }

  /** DELETE of a document; done as well where there is none. */
  static Operation delete(Backend backend, DocumentName name) {
    return request -> {
      remove(backend, request.inBucket(), name);
      return S3Response.noContent();
    };
  }

  /** Always this error: what nobody can put cannot be there. */
  static Operation never(S3Error absent) {
    return request -> {
      throw absent(absent, request);
    };
  }

  static S3Exception absent(S3Error absent, S3Request request) {
    return absent.exception().with("BucketName", request.bucketName().orElse(""));
  }

  static S3Response answer(String document, String type) {
    return answer(document, type, Headers.EMPTY);
  }

  static S3Response answer(String document, String type, Headers headers) {
    return new S3Response(
        200,
        Headers.builder().add("content-type", type).build().and(headers),
        new S3Response.Body.Whole(document.getBytes(StandardCharsets.UTF_8)));
  }

  static void store(Backend backend, Bucket bucket, DocumentName name, String text)
      throws IOException {
    expectChanged(backend.index().submit(new Command.PutDocument(bucket.id(), name, text)), bucket);
  }

  /** Costs nothing where there is nothing. */
  static void remove(Backend backend, Bucket bucket, DocumentName name) throws IOException {
    if (bucket.documents().contains(name)) {
      expectChanged(backend.index().submit(new Command.DeleteDocument(bucket.id(), name)), bucket);
    }
  }

  private static void expectChanged(Reply.ChangeBucket reply, Bucket bucket) {
    switch (reply) {
      case Reply.ChangeBucket.Changed(var changed) -> {}
      case Reply.ChangeBucket.TooManyDocuments(int limit) ->
          throw S3Error.TOO_MANY_CONFIGURATIONS.because(
              "A bucket has at most " + limit + " configuration documents of all kinds.");
      case Reply.ChangeBucket.InvalidBucketState() ->
          throw S3Error.OPERATION_ABORTED.exception().with("BucketName", bucket.name().value());
      case Reply.ChangeBucket.NoSuchBucket() ->
          throw S3Error.NO_SUCH_BUCKET.exception().with("BucketName", bucket.name().value());
    }
  }
}
