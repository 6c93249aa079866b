/**
 * What an S3 client sees, theme by theme, against a whole gateway in this JVM. Each class starts
 * one {@link ninebark.gateway.TestStore}; use its SDK where that can express a request, and {@link
 * ninebark.gateway.conformance.SignedHttp} where it cannot. {@link
 * ninebark.gateway.conformance.Covers} ties a test to the operations it proves.
 */
package ninebark.gateway.conformance;
