package ninebark.bench.codec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import ninebark.erasure.Codec;
import ninebark.erasure.Codecs;
import ninebark.erasure.ShardSet;

/** Whether a coder makes the right bytes; nothing else is timed. */
final class CodecCheck {
  /** Odd, so that no loop ends where a shard does. */
  private static final int SHARD_BYTES = 10_007;

  private CodecCheck() {}

  /** What is wrong with the coder, or empty. */
  static Optional<String> problem(Codec codec) {
    var scheme = codec.scheme();
    var table = Codecs.named("table", scheme);
    try (var arena = Arena.ofConfined()) {
      var expected = new Stripes(scheme, SHARD_BYTES, 1, arena).next();
      var found = new Stripes(scheme, SHARD_BYTES, 1, arena).next();
      table.encode(expected, SHARD_BYTES);
      codec.encode(found, SHARD_BYTES);
      for (int i = 0; i < scheme.n(); i++) {
        if (expected[i].mismatch(found[i]) != -1) {
          return Optional.of("encodes shard " + i + " of " + scheme.formatName() + " wrong");
        }
      }
      if (!codec.verify(found, SHARD_BYTES)) {
        return Optional.of("does not verify a right stripe of " + scheme.formatName());
      }
      for (int lostCount = 1; lostCount <= scheme.m(); lostCount++) {
        var lost = ShardSet.range(0, lostCount);
        clear(found, lost);
        codec.reconstruct(found, ShardSet.range(0, scheme.n()).minus(lost), lost, SHARD_BYTES);
        for (int i = 0; i < lostCount; i++) {
          if (expected[i].mismatch(found[i]) != -1) {
            return Optional.of(
                "rebuilds shard %d of %d lost of %s wrong"
                    .formatted(i, lostCount, scheme.formatName()));
          }
        }
      }
      return Optional.empty();
    }
  }

  private static void clear(MemorySegment[] shards, ShardSet lost) {
    for (int i = 0; i < shards.length; i++) {
      if (lost.contains(i)) {
        shards[i].fill((byte) 0);
      }
    }
  }
}
