/**
 * Codecs and durability models: pure arithmetic that knows nothing of disks, networks or objects.
 *
 * <p>Start at {@link ninebark.erasure.Scheme}.
 */
package ninebark.erasure;
