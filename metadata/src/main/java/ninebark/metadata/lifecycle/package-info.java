/**
 * What a bucket's lifecycle configuration says, as values: rules without the XML they came in, and
 * the pure judgement of versions and uploads by them. The gateway makes rules of the document and
 * tells clients what they will do; the lifecycle module follows them.
 *
 * <p>Start at {@link ninebark.metadata.lifecycle.RuleBook}.
 */
package ninebark.metadata.lifecycle;
