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

  private DurabilityPages() {}

  /** {@code GET /durability}: the teaching page, the same as {@code ninebark durability page}. */
  public static Map<String, AdminPage> teaching() {
    var page = Answer.html(page());
    return Map.of(TEACHING, AdminPage.asking(() -> page));
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
