package ninebark.metadata.wire;

import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import ninebark.metadata.Query;

/**
 * What the leader answers to a question.
 *
 * <pre>
 * magic "NBIA", version 1, then
 * 1  the answer, of the type that the question declares (see {@link RecordCodec})
 * 2  not now: why, as UTF-8; to be asked again, perhaps elsewhere
 * 3  failed: why, as UTF-8
 * and a CRC32C
 * </pre>
 */
public final class AnswerFormat {
  private static final int MAGIC = 0x4e424941;
  private static final int VERSION = 1;
  private static final int ANSWERED = 1;
  private static final int NOT_NOW = 2;
  private static final int FAILED = 3;

  private AnswerFormat() {}

  /** What came back. */
  public sealed interface Answer<R> {
    record Answered<R>(R value) implements Answer<R> {}

    /** The asked replica is not sure to lead, or not far enough. */
    record NotNow<R>(String why) implements Answer<R> {}

    record Failed<R>(String why) implements Answer<R> {}
  }

  public static <R> byte[] encode(Query<R> query, Answer<R> answer) {
    return Sealed.seal(
        MAGIC,
        VERSION,
        to -> {
          switch (answer) {
            case Answer.Answered<R>(var value) -> {
              to.writeByte(ANSWERED);
              RecordCodec.write(to, answerType(query), value);
            }
            case Answer.NotNow<R>(var why) -> {
              to.writeByte(NOT_NOW);
              to.write(why.getBytes(StandardCharsets.UTF_8));
            }
            case Answer.Failed<R>(var why) -> {
              to.writeByte(FAILED);
              to.write(why.getBytes(StandardCharsets.UTF_8));
            }
          }
        });
  }

  /** The question tells the type of what is read. */
  @SuppressWarnings("unchecked")
  public static <R> Answer<R> decode(Query<R> query, byte[] message) throws IOException {
    try (var from = Sealed.open("an answer", MAGIC, VERSION, message)) {
      int kind = from.readUnsignedByte();
      return switch (kind) {
        case ANSWERED -> new Answer.Answered<>((R) RecordCodec.read(from, answerType(query)));
        case NOT_NOW -> new Answer.NotNow<>(rest(from));
        case FAILED -> new Answer.Failed<>(rest(from));
        default -> throw new IOException("an answer of the index is of unknown kind " + kind);
      };
    }
  }

  private static String rest(DataInputStream from) throws IOException {
    return new String(from.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static Type answerType(Query<?> query) {
    for (var declared : query.getClass().getGenericInterfaces()) {
      if (declared instanceof ParameterizedType generic && generic.getRawType() == Query.class) {
        return generic.getActualTypeArguments()[0];
      }
    }
    throw new IllegalArgumentException(query.getClass() + " declares no answer");
  }
}
