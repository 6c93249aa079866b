package ninebark.gateway.operation;

import java.io.IOException;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;

/** One operation of S3. Threads: safe. */
@FunctionalInterface
public interface Operation {
  /**
   * Serves a request that was authenticated and authorised.
   *
   * @throws IOException if something below failed
   * @throws ninebark.gateway.error.S3Exception if the answer is an error
   */
  S3Response handle(S3Request request) throws IOException;
}
