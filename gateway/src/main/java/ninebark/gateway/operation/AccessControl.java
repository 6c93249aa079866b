package ninebark.gateway.operation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.gateway.document.AccessControlList;
import ninebark.gateway.document.ObjectOwnership;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.Headers;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.request.S3Response;
import ninebark.gateway.xml.XmlElement;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.Header;

/**
 * What requests say of ACLs, and what is kept of it. An object's ACL is a header of its version
 * that no response carries; a bucket's is a document. They let nobody in yet.
 */
final class AccessControl {
  /** Under which an object's ACL stands among its headers. No client can send a header into it. */
  static final String KEPT = "x-amz-acl";

  private final Backend backend;

  AccessControl(Backend backend) {
    this.backend = backend;
  }

  /** Who will own what this request writes. */
  AccountId ownerOf(S3Request request) throws IOException {
    var bucket = request.inBucket();
    var writer = request.principal().account();
    return switch (backend.documents().ownership(bucket)) {
      case BUCKET_OWNER_ENFORCED -> bucket.owner();
      case BUCKET_OWNER_PREFERRED ->
          request
                  .headers()
                  .first(AccessControlList.CANNED)
                  .orElse("")
                  .equals("bucket-owner-full-control")
              ? bucket.owner()
              : writer;
      case OBJECT_WRITER -> writer;
    };
  }

  /**
   * What is to be kept of the ACL that a write of an object asks for.
   *
   * @throws ninebark.gateway.error.S3Exception {@code AccessControlListNotSupported} where the
   *     bucket has no ACLs and this one would say more than that
   */
  private Optional<Header> ofWrite(S3Request request) throws IOException {
    if (!AccessControlList.isIn(request.headers())) {
      return Optional.empty();
    }
    var bucket = request.inBucket();
    if (!backend.documents().ownership(bucket).allowsAcls()) {
      var asked = inHeaders(request, bucket.owner(), bucket);
      if (asked.isPresent() && !asked.get().isOnlyFor(bucket.owner())) {
        throw S3Error.ACCESS_CONTROL_LIST_NOT_SUPPORTED.exception();
      }
      return Optional.empty();
    }
    backend
        .guard()
        .authorize(
            request, S3Operation.PUT_OBJECT_ACL.action(), bucket.name().value(), request.key());
    var list = inHeaders(request, ownerOf(request), bucket).orElseThrow();
    refusePublic(list, bucket);
    return Optional.of(kept(list));
  }

  /** The headers of an object that is about to be written, and its ACL. */
  List<Header> with(S3Request request, List<Header> headers) throws IOException {
    var acl = ofWrite(request);
    if (acl.isEmpty()) {
      return headers;
    }
    var all = new ArrayList<>(headers);
    all.add(acl.get());
    return all;
  }

  /** The headers of an object without its ACL: an ACL is never copied, and never sent. */
  static List<Header> without(List<Header> headers) {
    for (var header : headers) {
      if (header.name().equals(KEPT)) {
        return headers.stream().filter(each -> !each.name().equals(KEPT)).toList();
      }
    }
    return headers;
  }

  static Header kept(AccessControlList list) {
    return new Header(KEPT, list.text());
  }

  Optional<AccessControlList> inHeaders(S3Request request, AccountId owner, Bucket bucket) {
    return AccessControlList.of(request.headers(), owner, bucket.owner(), backend.accounts()::has);
  }

  void refusePublic(AccessControlList list, Bucket bucket) throws IOException {
    if (list.isPublic() && backend.documents().publicAccessBlock(bucket).blockPublicAcls()) {
      throw S3Error.ACCESS_DENIED.because(
          "The ACL would let in the public, which the bucket's public access block forbids"
              + " (BlockPublicAcls).");
    }
  }

  /**
   * @throws ninebark.gateway.error.S3Exception {@code AccessControlListNotSupported} if the bucket
   *     has no ACLs
   */
  void expectAcls(Bucket bucket) throws IOException {
    if (!backend.documents().ownership(bucket).allowsAcls()) {
      throw S3Error.ACCESS_CONTROL_LIST_NOT_SUPPORTED.exception();
    }
  }

  /**
   * What a PUT of an ACL says, in its headers or in its body.
   *
   * @param owner who must own it
   */
  AccessControlList put(S3Request request, AccountId owner) throws IOException {
    var bucket = request.inBucket();
    expectAcls(bucket);
    var inHeaders = inHeaders(request, owner, bucket);
    var body = Documents.read(request, backend);
    if (inHeaders.isPresent() == body.isPresent()) {
      throw body.isPresent()
          ? S3Error.UNEXPECTED_CONTENT.exception()
          : S3Error.MISSING_SECURITY_HEADER
              .exception()
              .with("MissingHeaderName", AccessControlList.CANNED);
    }
    var list = inHeaders.orElseGet(() -> inBody(body.orElseThrow(), owner));
    refusePublic(list, bucket);
    return list;
  }

  private AccessControlList inBody(XmlElement body, AccountId owner) {
    var list = AccessControlList.parse(body, backend.accounts()::has);
    if (!list.owner().equals(owner)) {
      throw S3Error.ACCESS_DENIED.because("An ACL cannot change the owner.");
    }
    return list;
  }

  /** The bucket's ACL as it counts: with ACLs switched off, only the owner's. */
  AccessControlList ofBucket(Bucket bucket) throws IOException {
    return backend.documents().ownership(bucket).allowsAcls()
        ? backend
            .documents()
            .find(bucket, AccessControlList.KIND)
            .orElseGet(() -> AccessControlList.ownersOnly(bucket.owner()))
        : AccessControlList.ownersOnly(bucket.owner());
  }

  /** Ownership cannot be enforced while an ACL gives something to somebody else. */
  void checkOwnership(S3Request request, ObjectOwnership ownership) throws IOException {
    var bucket = request.inBucket();
    var list = backend.documents().find(bucket, AccessControlList.KIND);
    if (!ownership.allowsAcls() && list.isPresent() && !list.get().isOnlyFor(bucket.owner())) {
      throw S3Error.INVALID_BUCKET_ACL_WITH_OBJECT_OWNERSHIP.exception();
    }
  }

  S3Response answer(AccessControlList list, Headers headers) {
    return S3Response.xml(list.document(backend.accounts()::displayName), headers);
  }
}
