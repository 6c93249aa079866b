package ninebark.gateway.operation;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.HttpDates;
import ninebark.gateway.request.Conditions;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.metadata.Command;
import ninebark.metadata.Precondition;
import ninebark.metadata.Reply;

/**
 * PUT /bucket/key?renameObject. S3 has it for directory buckets; here every bucket has it, as one
 * step of the index.
 */
final class RenameObject implements Operation {
  private static final String SOURCE = "x-amz-rename-source";
  private static final String TOKEN = "x-amz-client-token";

  private final Backend backend;
  private final RenameTokens tokens = new RenameTokens();

  RenameObject(Backend backend) {
    this.backend = backend;
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var value = request.headers().first(SOURCE);
    if (value.isEmpty()) {
      throw S3Error.invalidArgument("The source of the rename is missing", SOURCE, "");
    }
    var source = CopySource.parse(SOURCE, value.get());
    if (!source.bucket().equals(bucket.name().value())) {
      throw S3Error.invalidArgument(
          "An object keeps its bucket when it is renamed", SOURCE, value.get());
    }
    if (source.isVersioned()) {
      throw S3Error.invalidArgument("A single version cannot be renamed", SOURCE, value.get());
    }
    var command =
        new Command.RenameObject(
            bucket.id(),
            request.key(),
            source.key(),
            precondition(request, "if-"),
            precondition(request, SOURCE + "-if-"));
    var _ = source.authorized(request, backend, S3Operation.RENAME_OBJECT);
    var token = request.headers().first(TOKEN).map(text -> RenameTokens.token(request, text));
    if (token.isPresent() && tokens.isDone(token.get(), command)) {
      return S3Response.ok();
    }
    return switch (backend.index().submit(command)) {
      case Reply.RenameObject.Renamed() -> {
        token.ifPresent(each -> tokens.done(each, command));
        yield S3Response.ok();
      }
      case Reply.RenameObject.NoSuchSource() ->
          throw S3Error.NO_SUCH_KEY.exception().with("Key", source.key().value());
      case Reply.RenameObject.NoSuchKey() ->
          throw S3Error.NO_SUCH_KEY.exception().with("Key", request.key().value());
      case Reply.RenameObject.PreconditionFailed(var condition, var ofSource) ->
          throw S3Error.preconditionFailed(ofSource ? SOURCE + "-" + condition : condition);
      case Reply.RenameObject.Locked() ->
          throw S3Error.ACCESS_DENIED.because(
              "Access Denied because object protected by object lock.");
      case Reply.RenameObject.NoSuchBucket() ->
          throw S3Error.NO_SUCH_BUCKET.exception().with("BucketName", bucket.name().value());
    };
  }

  /**
   * All four conditions of one end. As RFC 9110 13.2.2 has it, a time is not looked at where a tag
   * of the same sense is given.
   */
  private static Precondition precondition(S3Request request, String prefix) {
    boolean ofSource = !prefix.equals("if-");
    var all = new ArrayList<Precondition>();
    var match = request.headers().first(prefix + "match");
    if (match.isPresent()) {
      all.add(
          match.get().strip().equals("*")
              ? new Precondition.Present()
              : new Precondition.Matches(Conditions.etag(match.get().strip(), prefix + "match")));
    } else {
      time(request, prefix + "unmodified-since")
          .ifPresent(when -> all.add(new Precondition.UnmodifiedSince(when)));
    }
    var noneMatch = request.headers().first(prefix + "none-match");
    if (noneMatch.isPresent()) {
      var text = noneMatch.get().strip();
      if (text.equals("*")) {
        all.add(new Precondition.Absent());
      } else if (ofSource) {
        all.add(new Precondition.Differs(Conditions.etag(text, prefix + "none-match")));
      } else {
        throw S3Error.headerNotImplemented("If-None-Match");
      }
    } else {
      time(request, prefix + "modified-since")
          .ifPresent(when -> all.add(new Precondition.ModifiedSince(when)));
    }
    return switch (all.size()) {
      case 0 -> Precondition.NONE;
      case 1 -> all.getFirst();
      default -> new Precondition.AllOf(List.copyOf(all));
    };
  }

  private static Optional<Instant> time(S3Request request, String header) {
    return request
        .headers()
        .first(header)
        .map(
            text ->
                HttpDates.parse(text)
                    .orElseThrow(
                        () -> S3Error.invalidArgument("The date is not valid", header, text)));
  }
}
