package ninebark.scrubber;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import ninebark.metadata.Index;
import ninebark.metadata.Query;
import ninebark.scrubber.journal.StripeKey;
import ninebark.scrubber.rebuild.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the index whether a stripe is anybody's. */
final class IndexStanding implements Function<StripeKey, Standing> {
  private static final Logger LOG = LoggerFactory.getLogger(IndexStanding.class);

  private final Index index;

  IndexStanding(Index index) {
    this.index = index;
  }

  @Override
  public Standing apply(StripeKey stripe) {
    try {
      // The fence first: what it forbids then, no commit can have named when the names are asked.
      long fence = index.ask(new Query.CurrentFence());
      if (!index.ask(new Query.KnownStripes(List.of(stripe.stripe()))).isEmpty()) {
        return Standing.NAMED;
      }
      return stripe.stripe().birthMillis() < fence ? Standing.ORPHAN : Standing.UNDECIDED;
    } catch (IOException away) {
      // Making an orphan's shard again does no harm; not making a named one may.
      LOG.debug("the index does not say whose stripe {} is", stripe, away);
      return Standing.UNDECIDED;
    }
  }
}
