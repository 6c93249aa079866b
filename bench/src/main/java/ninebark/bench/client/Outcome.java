package ninebark.bench.client;

import java.nio.charset.StandardCharsets;

/** How a request ended. */
public sealed interface Outcome {
  /**
   * An answer arrived whole.
   *
   * @param etag with its quotes, empty if there was none
   * @param versionId empty if there was none
   * @param bodyLength of what arrived
   * @param body what was collected of it; lent until the next request on the connection
   * @param bodyCount how many bytes of {@code body} are meant
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(
      int status, String etag, String versionId, long bodyLength, byte[] body, int bodyCount)
      implements Outcome {
    public String text() {
      return new String(body, 0, bodyCount, StandardCharsets.UTF_8);
    }
  }

  /** The answer's body is not what was stored. */
  record WrongBytes(String what) implements Outcome {}

  /**
   * No answer, or not a whole one.
   *
   * @param code one word for the table of errors
   */
  record Broken(String code, String what) implements Outcome {}
}
