/** Whether clients are using the store: what all work behind it asks before it goes faster. */
package ninebark.scrubber.clients;
