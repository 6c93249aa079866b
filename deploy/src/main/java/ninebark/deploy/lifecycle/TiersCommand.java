package ninebark.deploy.lifecycle;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import ninebark.deploy.text.Amounts;
import ninebark.deploy.text.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code ninebark tiers}: what lies in each storage class, and what it costs in a month. */
@Command(
    name = "tiers",
    description = {
      "Tell how much lies in each storage class, and what it costs in a month.",
      "All versions of all buckets are looked at in the index; no bytes are read."
    },
    mixinStandardHelpOptions = true)
public final class TiersCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final int CHART_CHARS = 30;

  @Mixin private LifecycleCommand.Server server = new LifecycleCommand.Server();

  @Override
  public Integer call() throws IOException, InterruptedException {
    server.tell(TiersPages.TIERS, Optional.empty(), PATIENCE, TiersCommand::report);
    return CommandLine.ExitCode.OK;
  }

  static String report(JsonNode tiers) {
    long all = 0;
    for (var tier : tiers.get("classes")) {
      all += tier.get("bytes").asLong();
    }
    var table =
        new Table(
            "class", "scheme", "overhead", "versions", "bytes", "young", "per month", "share");
    var refused = new StringBuilder();
    for (var tier : tiers.get("classes")) {
      long bytes = tier.get("bytes").asLong();
      table.row(
          tier.get("class").asString(),
          tier.has("scheme") ? tier.get("scheme").asString() : "-",
          tier.has("schemeOverhead")
              ? String.format(Locale.ROOT, "%.2f", tier.get("schemeOverhead").asDouble())
              : "-",
          tier.get("versions").asString(),
          Amounts.bytes(bytes),
          tier.get("versionsYoungerThanMinimumDuration").asString(),
          tier.has("pricePerMonth")
              ? String.format(Locale.ROOT, "%.4f", tier.get("pricePerMonth").asDouble())
              : "-",
          chart(bytes, all));
      if (tier.has("notOffered")) {
        refused.append(tier.get("notOffered").asString()).append('\n');
      }
    }
    return table.text()
        + "\nOverhead is the scheme's, of objects of many stripes; small ones cost more of it.\n"
        + refused;
  }

  private static String chart(long bytes, long all) {
    int length = all == 0 ? 0 : (int) Math.round(CHART_CHARS * (bytes / (double) all));
    return "#".repeat(length) + ".".repeat(CHART_CHARS - length);
  }
}
