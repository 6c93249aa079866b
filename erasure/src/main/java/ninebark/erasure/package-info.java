/**
 * Codecs and durability models: pure arithmetic that knows nothing of disks, networks or objects.
 *
 * <p>Start at {@link ninebark.erasure.Scheme}, then {@link ninebark.erasure.Codec}; a codec comes
 * from {@link ninebark.erasure.Codecs}.
 */
package ninebark.erasure;
