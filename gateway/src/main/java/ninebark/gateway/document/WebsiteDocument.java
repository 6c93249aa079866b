package ninebark.gateway.document;

import static ninebark.gateway.xml.XmlShape.anyText;
import static ninebark.gateway.xml.XmlShape.elements;
import static ninebark.gateway.xml.XmlShape.many;
import static ninebark.gateway.xml.XmlShape.optional;
import static ninebark.gateway.xml.XmlShape.required;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlShape;
import ninebark.gateway.xml.XmlValues;

/** How a bucket is shown as a website. */
public sealed interface WebsiteDocument {
  DocumentKind<WebsiteDocument> KIND = DocumentKind.xml("website", WebsiteDocument::parse);

  String ROOT = "WebsiteConfiguration";

  int MAX_RULES = 50;

  /** Everyone is sent elsewhere, with the path they asked for. */
  record RedirectAll(String hostName, Optional<String> protocol) implements WebsiteDocument {}

  /**
   * Objects are pages.
   *
   * @param indexSuffix what a folder's page is called
   * @param errorKey the page for what goes wrong
   */
  record Pages(String indexSuffix, Optional<String> errorKey, List<Rule> rules)
      implements WebsiteDocument {
    public Pages {
      rules = List.copyOf(rules);
    }
  }

  /**
   * Who is sent where: both conditions must hold, and one that is not there does.
   *
   * @param errorStatus the rule counts only for requests that end so; without it, the rule counts
   *     before anything is looked up
   */
  record Rule(Optional<String> keyPrefix, OptionalInt errorStatus, Redirect redirect) {
    /** Whether it counts before the object is looked up. */
    public boolean fits(String key) {
      return errorStatus.isEmpty() && hasPrefix(key);
    }

    /** Whether it counts once the object could not be had. */
    public boolean fits(String key, int status) {
      return errorStatus.isPresent() && errorStatus.getAsInt() == status && hasPrefix(key);
    }

    private boolean hasPrefix(String key) {
      return keyPrefix.map(key::startsWith).orElse(true);
    }
  }

  /** Where to; what is not said stays as it was asked for. */
  record Redirect(
      Optional<String> protocol, Optional<String> hostName, Optional<Change> change, int status) {}

  /** What becomes of the key. */
  sealed interface Change {
    record Whole(String key) implements Change {}

    /** The prefix of the rule's condition is replaced. */
    record Prefix(String prefix) implements Change {}
  }

  // --- reading ----------------------------------------------------------------------------------

  /** The shape of all documents of this kind. */
  private static XmlShape shape() {
    return elements(
        optional(
            "RedirectAllRequestsTo",
            elements(required("HostName", anyText()), optional("Protocol", anyText()))),
        optional("IndexDocument", elements(required("Suffix", anyText()))),
        optional("ErrorDocument", elements(required("Key", anyText()))),
        optional(
            "RoutingRules",
            elements(
                many(
                    "RoutingRule",
                    1,
                    Integer.MAX_VALUE,
                    elements(
                        optional(
                            "Condition",
                            elements(
                                optional("KeyPrefixEquals", anyText()),
                                optional("HttpErrorCodeReturnedEquals", anyText()))),
                        required(
                            "Redirect",
                            elements(
                                optional("Protocol", anyText()),
                                optional("HostName", anyText()),
                                optional("ReplaceKeyPrefixWith", anyText()),
                                optional("ReplaceKeyWith", anyText()),
                                optional("HttpRedirectCode", anyText()))))))));
  }

  static WebsiteDocument parse(XmlElement root) {
    shape().check(root.expect(ROOT));
    var all = root.child("RedirectAllRequestsTo");
    if (all.isPresent()) {
      if (root.children().size() > 1) {
        throw argument(
            "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
            "RedirectAllRequestsTo",
            "");
      }
      return new RedirectAll(
          hostName(all.get().required("HostName")), protocol(all.get().optional("Protocol")));
    }
    var suffix =
        root.child("IndexDocument")
            .map(each -> each.required("Suffix"))
            .orElseThrow(
                () ->
                    argument(
                        "A value for IndexDocument Suffix must be provided if"
                            + " RedirectAllRequestsTo is empty",
                        "IndexDocument",
                        "null"));
    if (suffix.isBlank() || suffix.indexOf('/') >= 0) {
      throw argument("The IndexDocument Suffix is not well formed", "IndexDocument", suffix);
    }
    var error = root.child("ErrorDocument").map(each -> each.required("Key"));
    if (error.isPresent() && error.get().isBlank()) {
      throw argument("The ErrorDocument Key is not well formed", "ErrorDocument", error.get());
    }
    return new Pages(suffix, error, rules(root));
  }

  private static List<Rule> rules(XmlElement root) {
    var elements =
        root.child("RoutingRules").map(each -> each.all("RoutingRule")).orElse(List.of());
    if (elements.size() > MAX_RULES) {
      throw S3Error.INVALID_REQUEST.because(
          elements.size()
              + " routing rules provided, the number of routing rules in a website"
              + " configuration is limited to "
              + MAX_RULES
              + ".");
    }
    return elements.stream().map(WebsiteDocument::rule).toList();
  }

  private static Rule rule(XmlElement element) {
    var condition = element.child("Condition");
    var prefix = condition.flatMap(each -> each.optional("KeyPrefixEquals"));
    var code = condition.flatMap(each -> each.optional("HttpErrorCodeReturnedEquals"));
    if (condition.isPresent() && prefix.isEmpty() && code.isEmpty()) {
      throw S3Error.INVALID_REQUEST.because(
          "Condition cannot be empty. To redirect all requests without a condition, the condition"
              + " element shouldn't be present.");
    }
    var status = code.map(text -> status(text, 400, 599, "HTTP error code"));
    return new Rule(
        prefix,
        status.map(OptionalInt::of).orElse(OptionalInt.empty()),
        redirect(element.all("Redirect").getFirst()));
  }

  private static Redirect redirect(XmlElement element) {
    if (element.children().isEmpty()) {
      throw S3Error.INVALID_REQUEST.because("The redirect of a routing rule says nothing.");
    }
    var prefix = element.optional("ReplaceKeyPrefixWith");
    var whole = element.optional("ReplaceKeyWith");
    if (prefix.isPresent() && whole.isPresent()) {
      throw S3Error.INVALID_REQUEST.because(
          "You can only define ReplaceKeyPrefix or ReplaceKey but not both.");
    }
    return new Redirect(
        protocol(element.optional("Protocol")),
        element.optional("HostName").map(WebsiteDocument::hostName),
        prefix.<Change>map(Change.Prefix::new).or(() -> whole.map(Change.Whole::new)),
        element
            .optional("HttpRedirectCode")
            .map(text -> status(text, 301, 399, "HTTP redirect code"))
            .orElse(301));
  }

  private static int status(String text, int least, int most, String what) {
    int value = XmlValues.number(text).orElse(-1);
    if (value < least || value > most || value == 304) {
      throw S3Error.INVALID_REQUEST.because(
          "The provided "
              + what
              + " ("
              + text
              + ") is not valid. Valid codes are "
              + (most < 400 ? "3XX except 300 and 304." : "4XX or 5XX."));
    }
    return value;
  }

  private static Optional<String> protocol(Optional<String> text) {
    return text.map(
        protocol -> {
          if (!protocol.equals("http") && !protocol.equals("https")) {
            throw S3Error.INVALID_REQUEST.because(
                "Invalid protocol, protocol can be http or https. If not defined the protocol will"
                    + " be selected automatically.");
          }
          return protocol;
        });
  }

  /** What may stand between the slashes and the path of a URL, and nothing that ends it early. */
  private static String hostName(String text) {
    boolean legal =
        !text.isEmpty()
            && text.chars()
                .allMatch(
                    c ->
                        (c >= '0' && c <= '9')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= 'a' && c <= 'z')
                            || "-._:[]".indexOf(c) >= 0);
    if (!legal) {
      throw argument("The HostName is not well formed", "HostName", text);
    }
    return text;
  }

  private static S3Exception argument(String message, String name, String value) {
    return S3Error.invalidArgument(message, name, value);
  }
}
