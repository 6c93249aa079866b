/**
 * Lifecycle rules at work: rounds through the buckets that have rules, what they would do, and how
 * far they are. What a rule demands is judged in {@link ninebark.metadata.lifecycle.RuleBook};
 * whether it still holds, in the index.
 *
 * <p>Start at {@link ninebark.lifecycle.rules.LifecycleRounds}.
 */
package ninebark.lifecycle.rules;
