package ninebark.deploy.durability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import ninebark.gateway.admin.AdminPage;
import ninebark.gateway.admin.AdminPage.Answer;

/** The arithmetic of durability on the admin listener. */
public final class DurabilityPages {
  static final String TEACHING = "/durability";
  static final String LIVE = "/durability/live";

  private DurabilityPages() {}

  /**
   * {@code GET /durability}: the teaching page, the same as {@code ninebark durability page}.
   * {@code GET /durability/live}: the claims of this cluster.
   */
  public static Map<String, AdminPage> of(LiveNines live) {
    var teaching = Answer.html(page());
    return Map.of(
        TEACHING, AdminPage.asking(() -> teaching), LIVE, AdminPage.asking(() -> live(live)));
  }

  private static Answer live(LiveNines live) {
    try {
      return Answer.json(live.json());
    } catch (IOException away) {
      return Answer.refusal(503, "it cannot be told now: " + away.getMessage());
    }
  }

  static String page() {
    try (var page = DurabilityPages.class.getResourceAsStream(DurabilityCommand.PAGE)) {
      if (page == null) {
        throw new IllegalStateException(
            "the page is missing from this build: " + DurabilityCommand.PAGE);
      }
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
