package ninebark.scrubber.census;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ninebark.erasure.Scheme;
import ninebark.storagenode.ShardDisk;
import ninebark.storagenode.ShardKey;
import ninebark.storagenode.StripeId;

/**
 * Which of some shards a disk lists. Where they stand close together a page of the list answers for
 * many, and what lies between those that do not is leapt over.
 */
final class Roll {
  private static final int PAGE = 256;

  private Roll() {}

  /**
   * @param wanted in order
   */
  static Set<ShardKey> held(ShardDisk disk, List<ShardKey> wanted) throws IOException {
    Set<ShardKey> held = new HashSet<>();
    int next = 0;
    while (next < wanted.size()) {
      var page = disk.list(Optional.of(justBefore(wanted.get(next))), PAGE);
      for (var shard : page) {
        while (next < wanted.size() && wanted.get(next).compareTo(shard.key()) < 0) {
          next++;
        }
        if (next < wanted.size() && wanted.get(next).equals(shard.key())) {
          held.add(shard.key());
          next++;
        }
      }
      if (page.size() < PAGE) {
        break;
      }
    }
    return held;
  }

  /** A key with nothing between it and this one. */
  private static ShardKey justBefore(ShardKey key) {
    if (key.shard() > 0) {
      return new ShardKey(key.group(), key.stripe(), key.shard() - 1);
    }
    var stripe = key.stripe();
    var before =
        stripe.serial() == 0
            ? new StripeId(stripe.birthMillis() - 1, -1)
            : new StripeId(stripe.birthMillis(), stripe.serial() - 1);
    return new ShardKey(key.group(), before, Scheme.MAX_SHARDS - 1);
  }
}
