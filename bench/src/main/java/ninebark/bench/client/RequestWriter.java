package ninebark.bench.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import ninebark.gateway.message.Headers;
import ninebark.gateway.sigv4.Sha256;

/** Turns requests into bytes: signs them and frames their bodies. Threads: safe. */
public final class RequestWriter {
  /** Bodies up to this are sent in one piece with their head: one system call. */
  private static final int TOGETHER_BYTES = 64 * 1024;

  private final Endpoint endpoint;
  private final RequestSigner signer;
  private final PayloadMode mode;
  private final ContentPattern pattern;

  public RequestWriter(
      Endpoint endpoint, RequestSigner signer, PayloadMode mode, ContentPattern pattern) {
    this.endpoint = endpoint;
    this.signer = signer;
    this.mode = mode;
    this.pattern = pattern;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  ContentPattern pattern() {
    return pattern;
  }

  /**
   * Sends the request's head and, if it is small, its body.
   *
   * @return what is left to send of the body
   */
  Optional<Framing> write(Request request, Channel channel) {
    var body = request.body();
    boolean framed = body instanceof Body.Patterned && Framing.framed(mode);
    var headers = Headers.builder().add("host", endpoint.hostHeader());
    for (int i = 0; i < request.headers().count(); i++) {
      headers.add(request.headers().name(i), request.headers().value(i));
    }
    if (framed) {
      headers.add("content-encoding", "aws-chunked");
      headers.add("x-amz-decoded-content-length", Long.toString(body.length()));
      if (mode == PayloadMode.CHUNKED_UNSIGNED_TRAILER) {
        headers.add("x-amz-trailer", Framing.TRAILER_NAME);
      }
    }
    var signed =
        signer.sign(
            request.method(), request.path(), request.query(), headers.build(), payloadHash(body));
    long wireLength = framed ? Framing.wireLength(mode, body.length()) : body.length();
    boolean together = wireLength <= TOGETHER_BYTES;
    var buffer = channel.alloc().directBuffer(1024 + (together ? (int) wireLength : 0));
    head(request, signed, wireLength, buffer);
    var rest =
        switch (body) {
          case Body.None() -> Optional.<Framing>empty();
          case Body.Document(var bytes) -> {
            buffer.writeBytes(bytes);
            yield Optional.<Framing>empty();
          }
          case Body.Patterned patterned ->
              bodyOf(patterned, signed, together, buffer, channel.alloc());
        };
    var _ =
        rest.isPresent()
            ? channel.write(buffer, channel.voidPromise())
            : channel.writeAndFlush(buffer, channel.voidPromise());
    return rest;
  }

  private Optional<Framing> bodyOf(
      Body.Patterned body,
      RequestSigner.Signed signed,
      boolean together,
      ByteBuf buffer,
      ByteBufAllocator allocator) {
    var framing = new Framing(pattern, body, mode, signed, allocator);
    if (!together) {
      return Optional.of(framing);
    }
    framing.appendTo(buffer);
    return Optional.empty();
  }

  private static void head(
      Request request, RequestSigner.Signed signed, long wireLength, ByteBuf buffer) {
    ascii(request.method(), buffer);
    buffer.writeByte(' ');
    ascii(request.path(), buffer);
    if (!request.query().isEmpty()) {
      buffer.writeByte('?');
      ascii(request.query(), buffer);
    }
    ascii(" HTTP/1.1\r\n", buffer);
    var headers = signed.headers();
    for (int i = 0; i < headers.count(); i++) {
      ascii(headers.name(i), buffer);
      ascii(": ", buffer);
      ascii(headers.value(i), buffer);
      ascii("\r\n", buffer);
    }
    if (wireLength > 0 || request.method().equals("PUT") || request.method().equals("POST")) {
      ascii("content-length: ", buffer);
      ascii(Long.toString(wireLength), buffer);
      ascii("\r\n", buffer);
    }
    ascii("\r\n", buffer);
  }

  private String payloadHash(Body body) {
    return switch (body) {
      case Body.None() -> Sha256.EMPTY_HEX;
      case Body.Document(var bytes) -> Sha256.hex(bytes);
      case Body.Patterned(int variant, long offset, long length) ->
          switch (mode) {
            case SIGNED -> pattern.sha256Hex(variant, offset, length);
            case UNSIGNED -> "UNSIGNED-PAYLOAD";
            case CHUNKED_SIGNED -> "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
            case CHUNKED_UNSIGNED_TRAILER -> "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
          };
    };
  }

  private static void ascii(String text, ByteBuf buffer) {
    buffer.writeCharSequence(text, StandardCharsets.US_ASCII);
  }
}
