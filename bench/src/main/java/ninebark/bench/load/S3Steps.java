package ninebark.bench.load;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import ninebark.bench.client.Body;
import ninebark.bench.client.Outcome;
import ninebark.bench.client.Reading;
import ninebark.bench.client.Request;

/** S3's operations as steps, each with what a right answer looks like. Pure. */
final class S3Steps {
  private final LoadObjects objects;
  private final boolean verify;

  /**
   * @param verify whether the bytes of bodies are compared
   */
  S3Steps(LoadObjects objects, boolean verify) {
    this.objects = objects;
    this.verify = verify;
  }

  Step put(Operation operation, LoadObject object) {
    return put(operation, object, answer -> {});
  }

  Step put(Operation operation, LoadObject object, Consumer<Outcome.Answer> stored) {
    return new Step(operation, putRequest(object), whenStored(object.length(), stored));
  }

  Step putIf(
      Operation operation,
      LoadObject object,
      String header,
      String value,
      Consumer<Outcome.Answer> stored) {
    return new Step(
        operation, putRequest(object).header(header, value), whenStored(object.length(), stored));
  }

  /** A PUT whose condition must not hold. */
  Step putRefused(LoadObject object, String header, String value) {
    return new Step(
        Operation.PUT_REFUSED, putRequest(object).header(header, value), status(412, 0, 1));
  }

  private static Request putRequest(LoadObject object) {
    return Request.of("PUT", object.path())
        .body(new Body.Patterned(object.variant(), 0, object.length()));
  }

  Step get(Operation operation, LoadObject object) {
    return new Step(operation, getRequest(object), status(200, object.length(), 1));
  }

  Step getIf(Operation operation, LoadObject object, String header, String value, int status) {
    return new Step(
        operation,
        getRequest(object).header(header, value),
        status(status, status == 200 ? object.length() : 0, 1));
  }

  Step getVersion(LoadObject object, String versionId) {
    return new Step(
        Operation.GET_VERSION,
        getRequest(object).query(version(versionId)),
        status(200, object.length(), 1));
  }

  Step getRange(LoadObject object, long offset, long length) {
    var request =
        Request.of("GET", object.path())
            .header("range", "bytes=" + offset + "-" + (offset + length - 1))
            .reading(
                verify ? new Reading.Verify(object.variant(), offset, length) : Reading.DISCARD);
    return new Step(Operation.GET_RANGE, request, status(206, length, 1));
  }

  private Request getRequest(LoadObject object) {
    return Request.of("GET", object.path())
        .reading(
            verify ? new Reading.Verify(object.variant(), 0, object.length()) : Reading.DISCARD);
  }

  Step stat(LoadObject object) {
    return new Step(Operation.STAT, Request.of("HEAD", object.path()), status(200, 0, 1));
  }

  Step statVersion(LoadObject object, String versionId) {
    return new Step(
        Operation.STAT_VERSION,
        Request.of("HEAD", object.path()).query(version(versionId)),
        status(200, 0, 1));
  }

  Step delete(LoadObject object) {
    return new Step(Operation.DELETE, Request.of("DELETE", object.path()), status(204, 0, 1));
  }

  Step deleteVersion(LoadObject object, String versionId) {
    return new Step(
        Operation.DELETE_VERSION,
        Request.of("DELETE", object.path()).query(version(versionId)),
        status(204, 0, 1));
  }

  private static String version(String versionId) {
    return "versionId=" + LoadObjects.encode(versionId, false);
  }

  /** A name to delete: a key, or one of its versions. */
  record Doomed(String key, String versionId) {}

  Step deleteBatch(Collection<Doomed> doomed) {
    var xml = new StringBuilder("<Delete><Quiet>true</Quiet>");
    for (var one : doomed) {
      xml.append("<Object><Key>").append(S3Xml.escape(one.key())).append("</Key>");
      if (!one.versionId().isEmpty()) {
        xml.append("<VersionId>").append(S3Xml.escape(one.versionId())).append("</VersionId>");
      }
      xml.append("</Object>");
    }
    var bytes = xml.append("</Delete>").toString().getBytes(StandardCharsets.UTF_8);
    var request =
        Request.of("POST", objects.bucketPath())
            .query("delete=")
            .header("content-md5", md5(bytes))
            .body(new Body.Document(bytes));
    long count = doomed.size();
    return new Step(
        Operation.DELETE_BATCH,
        request,
        answer ->
            answer.status() != 200 || S3Xml.count(answer.body(), answer.bodyCount(), "Error") > 0
                ? S3Xml.failure(answer)
                : new Result.Done(0, count));
  }

  /**
   * One page of a listing.
   *
   * @param from {@code start-after=...} or {@code continuation-token=...}, or empty
   * @param page gets how many keys there were, and the token of the next page or nothing
   */
  Step list(String from, int maxKeys, BiConsumer<Integer, String> page) {
    // Sorted by name, as the signature wants it: continuation-token, list-type, max-keys, ...
    boolean token = from.startsWith("continuation-token=");
    var query =
        (token ? from + "&" : "")
            + "list-type=2&max-keys="
            + maxKeys
            + "&prefix="
            + LoadObjects.encode(objects.prefix(), false)
            + (token || from.isEmpty() ? "" : "&" + from);
    return new Step(
        Operation.LIST,
        Request.of("GET", objects.bucketPath()).query(query),
        answer -> {
          if (answer.status() != 200) {
            return S3Xml.failure(answer);
          }
          int count = S3Xml.count(answer.body(), answer.bodyCount(), "Key");
          // The token stands in the document's first or last lines, not among the keys.
          page.accept(count, nextToken(answer));
          return new Result.Done(0, count);
        });
  }

  private static String nextToken(Outcome.Answer answer) {
    int edge = Math.min(answer.bodyCount(), 4096);
    var first = new String(answer.body(), 0, edge, StandardCharsets.UTF_8);
    var token = S3Xml.element(first, "NextContinuationToken");
    if (token.isEmpty() && answer.bodyCount() > edge) {
      var last = new String(answer.body(), answer.bodyCount() - edge, edge, StandardCharsets.UTF_8);
      token = S3Xml.element(last, "NextContinuationToken");
    }
    return token;
  }

  Step createUpload(LoadObject object, Consumer<String> uploadId) {
    return new Step(
        Operation.CREATE_UPLOAD,
        Request.of("POST", object.path()).query("uploads="),
        answer -> {
          var id = S3Xml.element(answer.text(), "UploadId");
          if (answer.status() != 200 || id.isEmpty()) {
            return S3Xml.failure(answer);
          }
          uploadId.accept(id);
          return new Result.Done(0, 1);
        });
  }

  Step uploadPart(
      LoadObject object,
      String uploadId,
      int partNumber,
      long offset,
      long length,
      Consumer<Outcome.Answer> stored) {
    return new Step(
        Operation.UPLOAD_PART,
        Request.of("PUT", object.path())
            .query("partNumber=" + partNumber + "&uploadId=" + LoadObjects.encode(uploadId, false))
            .body(new Body.Patterned(object.variant(), offset, length)),
        whenStored(length, stored));
  }

  Step completeUpload(LoadObject object, String uploadId, Collection<String> etags) {
    var xml = new StringBuilder("<CompleteMultipartUpload>");
    int number = 0;
    for (var etag : etags) {
      xml.append("<Part><PartNumber>")
          .append(++number)
          .append("</PartNumber><ETag>")
          .append(S3Xml.escape(etag))
          .append("</ETag></Part>");
    }
    var bytes =
        xml.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8);
    return new Step(
        Operation.COMPLETE_UPLOAD,
        Request.of("POST", object.path())
            .query("uploadId=" + LoadObjects.encode(uploadId, false))
            .body(new Body.Document(bytes)),
        answer ->
            answer.status() == 200 && !S3Xml.element(answer.text(), "ETag").isEmpty()
                ? new Result.Done(0, 1)
                : S3Xml.failure(answer));
  }

  Step abortUpload(LoadObject object, String uploadId) {
    return new Step(
        Operation.DELETE,
        Request.of("DELETE", object.path())
            .query("uploadId=" + LoadObjects.encode(uploadId, false)),
        status(204, 0, 1));
  }

  private static Function<Outcome.Answer, Result> whenStored(
      long bytes, Consumer<Outcome.Answer> stored) {
    return answer -> {
      if (answer.status() != 200) {
        return S3Xml.failure(answer);
      }
      stored.accept(answer);
      return new Result.Done(bytes, 1);
    };
  }

  private static Function<Outcome.Answer, Result> status(int wanted, long bytes, long items) {
    return answer ->
        answer.status() == wanted ? new Result.Done(bytes, items) : S3Xml.failure(answer);
  }

  private static String md5(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has MD5", missing);
    }
  }
}
