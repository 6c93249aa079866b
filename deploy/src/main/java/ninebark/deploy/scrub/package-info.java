/**
 * What operators ask of the scrubber: pages of the admin listener on one side, the command on the
 * other.
 */
package ninebark.deploy.scrub;
