package ninebark.gateway.http;

/** What serves the requests of a listener. */
public interface HttpService {
  /** Serves one request, on a virtual thread of its own. Nothing must be thrown. */
  void serve(Exchange exchange);

  /** How a connection is told that it is refused; on an event loop, so at once. */
  Page refuse(Refusal refusal, String message);

  /** A small whole response. */
  @SuppressWarnings("ArrayRecordComponent")
  record Page(ResponseHead head, byte[] body) {}
}
