/**
 * S3's documents: a reader that trusts nothing and a writer that cannot break a document.
 *
 * <p>Start at {@link ninebark.gateway.xml.XmlReader} and {@link ninebark.gateway.xml.XmlWriter}.
 */
package ninebark.gateway.xml;
