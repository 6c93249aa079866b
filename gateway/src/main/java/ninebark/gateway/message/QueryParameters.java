package ninebark.gateway.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parameters of a query, decoded, in the order of the wire. Names are case-sensitive. */
public final class QueryParameters {
  public static final QueryParameters NONE = new QueryParameters(List.of());

  /** One of them; a name without an equals sign has an empty value. */
  public record Parameter(String name, String value) {}

  private final List<Parameter> parameters;

  public QueryParameters(List<Parameter> parameters) {
    this.parameters = List.copyOf(parameters);
  }

  /** Empty if an escape is bad or there are more than {@code limit}. */
  public static Optional<QueryParameters> parse(String raw, int limit) {
    if (raw.isEmpty()) {
      return Optional.of(NONE);
    }
    var parameters = new ArrayList<Parameter>(4);
    int start = 0;
    while (start <= raw.length()) {
      int end = raw.indexOf('&', start);
      if (end < 0) {
        end = raw.length();
      }
      if (end > start) {
        if (parameters.size() == limit) {
          return Optional.empty();
        }
        int equals = raw.indexOf('=', start);
        boolean bare = equals < 0 || equals > end;
        var name = PercentCoding.decodeQuery(raw.substring(start, bare ? end : equals));
        var value = PercentCoding.decodeQuery(bare ? "" : raw.substring(equals + 1, end));
        if (name.isEmpty() || value.isEmpty()) {
          return Optional.empty();
        }
        parameters.add(new Parameter(name.get(), value.get()));
      }
      start = end + 1;
    }
    return Optional.of(new QueryParameters(parameters));
  }

  public List<Parameter> all() {
    return parameters;
  }

  public boolean isEmpty() {
    return parameters.isEmpty();
  }

  public Optional<String> first(String name) {
    for (int i = 0; i < parameters.size(); i++) {
      var parameter = parameters.get(i);
      if (parameter.name().equals(name)) {
        return Optional.of(parameter.value());
      }
    }
    return Optional.empty();
  }

  public boolean has(String name) {
    return first(name).isPresent();
  }

  public int count(String name) {
    int count = 0;
    for (var parameter : parameters) {
      if (parameter.name().equals(name)) {
        count++;
      }
    }
    return count;
  }
}
