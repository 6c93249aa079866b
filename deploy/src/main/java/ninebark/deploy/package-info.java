/**
 * Running: the executable, its command line and its configuration, and the graph of objects of a
 * process.
 *
 * <p>Start at {@link ninebark.deploy.Main}, then {@link ninebark.deploy.Store}.
 */
package ninebark.deploy;
