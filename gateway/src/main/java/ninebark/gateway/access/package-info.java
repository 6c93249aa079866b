/**
 * Who may do what: accounts and their keys, the proof that a request is theirs, and the decision.
 *
 * <p>Start at {@link ninebark.gateway.access.Authorizer}.
 */
package ninebark.gateway.access;
