package ninebark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who comes when all are busy is told to come again, at once and politely. */
@Timeout(60)
class AdmissionTest {
  private static final byte[] BODY = "bytes".getBytes(StandardCharsets.UTF_8);

  private static TestStore store;

  @BeforeAll
  static void open() throws Exception {
    store =
        TestStore.start(
            usual ->
                new GatewayConfig(
                    usual.http(),
                    usual.baseDomains(),
                    usual.limits(),
                    usual.website(),
                    usual.signatureVersionTwo(),
                    usual.legacyBucketDefaults(),
                    1,
                    usual.maxQueryParameters(),
                    usual.documentCacheBytes(),
                    usual.slowAnswerAfter()));
    try (var client = new RawConnection(store.port())) {
      client.request("PUT", "/busy", "");
      assertThat(client.head().status()).isEqualTo(200);
    }
  }

  @AfterAll
  static void close() {
    store.close();
  }

  /** The only place is free again shortly after the answer to who had it. */
  private static RawConnection holding(String target) throws Exception {
    while (true) {
      var client = new RawConnection(store.port());
      client.sendHead("PUT", target, BODY, "expect: 100-continue");
      if (client.head().status() == 100) {
        return client;
      }
      client.close();
    }
  }

  private static String getOnceFree(String target) throws Exception {
    while (true) {
      try (var client = new RawConnection(store.port())) {
        client.request("GET", target, "");
        var head = client.head();
        if (head.status() != 503) {
          return head.status() + " " + client.body(head);
        }
      }
    }
  }

  @Test
  void beyondTheLimitRequestsAreToldToSlowDown() throws Exception {
    try (var slow = holding("/busy/k");
        var other = new RawConnection(store.port())) {

      other.request("GET", "/busy/k", "");
      var refused = other.head();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("retry-after")).isEqualTo("1");
      assertThat(refused.header("content-type")).isEqualTo("application/xml");
      assertThat(other.body(refused))
          .contains("<Code>SlowDown</Code>")
          .contains("<RequestId>" + refused.header("x-amz-request-id") + "</RequestId>");

      // The connection stays good: the request had no body that would be in the way.
      other.request("HEAD", "/busy/k", "");
      assertThat(other.head().status()).isEqualTo(503);

      slow.send(BODY);
      assertThat(slow.head().status()).isEqualTo(200);
    }
    assertThat(getOnceFree("/busy/k")).isEqualTo("200 bytes");
  }

  @Test
  void aRefusedBodyIsNotInvitedAndTheConnectionEnds() throws Exception {
    try (var slow = holding("/busy/held");
        var other = new RawConnection(store.port())) {
      other.sendHead("PUT", "/busy/refused", BODY, "expect: 100-continue");
      var refused = other.head();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("connection")).isEqualTo("close");
      slow.send(BODY);
      assertThat(slow.head().status()).isEqualTo(200);
    }
    assertThat(getOnceFree("/busy/refused")).startsWith("404 ");
  }
}
