/**
 * The configuration file: one tree of records, read once. Each module owns its record; this package
 * owns the file.
 *
 * <p>Start at {@link ninebark.deploy.config.NinebarkConfig}.
 */
package ninebark.deploy.config;
