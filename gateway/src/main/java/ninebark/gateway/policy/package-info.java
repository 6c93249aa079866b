/**
 * Bucket policies: read from JSON so strictly that whatever is kept can be judged, and judged.
 * Pure. What cannot be judged here (conditions, roles, services) is refused when it comes, because
 * a statement that is ignored is a door left open or shut by accident.
 *
 * <p>Start at {@link ninebark.gateway.policy.Policy}.
 */
package ninebark.gateway.policy;
