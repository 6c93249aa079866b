package ninebark.gateway.operation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Command;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Precondition;
import ninebark.metadata.Reply;
import ninebark.metadata.VersionChoice;

/** POST /bucket?delete: each key is judged on its own. */
final class DeleteObjects implements Operation {
  private final Backend backend;

  DeleteObjects(Backend backend) {
    this.backend = backend;
  }

  /** What becomes of one key: a command, or an error found before. */
  private record Line(
      String key,
      Optional<String> version,
      Optional<Command.DeleteObject> command,
      Optional<S3Exception> error) {}

  @Override
  public S3Response handle(S3Request request) throws IOException {
    ClientDigests.require(request);
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

    boolean bypass = LockHeaders.isBypassAsked(request.headers());
    var lines = new ArrayList<Line>(objects.size());
    for (var object : objects) {
      lines.add(line(request, object, bypass));
    }
    var commands = new ArrayList<Command<Reply.DeleteObject>>();
    lines.forEach(line -> line.command().ifPresent(commands::add));
    List<Reply.DeleteObject> replies =
        commands.isEmpty() ? List.of() : backend.index().submitAll(commands);

    var xml = XmlWriter.document("DeleteResult", 256 + 128 * lines.size());
    int next = 0;
    for (var line : lines) {
      if (line.error().isPresent()) {
        error(xml, line, line.error().get());
      } else {
        write(xml, line, replies.get(next++), quiet);
      }
    }
    return S3Response.xml(xml.close("DeleteResult"));
  }

  private static void write(XmlWriter xml, Line line, Reply.DeleteObject reply, boolean quiet) {
    switch (reply) {
      case Reply.DeleteObject.Deleted(var version, boolean marker) -> {
        if (!quiet) {
          xml.open("Deleted").text("Key", line.key());
          version.ifPresent(
              id -> {
                xml.text("VersionId", id.text());
                if (marker) {
                  xml.text("DeleteMarker", true).text("DeleteMarkerVersionId", id.text());
                }
              });
          xml.close("Deleted");
        }
      }
      case Reply.DeleteObject.Marked(var version) -> {
        if (!quiet) {
          xml.open("Deleted")
              .text("Key", line.key())
              .text("DeleteMarker", true)
              .text("DeleteMarkerVersionId", version.text())
              .close("Deleted");
        }
      }
      case Reply.DeleteObject.Absent() -> {
        if (!quiet) {
          xml.open("Deleted").text("Key", line.key());
          line.version().ifPresent(id -> xml.text("VersionId", id));
          xml.close("Deleted");
        }
      }
      case Reply.DeleteObject.Locked() ->
          error(
              xml,
              line,
              S3Error.ACCESS_DENIED.because(
                  "Access Denied because object protected by object lock."));
      case Reply.DeleteObject.PreconditionFailed(var condition) ->
          error(xml, line, S3Error.preconditionFailed(condition));
      case Reply.DeleteObject.NoSuchKey() -> error(xml, line, S3Error.NO_SUCH_KEY.exception());
      case Reply.DeleteObject.NoSuchBucket() -> throw S3Error.NO_SUCH_BUCKET.exception();
    }
  }

  private static void error(XmlWriter xml, Line line, S3Exception error) {
    xml.open("Error").text("Key", line.key());
    line.version().ifPresent(id -> xml.text("VersionId", id));
    xml.text("Code", error.error().code()).text("Message", error.message()).close("Error");
  }

  private Line line(S3Request request, XmlElement object, boolean bypass) throws IOException {
    object.only("Key", "VersionId", "ETag", "LastModifiedTime", "Size");
    var key = object.required("Key");
    var version = object.optional("VersionId").filter(text -> !text.isEmpty());
    try {
      if (key.isEmpty()) {
        throw S3Error.USER_KEY_MUST_BE_SPECIFIED.exception();
      }
      if (key.getBytes(StandardCharsets.UTF_8).length > ObjectKey.MAX_BYTES) {
        throw S3Error.KEY_TOO_LONG.exception();
      }
      var choice =
          version.map(text -> ChosenVersion.parse(text, "VersionId")).orElse(VersionChoice.CURRENT);
      var objectKey = new ObjectKey(key);
      var action =
          version.isPresent()
              ? S3Operation.DELETE_OBJECT.versionAction()
              : S3Operation.DELETE_OBJECT.action();
      var bucket =
          backend.guard().authorize(request, action, request.inBucket().name().value(), objectKey);
      if (bypass) {
        var _ =
            backend
                .guard()
                .authorize(
                    request,
                    "s3:BypassGovernanceRetention",
                    request.inBucket().name().value(),
                    objectKey);
      }
      var precondition =
          Conditions.ofDelete(
              object.optional("ETag"),
              object.optional("LastModifiedTime"),
              object.optional("Size"));
      if (version.isPresent() && !(precondition instanceof Precondition.None)) {
        throw S3Error.NOT_IMPLEMENTED.because(
            "A version cannot be deleted under a condition as well.");
      }
      return new Line(
          key,
          version,
          Optional.of(
              new Command.DeleteObject(bucket.id(), objectKey, choice, precondition, bypass)),
          Optional.empty());
    } catch (S3Exception refused) {
      return new Line(key, version, Optional.empty(), Optional.of(refused));
    }
  }
}
