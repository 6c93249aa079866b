package ninebark.deploy.admin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import ninebark.deploy.config.NinebarkConfig;
import ninebark.gateway.admin.AdminServer;

/** Asks the admin listener of a server. */
public final class AdminClient {
  /** Where a server listens that was not told otherwise. */
  public static final String DEFAULT = address(NinebarkConfig.DEFAULT.admin());

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String admin;

  /**
   * @param admin host and port
   */
  public AdminClient(String admin) {
    this.admin = admin;
  }

  private static String address(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  /**
   * Asks a page.
   *
   * @return what it answers with status 200
   * @throws IllegalArgumentException if the address is none
   * @throws IOException if nobody answers, or with another status
   */
  public String ask(String path, Map<String, String> parameters)
      throws IOException, InterruptedException {
    var query =
        parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + escaped(entry.getValue()))
            .collect(Collectors.joining("&"));
    return send(HttpRequest.newBuilder(uri(query.isEmpty() ? path : path + "?" + query)));
  }

  /** The same with a page that changes something. */
  public String command(String path) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri(path))
            .POST(HttpRequest.BodyPublishers.noBody())
            .header(AdminServer.COMMAND_HEADER, "command"));
  }

  private static String escaped(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private URI uri(String path) {
    try {
      return URI.create("http://" + admin + path);
    } catch (IllegalArgumentException notAnAddress) {
      throw new IllegalArgumentException("expected HOST:PORT, found '" + admin + "'", notAnAddress);
    }
  }

  private String send(HttpRequest.Builder question) throws IOException, InterruptedException {
    try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      var answer =
          client.send(question.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(
            "the server at "
                + admin
                + " answered "
                + answer.statusCode()
                + ": "
                + answer.body().strip());
      }
      return answer.body();
    } catch (ConnectException nobody) {
      throw new IOException("no server answers at " + admin, nobody);
    }
  }
}
