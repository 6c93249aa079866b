package ninebark.gateway.http;

import ninebark.gateway.message.Headers;

/**
 * Status and headers of a response. Framing, date and connection headers are the shell's own
 * affair; a {@code content-length} here is for responses to HEAD.
 */
public record ResponseHead(int status, Headers headers) {
  /** What stands behind the status, for people. */
  public String reason() {
    return ResponseFormat.reason(status);
  }
}
