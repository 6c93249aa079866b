package ninebark.deploy.scrub;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import ninebark.deploy.buckets.AllBuckets;
import ninebark.gateway.admin.AdminPage;
import ninebark.gateway.admin.AdminPage.Answer;
import ninebark.scrubber.Scrubber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scrubber's pages on the admin listener. */
public final class ScrubPages {
  private static final Logger LOG = LoggerFactory.getLogger(ScrubPages.class);

  static final String STATUS = "/scrub";
  static final String START = "/scrub/start";
  static final String PAUSE = "/scrub/pause";
  static final String RESUME = "/scrub/resume";

  private ScrubPages() {}

  /** {@code GET /scrub} tells how things are; {@code POST /scrub/...} commands, and tells. */
  public static Map<String, AdminPage> of(Scrubber scrubber, AllBuckets buckets) {
    return Map.of(
        STATUS,
        AdminPage.asking(() -> status(scrubber, buckets)),
        START,
        AdminPage.changing(() -> after(scrubber, buckets, () -> startAll(scrubber))),
        PAUSE,
        AdminPage.changing(() -> after(scrubber, buckets, () -> scrubber.patrol().pause())),
        RESUME,
        AdminPage.changing(() -> after(scrubber, buckets, () -> scrubber.patrol().resume())));
  }

  private static void startAll(Scrubber scrubber) {
    scrubber.patrol().start();
    scrubber.census().start();
  }

  private static Answer after(Scrubber scrubber, AllBuckets buckets, Runnable command) {
    command.run();
    return status(scrubber, buckets);
  }

  private static Answer status(Scrubber scrubber, AllBuckets buckets) {
    var census = scrubber.census().status();
    return Answer.json(
        ScrubJson.write(
            scrubber.patrol().status(),
            scrubber.rebuild().status(),
            census,
            census.lost().isEmpty() ? Map.of() : names(buckets)));
  }

  /** What buckets are called, by their numbers; nothing while the index does not say. */
  private static Map<Long, String> names(AllBuckets buckets) {
    Map<Long, String> names = new HashMap<>();
    try {
      buckets.list().forEach(bucket -> names.put(bucket.id().value(), bucket.name().value()));
    } catch (IOException away) {
      LOG.debug("buckets are told by their numbers", away);
    }
    return names;
  }
}
