package ninebark.gateway.sigv4;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.message.Target;
import tools.jackson.databind.json.JsonMapper;

/** Requests that another implementation signed; {@code vectors.py} beside them says how. */
public record SignedVectors(String method, String rawTarget, Headers headers) {
  public static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
  public static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  public static final Instant SIGNED_AT = Instant.parse("2026-03-01T12:00:00Z");

  /** Those of {@code v2.jsonl} or {@code v4.jsonl}. */
  public static List<SignedVectors> of(String file) {
    var json = JsonMapper.shared();
    var vectors = new ArrayList<SignedVectors>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                SignedVectors.class.getResourceAsStream("/signatures/" + file),
                StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var node = json.readTree(line);
        var headers = Headers.builder();
        for (var pair : node.get("headers")) {
          headers.add(pair.get(0).stringValue(), pair.get(1).stringValue());
        }
        vectors.add(
            new SignedVectors(
                node.get("method").stringValue(),
                node.get("target").stringValue(),
                headers.build()));
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return vectors;
  }

  public Target target() {
    return Target.parse(rawTarget).orElseThrow();
  }

  public QueryParameters query() {
    return QueryParameters.parse(target().query(), 1000).orElseThrow();
  }

  public SignedVectors withMethod(String other) {
    return new SignedVectors(other, rawTarget, headers);
  }

  public SignedVectors withTarget(String other) {
    return new SignedVectors(method, other, headers);
  }

  public SignedVectors withHeaders(Headers other) {
    return new SignedVectors(method, rawTarget, other);
  }

  /** With one header's value replaced. */
  public SignedVectors with(int header, String value) {
    var changed = Headers.builder();
    for (int i = 0; i < headers.count(); i++) {
      changed.add(headers.name(i), i == header ? value : headers.value(i));
    }
    return withHeaders(changed.build());
  }

  /** With one header more. */
  public SignedVectors and(String name, String value) {
    return withHeaders(headers.and(Headers.builder().add(name, value).build()));
  }

  @Override
  public String toString() {
    return method + " " + rawTarget;
  }
}
