/**
 * The age of objects: what happens to bytes when time passes. Reclaim, which gives back the space
 * of what nothing names any more, stands here; rules that end versions in {@link
 * ninebark.lifecycle.rules}.
 *
 * <p>Must not know S3 or HTTP. Start at {@link ninebark.lifecycle.Reclaim}.
 */
package ninebark.lifecycle;
