package ninebark.bench.codec;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import ninebark.erasure.Codecs;
import ninebark.erasure.Scheme;

/**
 * A coder in another language, as a program that is asked on its standard input and answers on its
 * standard output. Requests are one line of ASCII:
 *
 * <pre>
 * check MATRIX K M BYTES    then K shards of BYTES bytes; answer: M parity shards of BYTES bytes
 * time  MATRIX K M BYTES MILLISECONDS
 *                           encode one stripe of the program's own, again and again, for about that
 *                           long on one core; answer: a line "CODED NANOSECONDS", the data bytes coded
 *                           (runs x K x BYTES) and the CPU time they took
 * quit                      no answer; the program ends
 * </pre>
 *
 * MATRIX is {@code vandermonde} or {@code cauchy}. To a matrix or shape that it does not have, the
 * program answers {@code time} with {@code 0 0}, and is not asked to {@code check} it.
 */
final class CommandLineCoder implements AutoCloseable {
  private static final int CHECKED_BYTES = 4099;
  private static final Pattern ANSWER = Pattern.compile("(\\d{1,18}) (\\d{1,18})\\s*");

  private final String name;
  private final Process process;
  private final DataInputStream answers;
  private final BufferedOutputStream requests;

  private CommandLineCoder(String name, Process process) {
    this.name = name;
    this.process = process;
    this.answers = new DataInputStream(process.getInputStream());
    this.requests = new BufferedOutputStream(process.getOutputStream());
  }

  /**
   * Starts a program.
   *
   * @param definition {@code NAME=COMMAND}, the command's words separated by spaces
   */
  static CommandLineCoder start(String definition) throws IOException {
    int at = definition.indexOf('=');
    if (at < 1) {
      throw new IllegalArgumentException("expected NAME=COMMAND, found '" + definition + "'");
    }
    var command =
        Pattern.compile("\\s+").splitAsStream(definition.substring(at + 1).trim()).toList();
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    return new CommandLineCoder(definition.substring(0, at), builder.start());
  }

  /** Checks and times encoding; empty if the program does not have the scheme. */
  Optional<Measurement> measure(Scheme scheme, int shardBytes, Timing timing) throws IOException {
    ask("time", scheme, shardBytes, " 1");
    if (answer()[0] == 0) {
      return Optional.empty();
    }
    check(scheme);
    ask("time", scheme, shardBytes, " " + timing.warmUp().toMillis());
    answer();
    var speeds = new ArrayList<Double>();
    for (int i = 0; i < timing.trialCount(); i++) {
      ask("time", scheme, shardBytes, " " + timing.trial().toMillis());
      long[] found = answer();
      speeds.add((double) found[0] / Math.max(1, found[1]));
    }
    speeds.sort(null);
    return Optional.of(
        new Measurement(
            name,
            scheme.formatName(),
            "encode",
            shardBytes,
            1,
            "hot",
            speeds.get(speeds.size() / 2),
            speeds.getFirst(),
            speeds.getLast()));
  }

  private void check(Scheme scheme) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var stripe = new Stripes(scheme, CHECKED_BYTES, 1, arena).next();
      Codecs.named("table", scheme).encode(stripe, CHECKED_BYTES);
      request("check", scheme, CHECKED_BYTES, "");
      for (int i = 0; i < scheme.k(); i++) {
        requests.write(stripe[i].toArray(ValueLayout.JAVA_BYTE));
      }
      requests.flush();
      for (int i = scheme.k(); i < scheme.n(); i++) {
        var parity = new byte[CHECKED_BYTES];
        answers.readFully(parity);
        if (!Arrays.equals(parity, stripe[i].toArray(ValueLayout.JAVA_BYTE))) {
          throw new IOException(
              name + " encodes shard " + i + " of " + scheme.formatName() + " wrong");
        }
      }
    }
  }

  private void ask(String verb, Scheme scheme, int shardBytes, String rest) throws IOException {
    request(verb, scheme, shardBytes, rest);
    requests.flush();
  }

  private void request(String verb, Scheme scheme, int shardBytes, String rest) throws IOException {
    var matrix = scheme.generator().formatName();
    var line =
        "%s %s %d %d %d%s\n".formatted(verb, matrix, scheme.k(), scheme.m(), shardBytes, rest);
    requests.write(line.getBytes(StandardCharsets.US_ASCII));
  }

  private long[] answer() throws IOException {
    var line = new StringBuilder();
    for (int next = answers.read(); next != '\n'; next = answers.read()) {
      if (next < 0) {
        throw new IOException(name + " ended in the middle of an answer");
      }
      line.append((char) next);
    }
    var match = ANSWER.matcher(line);
    if (!match.matches()) {
      throw new IOException(name + " should answer two numbers, found '" + line + "'");
    }
    return new long[] {Long.parseLong(match.group(1)), Long.parseLong(match.group(2))};
  }

  @Override
  public void close() throws IOException {
    requests.write("quit\n".getBytes(StandardCharsets.US_ASCII));
    requests.close();
    process.destroy();
  }
}
