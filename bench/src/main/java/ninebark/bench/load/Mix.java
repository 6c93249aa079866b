package ninebark.bench.load;

import java.util.Locale;
import java.util.SplittableRandom;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Shares of a mixed load, in any unit: {@code get=45,stat=30,put=15,delete=10}. */
record Mix(int get, int stat, int put, int delete) {
  static final Mix USUAL = new Mix(45, 30, 15, 10);

  Mix {
    if (get < 0 || stat < 0 || put < 0 || delete < 0 || get + stat + put + delete == 0) {
      throw new IllegalArgumentException("the shares of a mix are not negative and not all zero");
    }
    if (delete > put) {
      throw new IllegalArgumentException("a mix that deletes more than it puts runs dry");
    }
  }

  Operation pick(SplittableRandom random) {
    int at = random.nextInt(get + stat + put + delete);
    if (at < get) {
      return Operation.GET;
    }
    if (at < get + stat) {
      return Operation.STAT;
    }
    return at < get + stat + put ? Operation.PUT : Operation.DELETE;
  }

  /**
   * @throws IllegalArgumentException with a sentence for the user
   */
  static Mix parse(String text) {
    var shares = new int[4];
    for (var piece : text.toLowerCase(Locale.ROOT).split(",", -1)) {
      int equals = piece.indexOf('=');
      int place =
          equals < 0
              ? -1
              : switch (piece.substring(0, equals).strip()) {
                case "get" -> 0;
                case "stat" -> 1;
                case "put" -> 2;
                case "delete" -> 3;
                default -> -1;
              };
      if (place < 0 || !piece.substring(equals + 1).strip().matches("[0-9]{1,6}")) {
        throw new IllegalArgumentException(
            "'" + text + "' is not a mix; write it like get=45,stat=30,put=15,delete=10");
      }
      shares[place] = Integer.parseInt(piece.substring(equals + 1).strip());
    }
    return new Mix(shares[0], shares[1], shares[2], shares[3]);
  }

  @Override
  public String toString() {
    return "get=" + get + ",stat=" + stat + ",put=" + put + ",delete=" + delete;
  }

  /** For the command line. */
  static final class Converter implements ITypeConverter<Mix> {
    @Override
    public Mix convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException notAMix) {
        throw new TypeConversionException(notAMix.getMessage());
      }
    }
  }
}
