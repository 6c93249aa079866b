/** {@code ninebark cert}: the certificates by which the processes of a cluster know each other. */
package ninebark.deploy.cert;
