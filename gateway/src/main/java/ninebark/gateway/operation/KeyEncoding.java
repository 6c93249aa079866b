package ninebark.gateway.operation;

import java.util.Optional;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.PercentCoding;
import ninebark.gateway.message.QueryParameters;

/** How a listing writes keys: as they are, or percent-encoded so that XML can carry all of them. */
enum KeyEncoding {
  PLAIN,
  URL;

  static KeyEncoding of(QueryParameters query) {
    Optional<String> type = query.first("encoding-type");
    if (type.isEmpty() || type.get().isEmpty()) {
      return PLAIN;
    }
    if (!type.get().equals("url")) {
      throw S3Error.invalidArgument(
          "Invalid Encoding Method specified in Request", "encoding-type", type.get());
    }
    return URL;
  }

  String write(String key) {
    return switch (this) {
      case PLAIN -> key;
      case URL -> PercentCoding.encodePath(key);
    };
  }
}
