package ninebark.bench.load;

import java.util.function.Function;
import ninebark.bench.client.Outcome;
import ninebark.bench.client.Request;

/**
 * One request of a script.
 *
 * @param check judges the answer, and lets the script remember what it says
 */
public record Step(Operation operation, Request request, Function<Outcome.Answer, Result> check) {

  Result judge(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answer answer -> check.apply(answer);
      case Outcome.WrongBytes(var what) ->
          new Result.Corrupt(request.method() + " " + request.path() + ": " + what);
      case Outcome.Broken(var code, var what) -> new Result.Failed(code, what);
    };
  }
}
