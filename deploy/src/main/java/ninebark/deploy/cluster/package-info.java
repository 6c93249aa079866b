/**
 * {@code ninebark cluster}: a whole cluster of real processes on this machine's loopback, for
 * trying and testing.
 */
package ninebark.deploy.cluster;
