/** The listener for operators: health and metrics. Knows nothing of S3. */
package ninebark.gateway.admin;
