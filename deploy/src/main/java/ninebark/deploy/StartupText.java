package ninebark.deploy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import ninebark.deploy.config.HostPort;

/**
 * What a person reads after the start: where it is, how to get in, what it survives and what it
 * does not.
 */
final class StartupText {
  private static final String ONE_FOLDER =
      """
        All disks are folders of one data folder. That protects against damaged and lost shards, as if the folders
        were disks; it does not protect against the loss of the device or machine below. A write is acknowledged
        once it is synced.

      """;

  private StartupText() {}

  static String of(Store store, Duration startTime) {
    var credentials = store.credentials();
    var endpoint = url(store.address());
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Ninebark is ready, %.1f s after its start.%n%n",
            startTime.toMillis() / 1000.0));
    line(text, "endpoint", endpoint);
    line(text, "access key", credentials.accessKey());
    line(
        text,
        "secret key",
        credentials.fromEnvironment()
            ? "as given in " + RootCredentials.SECRET_VARIABLE
            : credentials.secretKey());
    if (!credentials.fromEnvironment()) {
      line(text, "", "(kept in " + store.data().credentials() + ", readable by you only)");
    }
    line(text, "metrics", url(store.adminAddress()) + "/metrics");
    store.websiteAddress().ifPresent(address -> line(text, "websites", url(address)));
    line(text, "data", store.data().root().toAbsolutePath().normalize().toString());
    text.append('\n');
    for (var sentence : store.guarantees()) {
      text.append("  ").append(sentence).append('\n');
    }
    text.append(store.nodes().isEmpty() ? ONE_FOLDER : nodes(store));
    text.append("Upload a file:\n\n  ")
        .append("AWS_ACCESS_KEY_ID=")
        .append(credentials.accessKey())
        .append(" AWS_SECRET_ACCESS_KEY=")
        .append(
            credentials.fromEnvironment()
                ? "\"$" + RootCredentials.SECRET_VARIABLE + "\""
                : credentials.secretKey())
        .append(" AWS_DEFAULT_REGION=us-east-1 AWS_ENDPOINT_URL=")
        .append(endpoint)
        .append(" sh -c 'aws s3 mb s3://first; aws s3 cp README.md s3://first/'\n\n");
    return text.toString();
  }

  private static String nodes(Store store) {
    long up = store.nodes().stream().filter(node -> node.away().isEmpty()).count();
    return String.format(
        Locale.ROOT,
        "  %d of %d storage nodes are up. A write is acknowledged once it is synced.%n%n",
        up,
        store.nodes().size());
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "  %-12s %s%n", name, value));
  }

  private static String url(InetSocketAddress address) {
    // Nobody can connect to the wildcard address itself.
    boolean wildcard = address.getAddress() != null && address.getAddress().isAnyLocalAddress();
    return "http://" + (wildcard ? "127.0.0.1:" + address.getPort() : HostPort.format(address));
  }
}
