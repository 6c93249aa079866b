package ninebark.bench.client;

import ninebark.gateway.message.Headers;

/**
 * One request, not yet signed.
 *
 * @param path percent-encoded
 * @param query percent-encoded, without the question mark; empty for none
 */
public record Request(
    String method, String path, String query, Headers headers, Body body, Reading reading) {

  public static Request of(String method, String path) {
    return new Request(method, path, "", Headers.EMPTY, Body.NONE, Reading.COLLECT);
  }

  public Request query(String newQuery) {
    return new Request(method, path, newQuery, headers, body, reading);
  }

  public Request header(String name, String value) {
    var more = headers.and(Headers.builder().add(name, value).build());
    return new Request(method, path, query, more, body, reading);
  }

  public Request body(Body newBody) {
    return new Request(method, path, query, headers, newBody, reading);
  }

  public Request reading(Reading newReading) {
    return new Request(method, path, query, headers, body, newReading);
  }
}
