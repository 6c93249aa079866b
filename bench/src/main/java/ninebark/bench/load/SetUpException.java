package ninebark.bench.load;

/** A run could not begin; the message is for the user. */
final class SetUpException extends Exception {
  private static final long serialVersionUID = 1;

  SetUpException(String message) {
    super(message);
  }
}
