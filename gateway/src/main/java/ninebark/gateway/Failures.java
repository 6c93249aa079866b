package ninebark.gateway;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;

/** What a failure below means to a client. */
final class Failures {
  private Failures() {}

  /**
   * By default a failure is one of the moment: 503, which every SDK tries again with a growing
   * pause.
   */
  static S3Exception error(IOException failure) {
    return S3Error.SERVICE_UNAVAILABLE.exception();
  }
}
