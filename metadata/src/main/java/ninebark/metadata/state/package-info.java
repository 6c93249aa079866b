/**
 * What the index decides: commands against rows, and questions to rows. Pure: no clock, no
 * randomness, no input or output of its own; the same entries in the same order make the same rows.
 *
 * <p>Knows neither RocksDB nor Ratis. Start at {@link ninebark.metadata.state.Judgement}.
 */
package ninebark.metadata.state;
