package ninebark.gateway.operation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Command;
import ninebark.metadata.ETag;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Reply;

/** POST /bucket?delete: each key is judged on its own. */
final class DeleteObjects implements Operation {
  private final Backend backend;

  DeleteObjects(Backend backend) {
    this.backend = backend;
  }

  /** What becomes of one key: a command, or an error found before. */
  private record Line(
      String key, Optional<Command.DeleteObject> command, Optional<S3Exception> error) {}

  @Override
  public S3Response handle(S3Request request) throws IOException {
    if (!ClientDigests.of(request.headers(), request.payload()).isPresent()) {
      throw S3Error.INVALID_REQUEST.because(
          "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
    }
    var document =
        Documents.read(request, backend)
            .orElseThrow(S3Error.MALFORMED_XML::exception)
            .expect("Delete")
            .only("Object", "Quiet");
    var objects = document.all("Object");
    if (objects.isEmpty() || objects.size() > backend.limits().maxDeleteKeys()) {
      throw S3Error.MALFORMED_XML.exception();
    }
    boolean quiet =
        document.optional("Quiet").map(text -> text.strip().equals("true")).orElse(false);

    var lines = new ArrayList<Line>(objects.size());
    for (var object : objects) {
      lines.add(line(request, object));
    }
    var commands = new ArrayList<Command<Reply.DeleteObject>>();
    lines.forEach(line -> line.command().ifPresent(commands::add));
    List<Reply.DeleteObject> replies =
        commands.isEmpty() ? List.of() : backend.index().submitAll(commands);

    var xml = XmlWriter.document("DeleteResult", 256 + 128 * lines.size());
    int next = 0;
    for (var line : lines) {
      var error = line.command().isPresent() ? error(replies.get(next++), line) : line.error();
      if (error.isPresent()) {
        xml.open("Error")
            .text("Key", line.key())
            .text("Code", error.get().error().code())
            .text("Message", error.get().message())
            .close("Error");
      } else if (!quiet) {
        xml.open("Deleted").text("Key", line.key()).close("Deleted");
      }
    }
    return S3Response.xml(xml.close("DeleteResult"));
  }

  private Line line(S3Request request, XmlElement object) throws IOException {
    object.only("Key", "VersionId", "ETag", "LastModifiedTime", "Size");
    var key = object.required("Key");
    try {
      if (key.isEmpty()) {
        throw S3Error.USER_KEY_MUST_BE_SPECIFIED.exception();
      }
      if (key.getBytes(StandardCharsets.UTF_8).length > ObjectKey.MAX_BYTES) {
        throw S3Error.KEY_TOO_LONG.exception();
      }
      if (object.optional("LastModifiedTime").isPresent() || object.optional("Size").isPresent()) {
        throw S3Error.NOT_IMPLEMENTED.because(
            "Deleting by size or time of modification is not implemented");
      }
      var version = object.optional("VersionId");
      if (version.isPresent() && !version.get().equals("null")) {
        throw S3Error.NO_SUCH_VERSION.exception();
      }
      var objectKey = new ObjectKey(key);
      var bucket =
          backend
              .guard()
              .authorize(
                  request,
                  S3Operation.DELETE_OBJECT.action(),
                  request.inBucket().name().value(),
                  objectKey);
      var precondition =
          object.optional("ETag").map(DeleteObjects::matching).orElse(Precondition.NONE);
      return new Line(
          key,
          Optional.of(new Command.DeleteObject(bucket.id(), objectKey, precondition)),
          Optional.empty());
    } catch (S3Exception refused) {
      return new Line(key, Optional.empty(), Optional.of(refused));
    }
  }

  private static Precondition matching(String etag) {
    var bare = etag.replace("\"", "");
    return bare.equals("*") ? new Precondition.Present() : new Precondition.Matches(new ETag(bare));
  }

  private static Optional<S3Exception> error(Reply.DeleteObject reply, Line line) {
    return switch (reply) {
      case Reply.DeleteObject.Deleted deleted -> Optional.empty();
      case Reply.DeleteObject.Marked marked -> Optional.empty();
      case Reply.DeleteObject.Absent() -> Optional.empty();
      case Reply.DeleteObject.Locked() -> Optional.of(S3Error.ACCESS_DENIED.exception());
      case Reply.DeleteObject.PreconditionFailed(var condition) ->
          Optional.of(S3Error.preconditionFailed(condition));
      case Reply.DeleteObject.NoSuchKey() ->
          Optional.of(S3Error.NO_SUCH_KEY.exception().with("Key", line.key()));
      case Reply.DeleteObject.NoSuchBucket() -> throw S3Error.NO_SUCH_BUCKET.exception();
    };
  }
}
