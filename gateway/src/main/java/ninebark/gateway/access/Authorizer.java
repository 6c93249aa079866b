package ninebark.gateway.access;

import java.util.Optional;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;
import ninebark.gateway.request.Principal;

/** Decides whether a principal may do something. Threads: safe. */
public interface Authorizer {
  /**
   * What is asked.
   *
   * @param action as IAM calls it
   * @param resource as an ARN
   * @param bucket if the action is about one that exists
   */
  record Question(
      Principal principal,
      String action,
      String resource,
      Optional<BucketAccess> bucket,
      QueryParameters query,
      Headers headers) {}

  /** What is answered. */
  sealed interface Decision {
    record Allow() implements Decision {}

    /** With the reason, for logs; clients hear only that it is denied. */
    record Deny(String reason) implements Decision {}
  }

  Decision decide(Question question);

  /** Owners and bucket policies. */
  static Authorizer byBucketPolicy() {
    return new BucketPolicies();
  }
}
