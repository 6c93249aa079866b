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
                TeachingTables.PAGE.toAbsolutePath().toUri().toString())
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
    assertThat(root.group()).contains("data-selfcheck=\"ok\"");
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
