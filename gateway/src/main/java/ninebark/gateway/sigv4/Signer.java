package ninebark.gateway.sigv4;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.message.QueryParameters;

/** Signs requests as a client does. Threads: safe. */
public final class Signer {
  private final String accessKeyId;
  private final String secret;
  private final String region;
  private final SigningKeys keys = new SigningKeys();

  public Signer(String accessKeyId, String secret, String region) {
    this.accessKeyId = accessKeyId;
    this.secret = secret;
    this.region = region;
  }

  /** A request's signature and the headers that carry it. */
  public record Signed(Headers headers, String signature, CredentialScope scope, String amzDate) {}

  /**
   * Signs all given headers; {@code host} must be among them.
   *
   * @param path percent-encoded, as it goes on the wire
   * @param payloadHash the body's hash in hex, or the word that stands for it
   * @return the given headers with {@code x-amz-date}, {@code x-amz-content-sha256} and {@code
   *     authorization} behind them
   */
  public Signed sign(
      String method,
      String path,
      QueryParameters query,
      Headers headers,
      String payloadHash,
      Instant now) {
    var amzDate = AmzDate.format(now);
    var scope = new CredentialScope(amzDate.substring(0, 8), region, "s3");
    var complete =
        headers.and(
            Headers.builder()
                .add("x-amz-content-sha256", payloadHash)
                .add("x-amz-date", amzDate)
                .build());
    var names = signedNames(complete);
    var canonical = CanonicalRequest.of(method, path, query, complete, names, payloadHash);
    var signature =
        keys.of(secret, scope).sign(CanonicalRequest.stringToSign(amzDate, scope, canonical));
    var authorization =
        CanonicalRequest.ALGORITHM
            + " Credential="
            + accessKeyId
            + "/"
            + scope
            + ",SignedHeaders="
            + String.join(";", names)
            + ",Signature="
            + signature;
    return new Signed(
        complete.and(Headers.builder().add("authorization", authorization).build()),
        signature,
        scope,
        amzDate);
  }

  /** The query of a URL that lets anyone who holds it make this request until it expires. */
  public String presign(
      String method,
      String path,
      QueryParameters query,
      Headers headers,
      Duration expiry,
      Instant now) {
    var amzDate = AmzDate.format(now);
    var scope = new CredentialScope(amzDate.substring(0, 8), region, "s3");
    var names = signedNames(headers);
    var parameters = new ArrayList<>(query.all());
    parameters.add(new QueryParameters.Parameter("X-Amz-Algorithm", CanonicalRequest.ALGORITHM));
    parameters.add(new QueryParameters.Parameter("X-Amz-Credential", accessKeyId + "/" + scope));
    parameters.add(new QueryParameters.Parameter("X-Amz-Date", amzDate));
    parameters.add(
        new QueryParameters.Parameter("X-Amz-Expires", Long.toString(expiry.toSeconds())));
    parameters.add(new QueryParameters.Parameter("X-Amz-SignedHeaders", String.join(";", names)));
    var canonical =
        CanonicalRequest.of(
            method, path, new QueryParameters(parameters), headers, names, "UNSIGNED-PAYLOAD");
    var signature =
        keys.of(secret, scope).sign(CanonicalRequest.stringToSign(amzDate, scope, canonical));
    parameters.add(new QueryParameters.Parameter("X-Amz-Signature", signature));
    var text = new StringBuilder();
    for (var parameter : parameters) {
      text.append(text.isEmpty() ? "" : "&")
          .append(PercentCoding.encode(parameter.name()))
          .append('=')
          .append(PercentCoding.encode(parameter.value()));
    }
    return text.toString();
  }

  /** Continues a request's signature over the chunks of its body. */
  public ChunkSignatures chunks(Signed request) {
    return new ChunkSignatures(
        keys.of(secret, request.scope()), request.scope(), request.amzDate(), request.signature());
  }

  private static List<String> signedNames(Headers headers) {
    var names = new TreeSet<String>();
    for (int i = 0; i < headers.count(); i++) {
      names.add(headers.name(i));
    }
    return List.copyOf(names);
  }
}
