/** Placeholder replaced below. */
package ninebark.scrubber;
