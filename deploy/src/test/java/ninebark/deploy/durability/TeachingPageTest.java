package ninebark.deploy.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeachingPageTest {
  @Test
  void thePageCarriesTheNumbersOfTheModels() throws IOException {
    var page = Files.readString(TeachingTables.PAGE);
    assertThat(page.equals(TeachingTables.into(page)))
        .as(
            "The tables in %s are not what the models compute. Write them anew by running"
                + " TeachingTables.main in the deploy module.",
            TeachingTables.PAGE)
        .isTrue();
  }

  @Test
  void thePageNeedsNothingFromAnywhereElse() throws IOException {
    var page = Files.readString(TeachingTables.PAGE);
    assertThat(page).doesNotContainPattern("(?i)(src|href)=\"?(https?:)?//");
    assertThat(page).doesNotContain("@import", "url(", "fetch(", "XMLHttpRequest", "import(");
  }

  /** Runs where a browser is installed: the page computes 240 claims itself and compares. */
  @Test
  void inABrowserThePageAgreesWithTheModels(@TempDir Path scratch)
      throws IOException, InterruptedException {
    assertThat(root(scratch, TeachingTables.PAGE)).contains("data-selfcheck=\"ok\"");
  }

  /** What a visitor does, one click after the other, and what the page says after each. */
  @Test
  void inABrowserKillingDestroyingAndHealingGivesTheVerdict(@TempDir Path scratch)
      throws IOException, InterruptedException {
    var clicks =
        """
        <script>
        const said = [], say = () => said.push(document.getElementById("verdict").textContent);
        const tool = name => [...document.querySelectorAll("#tool button, #tool label")]
            .find(b => b.textContent.trim() === name).click();
        const az = n => document.querySelector(`[data-az="${n - 1}"]`).click();
        const heal = () => document.getElementById("healAll").click();
        say();
        tool("Kill"); az(1); say(); az(2); say();
        heal(); say();
        tool("Destroy"); az(3); say(); az(4); say();
        tool("Heal"); az(3); say();
        document.documentElement.dataset.said = said.join("|");
        </script>
        """;
    var page = scratch.resolve("clicked.html");
    Files.writeString(page, Files.readString(TeachingTables.PAGE) + clicks);
    assertThat(root(scratch, page))
        .contains(
            "data-said=\""
                + String.join(
                    "|",
                    "Everything is healthy. Destroy something.",
                    "Readable, but 12 of 12 groups have no shard to spare. The next failure decides.",
                    "12 of 12 groups are unreadable until killed disks return. Nothing is lost yet.",
                    "Everything is healthy. Destroy something.",
                    "Readable, but 12 of 12 groups have no shard to spare. The next failure decides.",
                    "Data is lost: 12 of 12 groups cannot be decoded any more.",
                    "Readable, but 12 of 12 groups have no shard to spare. The next failure decides.")
                + "\"");
  }

  /** The page's first tag, once a browser has run all of it. */
  private static String root(Path scratch, Path page) throws IOException, InterruptedException {
    var browser = browser();
    assumeThat(browser).as("no chromium on the PATH").isPresent();
    var dom = scratch.resolve("dom.html");
    var process =
        new ProcessBuilder(
                browser.get().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + scratch.resolve("profile"),
                "--dump-dom",
                page.toAbsolutePath().toUri().toString())
            .redirectOutput(dom.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the browser ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    var root = Pattern.compile("<html[^>]*>").matcher(Files.readString(dom));
    assertThat(root.find()).isTrue();
    return root.group();
  }

  private static Optional<Path> browser() {
    var folders = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Arrays.stream(folders.split(File.pathSeparator, -1))
        .flatMap(
            folder ->
                List.of("chromium", "chromium-browser", "google-chrome").stream()
                    .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
