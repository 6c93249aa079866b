package ninebark.gateway.operation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import ninebark.gateway.digest.Checksums;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.ByteSource;
import ninebark.gateway.request.Payload;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Command;
import ninebark.metadata.Query;
import ninebark.metadata.Reply;
import ninebark.metadata.rows.DescriptionFormat;

/** PUT /bucket/key?annotation&amp;annotationName=N. */
final class PutObjectAnnotation implements Operation {
  private static final int MAX_BYTES = 1 << 20;

  private final Backend backend;
  private final Intake intake;

  PutObjectAnnotation(Backend backend) {
    this.backend = backend;
    this.intake = new Intake(backend);
  }

  @Override
  public S3Response handle(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var name = AnnotationRequest.name(request);
    var choice = ChosenVersion.of(request);
    var precondition = AnnotationRequest.precondition(request.headers());
    var claimed = ClientDigests.of(request.headers(), request.payload());
    checkLength(request.payload().length());
    // Refused before its body is invited where the object is missing; the commit judges again.
    var lookup = backend.index().ask(new Query.HeadObject(bucket.id(), request.key(), choice));
    var object = ChosenVersion.found(lookup, request, choice);

    Function<Intake.Stored, Command.PutAnnotation> commit =
        whole ->
            new Command.PutAnnotation(
                bucket.id(),
                request.key(),
                choice,
                name,
                whole.digests().etag(),
                whole.length(),
                List.of(whole.checksum()),
                whole.content(),
                precondition);
    var stored =
        intake.storeBody(
            textOnly(request.payload()),
            claimed,
            bucket,
            request.key(),
            object.storageClass(),
            whole -> DescriptionFormat.encode(bucket, commit.apply(whole)));
    var reply = backend.index().submit(commit.apply(stored));
    if (!(reply instanceof Reply.ChangeVersion.Changed)) {
      intake.forget(Optional.of(stored));
    }
    var version = ChosenVersion.changed(reply, request, choice);
    var headers = S3Response.etag(stored.digests().etag());
    AnnotationRequest.addVersion(headers, bucket, version);
    headers.add(Checksums.header(stored.checksum().algorithm()), stored.checksum().value());
    headers.add("x-amz-checksum-type", stored.checksum().kind().name());
    var xml = XmlWriter.document("PutObjectAnnotationResult", 512);
    xml.text("Key", request.key().value()).text("AnnotationName", name);
    return S3Response.xml(xml.close("PutObjectAnnotationResult"), headers.build());
  }

  private static void checkLength(long length) {
    if (length > MAX_BYTES) {
      throw S3Error.ENTITY_TOO_LARGE
          .exception()
          .with("ProposedSize", Long.toString(length))
          .with("MaxSizeAllowed", Integer.toString(MAX_BYTES));
    }
    if (length == 0) {
      throw S3Error.INVALID_REQUEST.because("An annotation has at least one byte.");
    }
  }

  /** The same body, refused when it turns out to be no UTF-8. */
  private static Payload textOnly(Payload payload) {
    return new Payload(
        new TextOnly(payload.source()),
        payload.decodedLength(),
        payload.signedSha256(),
        payload.hasTrailer(),
        payload.trailer(),
        false);
  }

  /** Threads: one. */
  private static final class TextOnly implements ByteSource {
    /** A character of UTF-8 has at most this many bytes. */
    private static final int CHARACTER_BYTES = 4;

    private final ByteSource source;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer chars = CharBuffer.allocate(4096);

    /** The beginning of a character that was cut by the end of a piece. */
    private final ByteBuffer cut = ByteBuffer.allocate(2 * CHARACTER_BYTES);

    TextOnly(ByteSource source) {
      this.source = source;
    }

    @Override
    public ByteBuffer next() throws IOException {
      var piece = source.next();
      var bytes = piece.duplicate();
      boolean last = !bytes.hasRemaining();
      while (cut.position() > 0 && bytes.hasRemaining() && cut.hasRemaining()) {
        cut.put(bytes.get());
        cut.flip();
        decode(cut, false);
        cut.compact();
      }
      decode(bytes, false);
      cut.put(bytes);
      if (last) {
        cut.flip();
        decode(cut, true);
      }
      return piece;
    }

    private void decode(ByteBuffer bytes, boolean last) {
      while (true) {
        chars.clear();
        var result = decoder.decode(bytes, chars, last);
        if (result.isError()) {
          throw S3Error.UNSUPPORTED_MEDIA_TYPE.exception();
        }
        if (result.isUnderflow()) {
          return;
        }
      }
    }
  }
}
