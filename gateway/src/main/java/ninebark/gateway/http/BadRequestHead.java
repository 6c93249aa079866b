package ninebark.gateway.http;

/** A request head that is not strictly well-formed; it is answered and the connection closed. */
final class BadRequestHead extends Exception {
  private static final long serialVersionUID = 1;

  BadRequestHead(String message) {
    super(message, null, false, false);
  }
}
