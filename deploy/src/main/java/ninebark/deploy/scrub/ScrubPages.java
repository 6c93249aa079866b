package ninebark.deploy.scrub;

import java.util.Map;
import ninebark.gateway.admin.AdminPage;
import ninebark.gateway.admin.AdminPage.Answer;
import ninebark.scrubber.Scrubber;

/** The scrubber's pages on the admin listener. */
public final class ScrubPages {
  static final String STATUS = "/scrub";
  static final String START = "/scrub/start";
  static final String PAUSE = "/scrub/pause";
  static final String RESUME = "/scrub/resume";

  private ScrubPages() {}

  /** {@code GET /scrub} tells how things are; {@code POST /scrub/...} commands, and tells. */
  public static Map<String, AdminPage> of(Scrubber scrubber) {
    return Map.of(
        STATUS,
        AdminPage.asking(() -> status(scrubber)),
        START,
        AdminPage.changing(() -> after(scrubber, () -> startAll(scrubber))),
        PAUSE,
        AdminPage.changing(() -> after(scrubber, () -> scrubber.patrol().pause())),
        RESUME,
        AdminPage.changing(() -> after(scrubber, () -> scrubber.patrol().resume())));
  }

  private static void startAll(Scrubber scrubber) {
    scrubber.patrol().start();
    scrubber.census().start();
  }

  private static Answer after(Scrubber scrubber, Runnable command) {
    command.run();
    return status(scrubber);
  }

  private static Answer status(Scrubber scrubber) {
    return Answer.json(
        ScrubJson.write(
            scrubber.patrol().status(), scrubber.rebuild().status(), scrubber.census().status()));
  }
}
