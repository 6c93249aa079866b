package ninebark.gateway.form;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.error.S3Exception;
import ninebark.gateway.message.PercentCoding;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the signer of a form allows its user: until when, and which fields with which values. Every
 * field must be allowed by some condition, and every condition must hold. Pure.
 *
 * @param expiration the policy does not hold from then on
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html">POST
 *     policy</a>
 */
public record PostPolicy(Instant expiration, List<Condition> conditions) {
  /** One thing that must hold. */
  public sealed interface Condition {
    /** As the policy has it, for refusals. */
    String text();

    record Equal(String field, String value, String text) implements Condition {}

    record StartsWith(String field, String prefix, String text) implements Condition {}

    record LengthRange(long least, long most, String text) implements Condition {}
  }

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // A dollar sign is written \$ in policies.
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .build();

  private static final Set<String> TOP = Set.of("expiration", "conditions");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

  /** Fields that no condition has to allow: what proves the policy, and what it is about. */
  private static final Set<String> FREE =
      Set.of("file", "policy", "x-amz-signature", "signature", "awsaccesskeyid");

  private static final String IGNORED = "x-ignore-";

  public PostPolicy {
    conditions = List.copyOf(conditions);
  }

  // --- reading ----------------------------------------------------------------------------------

  /** Reads the field {@code policy}. */
  public static PostPolicy parse(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException notBase64) {
      throw invalid("Invalid JSON.");
    }
    var text =
        PercentCoding.utf8(ByteBuffer.wrap(bytes)).orElseThrow(() -> invalid("Invalid JSON."));
    try {
      return policy(JSON.readTree(text));
    } catch (JacksonException notJson) {
      throw invalid("Invalid JSON.");
    }
  }

  private static PostPolicy policy(JsonNode root) {
    if (!root.isObject()) {
      throw invalid("Invalid JSON.");
    }
    for (var name : root.propertyNames()) {
      if (!TOP.contains(name)) {
        throw invalid("Unexpected: '" + name + "'.");
      }
    }
    if (!root.has("expiration")) {
      throw invalid("Policy missing expiration.");
    }
    if (!root.has("conditions")) {
      throw invalid("Policy missing conditions.");
    }
    var list = root.get("conditions");
    if (!list.isArray()) {
      throw invalid("Invalid 'conditions' value: must be a List.");
    }
    var conditions = new ArrayList<Condition>();
    for (var node : list) {
      conditions.add(condition(node));
    }
    return new PostPolicy(expiration(root.get("expiration")), conditions);
  }

  private static Instant expiration(JsonNode node) {
    try {
      if (node.isString()) {
        return Instant.parse(node.stringValue());
      }
    } catch (DateTimeException notADate) {
      // falls through: both are the same mistake to the signer
    }
    throw invalid("Invalid 'expiration' value: '" + plain(node) + "'");
  }

  private static Condition condition(JsonNode node) {
    if (node.isObject()) {
      if (node.size() != 1) {
        throw invalid(
            "Invalid Simple-Condition: Simple-Conditions must have exactly one property"
                + " specified.");
      }
      var name = node.propertyNames().iterator().next();
      var value = node.get(name);
      if (!isScalar(value)) {
        throw invalid("Invalid Simple-Condition: value must be a string.");
      }
      return new Condition.Equal(name.toLowerCase(Locale.ROOT), plain(value), node.toString());
    }
    if (!node.isArray() || node.size() != 3 || !node.get(0).isString()) {
      throw invalid("Invalid Condition: must be an object or a list of three.");
    }
    var operator = node.get(0).stringValue().toLowerCase(Locale.ROOT);
    if (operator.equals("content-length-range")) {
      return new Condition.LengthRange(length(node.get(1)), length(node.get(2)), node.toString());
    }
    if (!node.get(1).isString()
        || !node.get(1).stringValue().startsWith("$")
        || !isScalar(node.get(2))) {
      throw invalid("Invalid Condition: " + operator + " needs a $field and a value.");
    }
    var field = node.get(1).stringValue().substring(1).toLowerCase(Locale.ROOT);
    var value = plain(node.get(2));
    return switch (operator) {
      case "eq" -> new Condition.Equal(field, value, node.toString());
      case "starts-with" -> new Condition.StartsWith(field, value, node.toString());
      default ->
          throw invalid(
              "Invalid Condition: unknown operation '" + node.get(0).stringValue() + "'.");
    };
  }

  private static long length(JsonNode node) {
    var text = isScalar(node) ? plain(node) : "";
    if (!LENGTH.matcher(text).matches()) {
      throw invalid("Invalid content-length-range: expected whole numbers that are not negative.");
    }
    return Long.parseLong(text);
  }

  private static boolean isScalar(JsonNode node) {
    return node.isString() || node.isNumber() || node.isBoolean();
  }

  private static String plain(JsonNode node) {
    return node.isString() ? node.stringValue() : node.toString();
  }

  private static S3Exception invalid(String why) {
    return S3Error.INVALID_POLICY_DOCUMENT.because("Invalid Policy: " + why);
  }

  // --- judging ----------------------------------------------------------------------------------

  /**
   * Everything but the length of the file, which is not known yet.
   *
   * @param fields by lower-case name, with those that prove the policy
   * @param bucket the one posted to, which conditions see as a field
   * @throws S3Exception {@code AccessDenied}, with what did not hold
   */
  public void check(Map<String, String> fields, String bucket, Instant now) {
    if (!now.isBefore(expiration)) {
      throw denied("Policy expired.");
    }
    var allowed = new HashSet<String>();
    for (var condition : conditions) {
      boolean holds =
          switch (condition) {
            case Condition.Equal(var field, var value, var text) -> {
              allowed.add(field);
              yield valueOf(field, fields, bucket).map(value::equals).orElse(false);
            }
            case Condition.StartsWith(var field, var prefix, var text) -> {
              allowed.add(field);
              yield startsWith(field, valueOf(field, fields, bucket).orElse(""), prefix);
            }
            case Condition.LengthRange range -> true;
          };
      if (!holds) {
        throw denied("Policy Condition failed: " + condition.text());
      }
    }
    var extra = new ArrayList<String>();
    for (var field : fields.keySet()) {
      if (!FREE.contains(field) && !field.startsWith(IGNORED) && !allowed.contains(field)) {
        extra.add(field);
      }
    }
    if (!allowed.contains("bucket")) {
      extra.add("bucket");
    }
    if (!extra.isEmpty()) {
      throw denied("Extra input fields: " + String.join(", ", extra));
    }
  }

  private static Optional<String> valueOf(String field, Map<String, String> fields, String bucket) {
    return field.equals("bucket") ? Optional.of(bucket) : Optional.ofNullable(fields.get(field));
  }

  /** A content type with commas is a list, of which each must begin so. */
  private static boolean startsWith(String field, String value, String prefix) {
    if (!field.equals("content-type")) {
      return value.startsWith(prefix);
    }
    for (var each : value.split(",", -1)) {
      if (!each.strip().startsWith(prefix)) {
        return false;
      }
    }
    return true;
  }

  /** The fewest bytes a file may have. */
  public long leastLength() {
    return conditions.stream()
        .mapToLong(each -> each instanceof Condition.LengthRange range ? range.least() : 0)
        .max()
        .orElse(0);
  }

  /** The most bytes a file may have. */
  public long mostLength() {
    return conditions.stream()
        .mapToLong(
            each -> each instanceof Condition.LengthRange range ? range.most() : Long.MAX_VALUE)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private static S3Exception denied(String why) {
    return S3Error.ACCESS_DENIED.because("Invalid according to Policy: " + why);
  }
}
