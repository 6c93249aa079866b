package ninebark.gateway.operation;

import java.util.Optional;
import java.util.OptionalInt;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.QueryParameters;

/** Numbers in queries and headers. */
final class Parameters {
  private Parameters() {}

  /** A number that must be in a range. */
  static OptionalInt number(QueryParameters query, String name, int least, int most) {
    return number(query.first(name), name, least, most);
  }

  /** A number that must be in a range; {@code text} is what {@code name} came with. */
  static OptionalInt number(Optional<String> text, String name, int least, int most) {
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
    return pageSize(query.first(name), name, most);
  }

  /** The size of a page; {@code text} is what {@code name} came with. */
  static int pageSize(Optional<String> text, String name, int most) {
    return Math.min(number(text, name, 0, Integer.MAX_VALUE).orElse(most), most);
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
