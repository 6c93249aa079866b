package ninebark.gateway.http;

/** Why the shell answers for itself, before there is a request to serve. */
public enum Refusal {
  MALFORMED,
  HEAD_TOO_LARGE,
  HEAD_TOO_SLOW,
  TOO_MANY_CONNECTIONS
}
