package ninebark.gateway.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import ninebark.gateway.TestStore;
import ninebark.gateway.sigv2.LegacyVerifier;
import ninebark.gateway.sigv4.AmzDate;
import ninebark.gateway.sigv4.CredentialScope;
import ninebark.gateway.sigv4.SigningKey;

/** An upload form as a browser would send it: fields in the order they were added. */
final class BrowserForm {
  static final String BOUNDARY = "----NinebarkFormBoundary7MA4YWxkTrZu0gW";
  static final String CONTENT_TYPE = "content-type: multipart/form-data; boundary=" + BOUNDARY;

  @SuppressWarnings("ArrayRecordComponent")
  private record Part(String head, byte[] content) {}

  private final List<Part> parts = new ArrayList<>();
  private final List<String> conditions = new ArrayList<>();

  BrowserForm field(String name, String value) {
    return raw("form-data; name=\"" + name + "\"", value.getBytes(StandardCharsets.UTF_8));
  }

  /** A field, and the condition that allows just this value. */
  BrowserForm allowed(String name, String value) {
    conditions.add("{\"" + name + "\": \"" + value + "\"}");
    return field(name, value);
  }

  BrowserForm condition(String json) {
    conditions.add(json);
    return this;
  }

  BrowserForm raw(String disposition, byte[] content) {
    parts.add(new Part(disposition, content));
    return this;
  }

  BrowserForm file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  BrowserForm file(String name, byte[] content) {
    return raw("form-data; name=\"file\"; filename=\"" + name + "\"", content);
  }

  String policy(Instant until) {
    return Base64.getEncoder()
        .encodeToString(
            ("{\"expiration\": \""
                    + until
                    + "\", \"conditions\": ["
                    + String.join(", ", conditions)
                    + "]}")
                .getBytes(StandardCharsets.UTF_8));
  }

  /** Signs what was allowed so far for an hour. */
  BrowserForm signed(String bucket) {
    return signed(bucket, Instant.now().plus(Duration.ofHours(1)));
  }

  BrowserForm signed(String bucket, Instant until) {
    var amzDate = AmzDate.format(Instant.now());
    var scope = new CredentialScope(amzDate.substring(0, 8), "us-east-1", "s3");
    condition("{\"bucket\": \"" + bucket + "\"}");
    allowed("x-amz-algorithm", "AWS4-HMAC-SHA256");
    allowed("x-amz-credential", TestStore.ACCESS_KEY + "/" + scope);
    allowed("x-amz-date", amzDate);
    var policy = policy(until);
    field("policy", policy);
    return field("x-amz-signature", SigningKey.derive(TestStore.SECRET_KEY, scope).sign(policy));
  }

  BrowserForm signedLegacy(String bucket) {
    condition("{\"bucket\": \"" + bucket + "\"}");
    var policy = policy(Instant.now().plus(Duration.ofHours(1)));
    field("AWSAccessKeyId", TestStore.ACCESS_KEY);
    field("policy", policy);
    return field("signature", LegacyVerifier.sign(TestStore.SECRET_KEY, policy));
  }

  byte[] bytes() {
    var out = new ByteArrayOutputStream();
    for (var part : parts) {
      out.writeBytes(
          ("--" + BOUNDARY + "\r\nContent-Disposition: " + part.head() + "\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      out.writeBytes(part.content());
      out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    out.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  SignedHttp.Answer post(TestStore store, String target, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    if (all.stream().noneMatch(each -> each.startsWith("content-type:"))) {
      all.add(CONTENT_TYPE);
    }
    return SignedHttp.anonymous(store).send("POST", target, bytes(), all.toArray(String[]::new));
  }
}
