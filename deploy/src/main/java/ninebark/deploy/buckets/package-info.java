/** All buckets there are, whoever owns them. */
package ninebark.deploy.buckets;
