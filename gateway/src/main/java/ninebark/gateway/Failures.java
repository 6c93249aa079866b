package ninebark.gateway;

import java.io.IOException;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.metadata.IndexBusyException;
import ninebark.storagenode.DiskFullException;
import ninebark.storagenode.UnreadableException;
import ninebark.storagenode.UnwritableException;

/** What a failure below means to a client. */
final class Failures {
  private Failures() {}

  /**
   * By default a failure is one of the moment: 503, which every SDK tries again with a growing
   * pause. A full store is 507, which none tries again: the user learns at once, and why.
   */
  static S3Exception error(IOException failure) {
    return switch (failure) {
      case IndexBusyException busy -> S3Error.SLOW_DOWN.exception();
      case DiskFullException full -> S3Error.INSUFFICIENT_STORAGE.exception();
      case UnwritableException unwritable ->
          S3Error.SERVICE_UNAVAILABLE.because(
              "Too few disks take writes to keep the data safe. Please try again.");
      case UnreadableException unreadable ->
          S3Error.SERVICE_UNAVAILABLE.because(
              "Too much of the object is out of reach now. Please try again.");
      default -> S3Error.SERVICE_UNAVAILABLE.exception();
    };
  }
}
