/**
 * Who may speak to whom inside a cluster: its authority, the certificates it gives to nodes, and
 * the TLS made of them. It knows nothing of what is said. Begin with {@link
 * ninebark.storagenode.trust.Access}.
 */
package ninebark.storagenode.trust;
