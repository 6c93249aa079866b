package ninebark.storagenode.wire;

import java.io.IOException;
import ninebark.storagenode.DiskAwayException;
import ninebark.storagenode.DiskFullException;
import ninebark.storagenode.DiskSuspectException;
import ninebark.storagenode.DiskTimeoutException;
import ninebark.storagenode.ShardDamagedException;
import ninebark.storagenode.ShardMissingException;

/** A disk's failures as messages, and back. */
final class Troubles {
  private static final int MAX_TEXT_CHARS = 1000;

  private Troubles() {}

  static Message.Failed of(IOException failure) {
    var trouble =
        switch (failure) {
          case ShardMissingException _ -> Message.Trouble.MISSING;
          case ShardDamagedException _ -> Message.Trouble.DAMAGED;
          case DiskFullException _ -> Message.Trouble.FULL;
          case DiskSuspectException _ -> Message.Trouble.SUSPECT;
          case DiskAwayException _ -> Message.Trouble.AWAY;
          case DiskTimeoutException _ -> Message.Trouble.TIMEOUT;
          default -> Message.Trouble.OTHER;
        };
    return new Message.Failed(trouble, text(String.valueOf(failure.getMessage())));
  }

  static String text(String what) {
    return what.length() <= MAX_TEXT_CHARS ? what : what.substring(0, MAX_TEXT_CHARS);
  }

  static IOException exception(Message.Failed failed, String node) {
    var what = node + ": " + failed.what();
    return switch (failed.trouble()) {
      case MISSING -> new ShardMissingException(what);
      case DAMAGED -> new ShardDamagedException(what);
      case FULL -> new DiskFullException(what);
      case SUSPECT -> new DiskSuspectException(what);
      case AWAY -> new DiskAwayException(what);
      case TIMEOUT -> new DiskTimeoutException(what);
      case REFUSED, OTHER -> new IOException(what);
    };
  }
}
