package ninebark.gateway.request;

/** How much of what S3 promises for an operation holds here, where there is a handler for it. */
public sealed interface Coverage {
  /** All of it. */
  record Works() implements Coverage {}

  /**
   * All of it but for something.
   *
   * @param missing what it does not do, as a clause
   */
  record WorksBut(String missing) implements Coverage {}

  /**
   * What is put is validated, kept and given back, and has no further effect yet.
   *
   * @param missing what it does not do, as a clause
   */
  record StoredOnly(String missing) implements Coverage {}

  /**
   * It answers what holds without it, and refuses to be told otherwise.
   *
   * @param missing what cannot be switched on, as a clause
   */
  record DefaultOnly(String missing) implements Coverage {}
}
