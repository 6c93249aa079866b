package ninebark.gateway.http;

import java.io.IOException;

/** The client's end of a connection failed while a request was served. */
public final class ClientTrouble extends IOException {
  private static final long serialVersionUID = 1;

  /** What it did. */
  public enum Kind {
    /** The connection is gone; nobody is there to answer. */
    GONE,
    /** It ended the body before its announced length; it may still read. */
    TRUNCATED,
    /** It sends or reads too slowly or not at all. */
    STALLED,
    /** It framed the body wrongly. */
    MALFORMED
  }

  private final Kind kind;

  ClientTrouble(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
