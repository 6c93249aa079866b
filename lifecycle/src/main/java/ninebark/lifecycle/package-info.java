/**
 * The age of objects: what happens to bytes when time passes. Today that is reclaim, which gives
 * back the space of what nothing names any more.
 *
 * <p>Must not know S3 or HTTP. Start at {@link ninebark.lifecycle.Reclaim}.
 */
package ninebark.lifecycle;
