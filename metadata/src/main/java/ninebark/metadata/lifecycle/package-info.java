/**
 * What a bucket's lifecycle configuration says, as values: rules without the XML they came in and
 * without a word about who follows them. The gateway makes them of the document, the lifecycle
 * module will judge versions by them.
 *
 * <p>Start at {@link ninebark.metadata.lifecycle.LifecycleRules}.
 */
package ninebark.metadata.lifecycle;
