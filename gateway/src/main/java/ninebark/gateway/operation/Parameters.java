package ninebark.gateway.operation;

import java.util.OptionalInt;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.QueryParameters;

/** Numbers in queries. */
final class Parameters {
  private Parameters() {}

  /** A number that must be in a range. */
  static OptionalInt number(QueryParameters query, String name, int least, int most) {
    var text = query.first(name);
    if (text.isEmpty() || text.get().isEmpty()) {
      return OptionalInt.empty();
    }
    int value = parse(text.get(), name);
    if (value < least || value > most) {
      throw S3Error.invalidArgument(
          "Argument " + name + " must be an integer between " + least + " and " + most,
          name,
          text.get());
    }
    return OptionalInt.of(value);
  }

  /** The size of a page: any number from 0, of which no more than {@code most} is given. */
  static int pageSize(QueryParameters query, String name, int most) {
    var text = query.first(name);
    if (text.isEmpty() || text.get().isEmpty()) {
      return most;
    }
    int value = parse(text.get(), name);
    if (value < 0) {
      throw S3Error.invalidArgument(
          "Argument " + name + " must be an integer between 0 and 2147483647", name, text.get());
    }
    return Math.min(value, most);
  }

  private static int parse(String text, String name) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw S3Error.invalidArgument(
          "Provided " + name + " not an integer or within integer range", name, text);
    }
  }
}
