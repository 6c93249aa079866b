package ninebark.metadata;

/**
 * A header kept with an object and given back byte for byte: {@code Content-Type}, {@code
 * Cache-Control}, ... and user metadata under its full lower-case name, {@code x-amz-meta-*}. Each
 * char of the value is one byte of the wire.
 */
public record Header(String name, String value) {}
