package ninebark.metadata.raft;

import java.io.IOException;

/** This replica does not lead, or cannot be sure that it does: to be asked elsewhere. */
final class NotLeadingException extends IOException {
  private static final long serialVersionUID = 1L;

  NotLeadingException(String message) {
    super(message);
  }
}
