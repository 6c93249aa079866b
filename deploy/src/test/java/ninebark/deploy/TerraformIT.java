package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Terraform (or OpenTofu) and its provider for S3 make a bucket with all its documents, find
 * nothing to change afterwards, and take it down again. Runs where {@code terraform} or {@code
 * tofu} is on the PATH and {@code NINEBARK_TERRAFORM_PLUGINS} names a folder that holds the
 * provider, laid out as a mirror; nothing is downloaded.
 */
class TerraformIT {
  private static final String PLUGINS = "NINEBARK_TERRAFORM_PLUGINS";
  private static final long DEADLINE_SECONDS = 180;

  @TempDir static Path folder;
  private static Optional<StoreProcess> store = Optional.empty();

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(System.getenv(PLUGINS) != null, PLUGINS + " is not set: no Terraform provider");
    assumeTrue(tool().isPresent(), "neither terraform nor tofu is on the PATH");
    store = Optional.of(StoreProcess.start(folder.resolve("data"), StoreProcess.Options.PLAIN));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (store.isPresent()) {
      assertThat(store.get().stop()).describedAs("exit code after SIGTERM").isZero();
    }
  }

  private static Optional<Path> tool() {
    for (var name : List.of("terraform", "tofu")) {
      for (var each : System.getenv("PATH").split(java.io.File.pathSeparator, -1)) {
        var file = Path.of(each, name);
        if (Files.isExecutable(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  @Test
  void a_bucket_is_made_found_unchanged_and_taken_down() throws Exception {
    var work = Files.createDirectory(folder.resolve("work"));
    try (var in = TerraformIT.class.getResourceAsStream("/terraform/main.tf")) {
      Files.write(work.resolve("main.tf"), in.readAllBytes());
    }
    run(work, "init", "-no-color", "-plugin-dir=" + System.getenv(PLUGINS));
    run(work, "apply", "-no-color", "-auto-approve");
    assertThat(run(work, "plan", "-no-color", "-detailed-exitcode")).contains("No changes.");
    run(work, "destroy", "-no-color", "-auto-approve");
  }

  /** What it said; it must have ended well. */
  private static String run(Path work, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(tool().orElseThrow().toString()));
    command.addAll(List.of(arguments));
    var log = work.resolve(arguments[0] + ".log");
    var builder =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("TF_VAR_endpoint", store.orElseThrow().endpoint().toString());
    builder.environment().put("TF_VAR_access_key", StoreProcess.ACCESS_KEY);
    builder.environment().put("TF_VAR_secret_key", StoreProcess.SECRET_KEY);
    builder.environment().put("CHECKPOINT_DISABLE", "1");
    var process = builder.start();
    if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    var said = Files.readString(log, StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
