/**
 * Uploads by the forms of browsers: {@code multipart/form-data} read as it arrives, and the policy
 * that its signer attached to it. Works on values and byte sources; knows no socket and no index.
 *
 * <p>Start at {@link ninebark.gateway.form.PostForm}.
 */
package ninebark.gateway.form;
