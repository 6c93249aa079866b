package ninebark.gateway;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import ninebark.gateway.access.Accounts;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.form.PostForm;
import ninebark.gateway.form.PostPolicy;
import ninebark.gateway.http.Exchange;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.Payload;
import ninebark.gateway.request.Principal;
import ninebark.gateway.sigv2.LegacyVerifier;
import ninebark.gateway.sigv4.SignatureVerifier;

/**
 * Takes upload forms in: who signed one, and whether it keeps to what its signer allowed. Threads:
 * safe.
 */
final class Forms {
  /** Fields that tell how to answer; handlers find them among the headers. */
  private static final List<String> ANSWER_FIELDS =
      List.of("success_action_redirect", "redirect", "success_action_status");

  private final Accounts accounts;
  private final SignatureVerifier verifier;
  private final Optional<LegacyVerifier> legacy;
  private final long maxFileBytes;

  /**
   * @param legacy present if forms signed with version 2 are taken too
   */
  Forms(
      Accounts accounts,
      SignatureVerifier verifier,
      Optional<LegacyVerifier> legacy,
      long maxFileBytes) {
    this.accounts = accounts;
    this.verifier = verifier;
    this.legacy = legacy;
    this.maxFileBytes = maxFileBytes;
  }

  /** A form as the PUT it stands for. */
  record Upload(Principal principal, String key, Headers headers, Payload payload) {}

  /** Reads a form up to its file. */
  Upload open(Exchange exchange, String bucket, Instant now) throws IOException {
    var form = PostForm.read(exchange.body(), exchange.headers().first("content-type").orElse(""));
    var key = form.key();
    var principal = principal(form, now);
    long least = 0;
    long most = maxFileBytes;
    if (form.field("policy").isPresent()) {
      var policy = PostPolicy.parse(form.required("policy"));
      policy.check(form.fields(), bucket, now);
      least = policy.leastLength();
      most = Math.min(most, policy.mostLength());
    }
    return new Upload(
        principal, key, headers(form, exchange), Payload.delimited(form.file(least, most)));
  }

  private static Headers headers(PostForm form, Exchange exchange) {
    var headers = Headers.builder();
    exchange.headers().first("host").ifPresent(host -> headers.add("host", host));
    for (var name : ANSWER_FIELDS) {
      form.field(name).ifPresent(value -> headers.add(name, value));
    }
    return headers.build().and(form.headers());
  }

  /** A policy without a signature is nobody's, and allows nothing. */
  private Principal principal(PostForm form, Instant now) {
    boolean four =
        form.field("x-amz-signature").isPresent() || form.field("x-amz-credential").isPresent();
    boolean two = form.field("signature").isPresent() || form.field("awsaccesskeyid").isPresent();
    if (form.field("x-amz-security-token").isPresent()) {
      throw S3Error.INVALID_TOKEN.exception();
    }
    if (four) {
      return member(
          verifier.verifyForm(
              form.required("X-Amz-Algorithm"),
              form.required("X-Amz-Credential"),
              form.required("X-Amz-Date"),
              form.required("Policy"),
              form.required("X-Amz-Signature"),
              now));
    }
    if (two) {
      var accessKeyId = form.required("AWSAccessKeyId");
      legacy
          .orElseThrow(SignatureVerifier::unsupported)
          .verifyForm(accessKeyId, form.required("Policy"), form.required("Signature"));
      return member(accessKeyId);
    }
    if (form.field("policy").isPresent()) {
      throw S3Error.ACCESS_DENIED.exception();
    }
    return new Principal.Anonymous();
  }

  private Principal member(String accessKeyId) {
    return accounts.memberOf(accessKeyId).orElseThrow(S3Error.INVALID_ACCESS_KEY_ID::exception);
  }
}
