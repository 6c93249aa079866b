/**
 * What an HTTP request is made of, as values: headers, the raw target, its parts percent-decoded,
 * bytes that arrive. Knows nothing of sockets, signatures or S3.
 */
package ninebark.gateway.message;
