package ninebark.metadata;

/** One tag of an object; limits are judged at the gateway. */
public record Tag(String key, String value) {}
