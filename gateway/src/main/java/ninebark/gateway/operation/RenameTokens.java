package ninebark.gateway.operation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.request.S3Request;
import ninebark.metadata.AccountId;
import ninebark.metadata.Command;

/**
 * The client tokens of the latest renames, so that a client that lost an answer may ask again. This
 * process remembers them, no other and no later one: a repeat that comes elsewhere is judged as a
 * rename of its own. Threads: safe.
 */
final class RenameTokens {
  private static final int MAX_REMEMBERED = 10_000;
  private static final int MAX_CHARS = 64;

  /** A token belongs to who made it. */
  record Token(AccountId account, String text) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Token, Command.RenameObject> done =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Token, Command.RenameObject> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  static Token token(S3Request request, String text) {
    if (text.isEmpty()
        || text.length() > MAX_CHARS
        || !text.chars().allMatch(c -> c >= '!' && c <= '~')) {
      throw S3Error.invalidArgument(
          "A client token has 1 to 64 visible ASCII characters", "x-amz-client-token", text);
    }
    return new Token(request.principal().account(), text);
  }

  /**
   * Whether just this was done under this token.
   *
   * @throws ninebark.gateway.error.S3Exception if something else was
   */
  boolean isDone(Token token, Command.RenameObject command) {
    lock.lock();
    try {
      var before = Optional.ofNullable(done.get(token));
      if (before.isPresent() && !before.get().equals(command)) {
        throw S3Error.IDEMPOTENCY_PARAMETER_MISMATCH.exception();
      }
      return before.isPresent();
    } finally {
      lock.unlock();
    }
  }

  void done(Token token, Command.RenameObject command) {
    lock.lock();
    try {
      done.put(token, command);
    } finally {
      lock.unlock();
    }
  }
}
