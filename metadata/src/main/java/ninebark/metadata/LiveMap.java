package ninebark.metadata;

import java.io.IOException;
import java.util.function.Function;
import java.util.function.Supplier;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.placement.MapChange;
import ninebark.storagenode.placement.Relocation;

/**
 * The newest cluster map that this process knows of, and the way to change it.
 *
 * <p>Threads: safe for any number. Invariant: its epoch never falls.
 */
public final class LiveMap implements Supplier<ClusterMap> {
  /** Somebody else's change came in between so often that it is no accident. */
  private static final int ATTEMPTS = 10;

  private final Index index;
  private volatile ClusterMap newest;

  public LiveMap(Index index, ClusterMap first) {
    this.index = index;
    newest = first;
  }

  @Override
  public ClusterMap get() {
    return newest;
  }

  /** Asks the index for the map that was agreed on. */
  public ClusterMap refresh() throws IOException {
    index.ask(new Query.CurrentMap()).ifPresent(this::advance);
    return newest;
  }

  private synchronized void advance(ClusterMap map) {
    if (map.epoch() > newest.epoch()) {
      newest = map;
    }
  }

  /**
   * Changes the map that is agreed on now, if the plan allows it; begun again when another change
   * came first.
   *
   * @param plan pure: it may be asked several times
   */
  public Relocation.Outcome change(Function<ClusterMap, Relocation.Outcome> plan)
      throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      var before = refresh();
      switch (plan.apply(before)) {
        case Relocation.Outcome.Refused refused -> {
          return refused;
        }
        case Relocation.Outcome.Planned planned -> {
          var refusal = MapChange.refusal(before, planned.map());
          if (refusal.isPresent()) {
            return new Relocation.Outcome.Refused(refusal.get());
          }
          switch (index.submit(new Command.PublishMap(planned.map()))) {
            case Reply.PublishMap.Published() -> {
              advance(planned.map());
              return planned;
            }
            case Reply.PublishMap.StaleEpoch _ -> {
              // Another change came first: the plan is made anew from it.
            }
          }
        }
      }
    }
    throw new IOException("the cluster map changes all the time; try again");
  }
}
