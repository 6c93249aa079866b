/**
 * Results as they are kept, printed and compared. Pure, but for reading what machine this is.
 *
 * <p>Start at {@link ninebark.bench.report.Report}.
 */
package ninebark.bench.report;
