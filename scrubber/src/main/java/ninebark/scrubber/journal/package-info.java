/**
 * What the scrubber remembers over a restart: losses that wait for their rebuild, and how far each
 * patrol has come.
 *
 * <p>Nothing here is the only copy of a truth: what is lost with the journal is found again by the
 * roll call at the next start and by the next pass of the patrol. Start at {@link
 * ninebark.scrubber.journal.Journal}; its bytes are in {@link
 * ninebark.scrubber.journal.JournalFormat}.
 */
package ninebark.scrubber.journal;
