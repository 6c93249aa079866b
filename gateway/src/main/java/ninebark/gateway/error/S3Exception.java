package ninebark.gateway.error;

import java.util.ArrayList;
import java.util.List;

/**
 * A request is answered with this error. It carries no stack: it is an answer, not a bug.
 * Unchangeable.
 */
public final class S3Exception extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A further element of the error document, or a further header of the response. */
  public record Extra(String name, String value) {}

  private final S3Error error;
  private final transient List<Extra> elements;
  private final transient List<Extra> headers;

  S3Exception(S3Error error, String message, List<Extra> elements, List<Extra> headers) {
    super(message, null, false, false);
    this.error = error;
    this.elements = List.copyOf(elements);
    this.headers = List.copyOf(headers);
  }

  public S3Error error() {
    return error;
  }

  public String message() {
    return getMessage();
  }

  public List<Extra> elements() {
    return elements;
  }

  public List<Extra> headers() {
    return headers;
  }

  /** The same with one more element in its document. */
  public S3Exception with(String element, String value) {
    return new S3Exception(error, getMessage(), plus(elements, element, value), headers);
  }

  /** The same with one more header on its response. */
  public S3Exception withHeader(String name, String value) {
    return new S3Exception(error, getMessage(), elements, plus(headers, name, value));
  }

  private static List<Extra> plus(List<Extra> extras, String name, String value) {
    var more = new ArrayList<>(extras);
    more.add(new Extra(name, value));
    return more;
  }
}
