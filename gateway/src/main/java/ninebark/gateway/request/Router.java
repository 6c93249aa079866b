package ninebark.gateway.request;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.request.S3Operation.Method;
import ninebark.gateway.request.S3Operation.Resource;

/** Finds the row of the table that a request means. Pure. */
public final class Router {
  /**
   * Parameters that make a request mean something else: where the row does not declare them, the
   * request is refused. Others S3 ignores, and so do we.
   */
  private static final Set<String> SELECTORS =
      Arrays.stream(S3Operation.values())
          .flatMap(row -> row.selectors().stream())
          .filter(name -> !name.equals("id"))
          .collect(Collectors.toUnmodifiableSet());

  /** They select what is acted upon, so a row that does not know them must not act. */
  private static final Set<String> ALSO_REFUSED = Set.of("versionId");

  private static final Map<Method, List<S3Operation>> ROWS = rows();

  private Router() {}

  private static Map<Method, List<S3Operation>> rows() {
    var rows = new EnumMap<Method, List<S3Operation>>(Method.class);
    for (var row : S3Operation.values()) {
      rows.computeIfAbsent(row.method(), method -> new ArrayList<>()).add(row);
    }
    // The most demanding row first, so that the first that fits is the one meant.
    rows.values()
        .forEach(
            each ->
                each.sort(
                    (first, second) -> Integer.compare(second.specificity(), first.specificity())));
    return rows;
  }

  /**
   * @throws S3Exception if no row fits, or if the request asks for more than the row knows
   */
  public static S3Operation route(
      String method, Address address, QueryParameters query, Headers headers) {
    var level =
        address.key().isPresent()
            ? Resource.OBJECT
            : address.bucket().isPresent() ? Resource.BUCKET : Resource.SERVICE;
    var known = method(method);
    if (known.isPresent()) {
      for (var row : ROWS.getOrDefault(known.get(), List.of())) {
        if (row.fits(level, known.get(), query, headers)) {
          // A preflight asks about another request, whose parameters it repeats.
          if (row != S3Operation.PREFLIGHT) {
            refuseUndeclared(row, query);
          }
          return row;
        }
      }
    }
    refuseSelectors(query);
    throw S3Error.METHOD_NOT_ALLOWED
        .exception()
        .with("Method", method)
        .with("ResourceType", level.name())
        .withHeader("allow", allowed(level));
  }

  private static void refuseUndeclared(S3Operation row, QueryParameters query) {
    for (var parameter : query.all()) {
      var name = parameter.name();
      if ((SELECTORS.contains(name) || ALSO_REFUSED.contains(name)) && !row.declares(name)) {
        throw S3Error.queryNotImplemented(name);
      }
    }
  }

  private static void refuseSelectors(QueryParameters query) {
    for (var parameter : query.all()) {
      if (SELECTORS.contains(parameter.name())) {
        throw S3Error.queryNotImplemented(parameter.name());
      }
    }
  }

  private static Optional<Method> method(String name) {
    for (var method : Method.values()) {
      if (method.name().equals(name)) {
        return Optional.of(method);
      }
    }
    return Optional.empty();
  }

  private static String allowed(Resource level) {
    var methods = new TreeSet<String>();
    for (var row : S3Operation.values()) {
      if (row.resource() == level && row.selectors().isEmpty()) {
        methods.add(row.method().name());
      }
    }
    return String.join(", ", methods);
  }
}
