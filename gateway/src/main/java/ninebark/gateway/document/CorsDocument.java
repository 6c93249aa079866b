package ninebark.gateway.document;

import static ninebark.gateway.xml.XmlShape.anyText;
import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.many;
import static ninebark.gateway.xml.XmlShape.optional;
import static ninebark.gateway.xml.XmlShape.someText;
import static ninebark.gateway.xml.XmlShape.wholeNumber;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;
import ninebark.gateway.xml.XmlValues;

/**
 * Which pages of other origins may use a bucket, and how. Rules are tried in order; the first that
 * fits is the one. Unchangeable.
 */
public record CorsDocument(List<Rule> rules) {
  /** The largest document there can be. */
  public static final int MAX_BYTES = 64 << 10;

  public static final int MAX_RULES = 100;

  public static final DocumentKind<CorsDocument> KIND =
      DocumentKind.of("cors", CorsDocument::parse);

  public static final String ROOT = "CORSConfiguration";

  /** What rules can allow. */
  public static final Set<String> METHODS = Set.of("GET", "PUT", "HEAD", "POST", "DELETE");

  private static final int MAX_ID_CHARS = 255;
  private static final int ANY_NUMBER = Integer.MAX_VALUE;

  private static final XmlShape SHAPE =
      elements(
          many(
              "CORSRule",
              1,
              ANY_NUMBER,
              elements(
                  optional("ID", anyText()),
                  many("AllowedMethod", 1, ANY_NUMBER, someText()),
                  many("AllowedOrigin", 1, ANY_NUMBER, someText()),
                  many("AllowedHeader", 0, ANY_NUMBER, someText()),
                  many("ExposeHeader", 0, ANY_NUMBER, someText()),
                  optional("MaxAgeSeconds", wholeNumber()))));

  /**
   * One rule.
   *
   * @param methods upper case
   * @param origins each with at most one star, which stands for any characters
   * @param headers lower case, likewise
   */
  public record Rule(
      List<String> methods,
      List<String> origins,
      List<String> headers,
      List<String> exposed,
      OptionalInt maxAgeSeconds) {
    public Rule {
      methods = List.copyOf(methods);
      origins = List.copyOf(origins);
      headers = List.copyOf(headers);
      exposed = List.copyOf(exposed);
    }

    private boolean fits(String origin, String method, List<String> requested) {
      return methods.contains(method)
          && origins.stream().anyMatch(pattern -> matches(pattern, origin))
          && requested.stream()
              .allMatch(name -> headers.stream().anyMatch(pattern -> matches(pattern, name)));
    }

    /** Whether it lets in every origin there is, and so need not name the one that asks. */
    public boolean isForAll() {
      return origins.contains("*");
    }
  }

  public CorsDocument {
    rules = List.copyOf(rules);
  }

  /**
   * The rule for a request.
   *
   * @param requested the headers a preflight asks for, lower case
   */
  public Optional<Rule> ruleFor(String origin, String method, List<String> requested) {
    return rules.stream().filter(rule -> rule.fits(origin, method, requested)).findFirst();
  }

  private static boolean matches(String pattern, String text) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      return pattern.equals(text);
    }
    return text.length() >= pattern.length() - 1
        && text.startsWith(pattern.substring(0, star))
        && text.endsWith(pattern.substring(star + 1));
  }

  // --- reading ----------------------------------------------------------------------------------

  static CorsDocument parse(String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw S3Error.MAX_MESSAGE_LENGTH_EXCEEDED
          .exception()
          .with("MaxMessageLengthBytes", Integer.toString(MAX_BYTES));
    }
    var root = DocumentKind.read(text).expect(ROOT);
    SHAPE.check(root);
    var elements = root.all("CORSRule");
    if (elements.size() > MAX_RULES) {
      throw invalid(
          "The number of CORS rules should not exceed allowed limit of " + MAX_RULES + " rules.");
    }
    var ids = new HashSet<String>();
    for (var element : elements) {
      var id = element.optional("ID").orElse("");
      if (id.length() > MAX_ID_CHARS) {
        throw invalid("The rule ID should not exceed allowed limit of " + MAX_ID_CHARS + ".");
      }
      if (!id.isEmpty() && !ids.add(id)) {
        throw invalid("Two rules have the ID " + id + ".");
      }
    }
    return new CorsDocument(elements.stream().map(CorsDocument::rule).toList());
  }

  private static Rule rule(XmlElement element) {
    var methods = texts(element, "AllowedMethod");
    for (var method : methods) {
      if (!METHODS.contains(method)) {
        throw invalid(
            "Found unsupported HTTP method in CORS config. Unsupported method is " + method);
      }
    }
    var origins = texts(element, "AllowedOrigin");
    origins.forEach(origin -> checkStars("AllowedOrigin", origin));
    var headers = texts(element, "AllowedHeader");
    headers.forEach(header -> checkStars("AllowedHeader", header));
    var exposed = texts(element, "ExposeHeader");
    for (var header : exposed) {
      if (header.indexOf('*') >= 0) {
        throw invalid(
            "ExposeHeader \""
                + header
                + "\" contains wildcard. We currently do not support wildcard for ExposeHeader.");
      }
    }
    var maxAge = element.optional("MaxAgeSeconds").map(XmlValues::number);
    if (maxAge.isPresent() && maxAge.get().orElse(-1) < 0) {
      throw S3Error.MALFORMED_XML.because("MaxAgeSeconds is not negative.");
    }
    return new Rule(
        methods,
        origins,
        headers.stream().map(header -> header.toLowerCase(Locale.ROOT)).toList(),
        exposed,
        maxAge.orElse(OptionalInt.empty()));
  }

  private static List<String> texts(XmlElement element, String name) {
    return element.all(name).stream().map(XmlElement::text).map(String::strip).toList();
  }

  private static void checkStars(String name, String text) {
    if (text.indexOf('*') != text.lastIndexOf('*')) {
      throw invalid(name + " \"" + text + "\" can not have more than one wildcard.");
    }
  }

  private static S3Exception invalid(String message) {
    return S3Error.INVALID_REQUEST.because(message);
  }
}
