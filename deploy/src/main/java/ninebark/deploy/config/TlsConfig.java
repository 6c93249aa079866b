package ninebark.deploy.config;

import java.nio.file.Path;

/**
 * The files that {@code ninebark cert} makes; read again when they change.
 *
 * @param authority the certificate of the cluster's authority, two while it is being replaced
 */
public record TlsConfig(Path authority, Path certificate, Path key) {}
