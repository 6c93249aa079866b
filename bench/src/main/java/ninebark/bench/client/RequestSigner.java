package ninebark.bench.client;

import java.time.Instant;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.sigv4.Signer;

/** Puts the proof of who asks on a request. Threads: safe. */
public interface RequestSigner {
  /** What a signature makes of a request. */
  interface Signed {
    /** All headers to send, the given ones included. */
    Headers headers();

    /** Ready to sign the chunks of the body, each on top of the one before. */
    ChunkSigner chunks();
  }

  /** Threads: one. */
  interface ChunkSigner {
    String next(String chunkSha256Hex);
  }

  /**
   * @param path percent-encoded
   * @param query percent-encoded
   * @param headers all that shall be signed, host among them
   * @param payloadHash in hex, or the word that stands for it
   */
  Signed sign(String method, String path, String query, Headers headers, String payloadHash);

  /** Asks as nobody in particular, for what is public. */
  RequestSigner ANONYMOUS =
      (method, path, query, headers, payloadHash) ->
          new Signed() {
            @Override
            public Headers headers() {
              return headers;
            }

            @Override
            public ChunkSigner chunks() {
              return chunkSha256Hex -> "0".repeat(64);
            }
          };

  /** Signs with Signature Version 4. */
  static RequestSigner of(String accessKeyId, String secret, String region) {
    var signer = new Signer(accessKeyId, secret, region);
    return (method, path, query, headers, payloadHash) -> {
      var signed =
          signer.sign(method, path, parameters(query), headers, payloadHash, Instant.now());
      return new Signed() {
        @Override
        public Headers headers() {
          return signed.headers();
        }

        @Override
        public ChunkSigner chunks() {
          return signer.chunks(signed)::next;
        }
      };
    };
  }

  private static QueryParameters parameters(String query) {
    return QueryParameters.parse(query, 64)
        .orElseThrow(() -> new IllegalArgumentException("a query of ours is malformed: " + query));
  }
}
