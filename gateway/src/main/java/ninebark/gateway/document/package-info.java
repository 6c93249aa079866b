/**
 * The configuration documents of buckets: what each must look like to be taken, and what it says.
 * Documents are kept word for word by the index; here they become values, once for each change.
 * Pure, but for {@link ninebark.gateway.document.BucketDocuments}, which fetches and remembers.
 *
 * <p>Start at {@link ninebark.gateway.document.DocumentKind}.
 */
package ninebark.gateway.document;
