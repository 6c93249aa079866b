package ninebark.gateway.admin;

import java.util.function.Supplier;

/**
 * What a further path of the admin listener does, brought by a part of the store that the gateway
 * does not know.
 *
 * <p>One that changes something is asked with POST and the header {@code x-ninebark-admin}, of any
 * value: no page in an operator's browser can send that from elsewhere without being asked first.
 *
 * @param changes whether it changes something
 * @param answer on a thread of the request's own
 */
public record AdminPage(boolean changes, Supplier<Answer> answer) {
  /** A small whole answer. */
  public record Answer(int status, String type, String text) {
    public static Answer json(String text) {
      return new Answer(200, "application/json", text);
    }
  }

  public static AdminPage asking(Supplier<Answer> answer) {
    return new AdminPage(false, answer);
  }

  public static AdminPage changing(Supplier<Answer> answer) {
    return new AdminPage(true, answer);
  }
}
