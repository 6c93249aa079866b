package ninebark.gateway.admin;

import java.util.function.Function;
import java.util.function.Supplier;
import ninebark.gateway.message.QueryParameters;

/**
 * What a further path of the admin listener does, brought by a part of the store that the gateway
 * does not know.
 *
 * <p>One that is posted is asked with POST and the header {@code x-ninebark-admin}, of any value:
 * no page in an operator's browser can send that from elsewhere without being asked first.
 *
 * @param posted whether it changes something, or looks at a document that comes with the question
 * @param answer on a thread of the request's own
 */
public record AdminPage(boolean posted, Function<Question, Answer> answer) {
  /** Of a document that comes with a question; more is refused. */
  static final int MAX_DOCUMENT_BYTES = 2 << 20;

  /**
   * @param document what was posted; empty for nothing
   */
  public record Question(QueryParameters query, String document) {}

  /** A small whole answer. */
  public record Answer(int status, String type, String text) {
    public static Answer json(String text) {
      return new Answer(200, "application/json", text);
    }

    public static Answer html(String text) {
      return new Answer(200, "text/html; charset=utf-8", text);
    }

    /** Why there is no other answer. */
    public static Answer refusal(int status, String why) {
      return new Answer(status, "text/plain; charset=utf-8", why + "\n");
    }
  }

  public static AdminPage asking(Supplier<Answer> answer) {
    return new AdminPage(false, _ -> answer.get());
  }

  /** One that is asked with parameters. */
  public static AdminPage asking(Function<QueryParameters, Answer> answer) {
    return new AdminPage(false, question -> answer.apply(question.query()));
  }

  public static AdminPage changing(Supplier<Answer> answer) {
    return new AdminPage(true, _ -> answer.get());
  }

  /** One that is asked about a document. */
  public static AdminPage posing(Function<Question, Answer> answer) {
    return new AdminPage(true, answer);
  }
}
