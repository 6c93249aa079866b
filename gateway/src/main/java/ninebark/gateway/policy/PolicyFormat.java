package ninebark.gateway.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.policy.Policy.Effect;
import ninebark.gateway.policy.Policy.Principals;
import ninebark.gateway.policy.Policy.Selection;
import ninebark.gateway.policy.Policy.Statement;
import ninebark.metadata.AccountId;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Policies in JSON. Anything not understood to the last word is {@code MalformedPolicy}. */
final class PolicyFormat {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Set<String> POLICY = Set.of("Version", "Id", "Statement");
  private static final Set<String> STATEMENT =
      Set.of(
          "Sid",
          "Effect",
          "Principal",
          "NotPrincipal",
          "Action",
          "NotAction",
          "Resource",
          "NotResource",
          "Condition");

  private static final String NEWEST_VERSION = "2012-10-17";
  private static final Set<String> VERSIONS = Set.of(NEWEST_VERSION, "2008-10-17");

  /** An account stands for its root, and for all its keys. */
  private static final Pattern ACCOUNT_ARN = Pattern.compile("arn:aws:iam::([^:/]+):root");

  private PolicyFormat() {}

  static Policy parse(String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > Policy.MAX_BYTES) {
      throw malformed("Policy document exceeds the maximum allowed size of 20480 bytes");
    }
    if (!text.startsWith("{")) {
      throw malformed("Policies must be valid JSON and the first byte must be '{'");
    }
    try {
      return policy(JSON.readTree(text));
    } catch (JacksonException notJson) {
      throw malformed(
          notJson.getOriginalMessage().startsWith("Duplicate")
              ? "A field stands twice in one object of the policy"
              : "Policies must be valid JSON and the first byte must be '{'");
    }
  }

  private static Policy policy(JsonNode root) {
    checkFields(root, POLICY);
    if (root.has("Version") && !VERSIONS.contains(string(root, "Version"))) {
      throw malformed("The policy must contain a valid version string");
    }
    if (root.has("Id")) {
      string(root, "Id");
    }
    boolean variables = root.has("Version") && string(root, "Version").equals(NEWEST_VERSION);
    var found = required(root, "Statement");
    var nodes = new ArrayList<JsonNode>();
    if (found.isArray()) {
      found.forEach(nodes::add);
    } else {
      nodes.add(found);
    }
    if (nodes.isEmpty()) {
      throw malformed("Could not parse the policy: Statement is empty!");
    }
    var statements = new ArrayList<Statement>();
    var ids = new HashSet<String>();
    for (var node : nodes) {
      var statement = statement(node, statements.size(), variables);
      if (node.has("Sid") && !ids.add(statement.id())) {
        throw malformed("Statement IDs (SID) in a single policy must be unique.");
      }
      statements.add(statement);
    }
    return new Policy(statements);
  }

  private static Statement statement(JsonNode node, int place, boolean variables) {
    checkFields(node, STATEMENT);
    var effect =
        switch (string(node, "Effect")) {
          case "Allow" -> Effect.ALLOW;
          case "Deny" -> Effect.DENY;
          default -> throw malformed("Invalid effect: " + string(node, "Effect"));
        };
    if (node.has("Condition")) {
      refuseConditions(node.get("Condition"));
    }
    var resources = selection(node, "Resource", false);
    for (var resource : resources.patterns()) {
      if (variables && resource.pattern().contains("${")) {
        throw malformed("Policy variables cannot be evaluated here: " + resource.pattern());
      }
    }
    return new Statement(
        node.has("Sid") ? string(node, "Sid") : "#" + (place + 1),
        effect,
        principals(node, effect),
        actions(node),
        resources);
  }

  /** A statement with a condition that is not looked at would say more than it means. */
  private static void refuseConditions(JsonNode condition) {
    if (!condition.isObject()) {
      throw malformed("Conditions must be an object");
    }
    for (var operator : condition.propertyNames()) {
      var keys = condition.get(operator);
      var key = keys.isObject() ? String.join(", ", keys.propertyNames()) : "";
      throw malformed("Conditions cannot be evaluated here: " + operator + " " + key);
    }
  }

  private static Selection actions(JsonNode node) {
    var actions = selection(node, "Action", true);
    for (var action : actions.patterns()) {
      boolean known =
          S3Actions.BUCKET.stream().anyMatch(action::matches)
              || S3Actions.OBJECT.stream().anyMatch(action::matches);
      if (!known) {
        throw malformed("Policy has invalid action").with("Detail", action.pattern());
      }
    }
    return actions;
  }

  /** Of {@code Action} or {@code NotAction}, of {@code Resource} or {@code NotResource}. */
  private static Selection selection(JsonNode node, String name, boolean anyCase) {
    var negated = "Not" + name;
    if (node.has(name) && node.has(negated)) {
      throw malformed("A statement has either " + name + " or " + negated);
    }
    boolean listed = !node.has(negated);
    return Policy.selection(
        strings(required(node, listed ? name : negated), listed ? name : negated), listed, anyCase);
  }

  // --- principals -------------------------------------------------------------------------------

  private static Principals principals(JsonNode node, Effect effect) {
    if (node.has("Principal") && node.has("NotPrincipal")) {
      throw malformed("A statement has either Principal or NotPrincipal");
    }
    if (!node.has("NotPrincipal")) {
      var accounts = accounts(required(node, "Principal"));
      return accounts.<Principals>map(Principals.These::new).orElseGet(Principals.Everyone::new);
    }
    if (effect == Effect.ALLOW) {
      throw malformed("Allow with NotPrincipal is not supported");
    }
    return accounts(node.get("NotPrincipal"))
        .<Principals>map(Principals.Except::new)
        .orElseThrow(() -> invalidPrincipal("*"));
  }

  /** Empty for everyone. */
  private static Optional<Set<AccountId>> accounts(JsonNode principal) {
    if (principal.isString() && principal.stringValue().equals("*")) {
      return Optional.empty();
    }
    if (!principal.isObject() || principal.isEmpty()) {
      throw invalidPrincipal(principal.isString() ? principal.stringValue() : principal.toString());
    }
    var accounts = new HashSet<AccountId>();
    boolean everyone = false;
    for (var kind : principal.propertyNames()) {
      for (var name : strings(principal.get(kind), "Principal")) {
        switch (kind) {
          case "AWS" -> {
            if (name.equals("*")) {
              everyone = true;
            } else {
              accounts.add(account(name));
            }
          }
          case "CanonicalUser" -> {
            if (name.isEmpty()) {
              throw invalidPrincipal(name);
            }
            accounts.add(new AccountId(name));
          }
          default -> throw invalidPrincipal(kind + ": " + name);
        }
      }
    }
    return everyone ? Optional.empty() : Optional.of(Set.copyOf(accounts));
  }

  private static AccountId account(String name) {
    var arn = ACCOUNT_ARN.matcher(name);
    if (arn.matches()) {
      return new AccountId(arn.group(1));
    }
    if (name.indexOf(':') >= 0 || name.isEmpty()) {
      throw invalidPrincipal(name);
    }
    return new AccountId(name);
  }

  static S3Exception invalidPrincipal(String name) {
    return malformed("Invalid principal in policy").with("Detail", name);
  }

  // --- JSON -------------------------------------------------------------------------------------

  private static void checkFields(JsonNode node, Set<String> known) {
    if (!node.isObject()) {
      throw malformed("Could not parse the policy: expected an object");
    }
    for (var name : node.propertyNames()) {
      if (!known.contains(name)) {
        throw malformed("Unknown field " + name);
      }
    }
  }

  private static JsonNode required(JsonNode node, String name) {
    if (!node.has(name)) {
      throw malformed("Missing required field " + name);
    }
    return node.get(name);
  }

  private static String string(JsonNode node, String name) {
    var found = required(node, name);
    if (!found.isString()) {
      throw malformed("The field " + name.toLowerCase(Locale.ROOT) + " must be a string");
    }
    return found.stringValue();
  }

  /** One or several, but not none. */
  private static List<String> strings(JsonNode node, String name) {
    var texts = new ArrayList<String>();
    if (node.isString()) {
      texts.add(node.stringValue());
    } else if (node.isArray()) {
      for (var each : node) {
        if (!each.isString()) {
          throw malformed("The field " + name + " must hold strings");
        }
        texts.add(each.stringValue());
      }
    }
    if (texts.isEmpty()) {
      throw malformed("The field " + name + " must hold at least one string");
    }
    return texts;
  }

  private static S3Exception malformed(String message) {
    return S3Error.MALFORMED_POLICY.because(message);
  }
}
