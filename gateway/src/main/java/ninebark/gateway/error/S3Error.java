package ninebark.gateway.error;

import java.util.List;

/**
 * What can go wrong for a client: the code, the status and the sentence that S3 has for it. Every
 * error has a sentence; the aws cli fails on one without.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">Error
 *     responses</a>
 */
public enum S3Error {
  TEMPORARY_REDIRECT(
      307, "TemporaryRedirect", "Please re-send this request to the specified temporary endpoint."),
  PERMANENT_REDIRECT(
      301,
      "PermanentRedirect",
      "The bucket you are attempting to access must be addressed using the specified endpoint."),
  NOT_MODIFIED(304, "NotModified", "Not modified."),
  ACCESS_CONTROL_LIST_NOT_SUPPORTED(
      400, "AccessControlListNotSupported", "The bucket does not allow ACLs"),
  ANNOTATION_LIMIT_EXCEEDED(
      400,
      "AnnotationLimitExceeded",
      "The request would exceed the maximum number of annotations allowed per object."),
  ANNOTATION_NAME_TOO_LONG(400, "AnnotationNameTooLong", "The annotation name exceeds 512 bytes."),
  AUTHORIZATION_HEADER_MALFORMED(
      400, "AuthorizationHeaderMalformed", "The authorization header you provided is invalid."),
  AUTHORIZATION_QUERY_PARAMETERS_ERROR(
      400, "AuthorizationQueryParametersError", "Error parsing the X-Amz-Credential parameter."),
  BAD_DIGEST(
      400,
      "BadDigest",
      "The Content-MD5 or checksum value that you specified did not match what the server received."),
  BAD_REQUEST(
      400, "BadRequest", "The request could not be understood: it is not well-formed HTTP."),
  ENTITY_TOO_LARGE(
      400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size."),
  ENTITY_TOO_SMALL(
      400,
      "EntityTooSmall",
      "Your proposed upload is smaller than the minimum allowed object size."),
  EXPIRED_TOKEN(400, "ExpiredToken", "The provided token has expired."),
  IDEMPOTENCY_PARAMETER_MISMATCH(
      400,
      "IdempotencyParameterMismatch",
      "The client token was used before, with other parameters."),
  ILLEGAL_LOCATION_CONSTRAINT_EXCEPTION(
      400,
      "IllegalLocationConstraintException",
      "The specified location constraint is incompatible with the region this request was sent to."),
  INCOMPLETE_BODY(
      400,
      "IncompleteBody",
      "You did not provide the number of bytes specified by the Content-Length HTTP header."),
  INVALID_ANNOTATION_NAME(
      400, "InvalidAnnotationName", "The annotation name you provided is invalid."),
  INVALID_ARGUMENT(400, "InvalidArgument", "Invalid argument."),
  INVALID_BUCKET_ACL_WITH_BLOCK_PUBLIC_ACCESS(
      400,
      "InvalidBucketAclWithBlockPublicAccessError",
      "Bucket cannot have public ACLs set with BlockPublicAccess enabled"),
  INVALID_BUCKET_ACL_WITH_OBJECT_OWNERSHIP(
      400,
      "InvalidBucketAclWithObjectOwnership",
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"),
  INVALID_BUCKET_NAME(400, "InvalidBucketName", "The specified bucket is not valid."),
  INVALID_DIGEST(
      400, "InvalidDigest", "The Content-MD5 or checksum value that you specified is not valid."),
  INVALID_LOCATION_CONSTRAINT(
      400, "InvalidLocationConstraint", "The specified location constraint is not valid."),
  INVALID_PART(
      400,
      "InvalidPart",
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."),
  INVALID_PART_ORDER(
      400,
      "InvalidPartOrder",
      "The list of parts was not in ascending order. Parts must be ordered by part number."),
  INVALID_PREFIX(400, "InvalidPrefix", "The annotation prefix you provided is invalid."),
  INVALID_REDIRECT_LOCATION(
      400,
      "InvalidRedirectLocation",
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'."),
  INCORRECT_NUMBER_OF_FILES_IN_POST_REQUEST(
      400,
      "IncorrectNumberOfFilesInPostRequest",
      "POST requires exactly one file upload per request."),
  INVALID_POLICY_DOCUMENT(
      400,
      "InvalidPolicyDocument",
      "The content of the form does not meet the conditions specified in the policy document."),
  INVALID_REQUEST(400, "InvalidRequest", "Invalid request."),
  INVALID_STORAGE_CLASS(
      400, "InvalidStorageClass", "The storage class you specified is not valid."),
  ILLEGAL_VERSIONING_CONFIGURATION(
      400,
      "IllegalVersioningConfigurationException",
      "The versioning configuration specified in the request is invalid."),
  INVALID_RETENTION_PERIOD(
      400, "InvalidRetentionPeriod", "The retention period specified is not valid."),
  INVALID_TAG(400, "InvalidTag", "The tag you have provided is invalid"),
  INVALID_TARGET_BUCKET_FOR_LOGGING(
      400,
      "InvalidTargetBucketForLogging",
      "The target bucket for logging does not exist, is not owned by you, or does not have the appropriate grants."),
  INVALID_TOKEN(400, "InvalidToken", "The provided token is malformed or otherwise invalid."),
  INVALID_URI(400, "InvalidURI", "Couldn't parse the specified URI."),
  KEY_TOO_LONG(400, "KeyTooLongError", "Your key is too long."),
  MALFORMED_ACL_ERROR(
      400,
      "MalformedACLError",
      "The XML you provided was not well-formed or did not validate against our published schema"),
  MALFORMED_POLICY(400, "MalformedPolicy", "The policy is not valid."),
  MALFORMED_POST_REQUEST(
      400,
      "MalformedPOSTRequest",
      "The body of your POST request is not well-formed multipart/form-data."),
  MALFORMED_XML(
      400,
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema."),
  MAX_POST_PRE_DATA_LENGTH_EXCEEDED(
      400,
      "MaxPostPreDataLengthExceeded",
      "Your POST request fields preceding the upload file were too large."),
  MAX_MESSAGE_LENGTH_EXCEEDED(400, "MaxMessageLengthExceeded", "Your request was too big."),
  METADATA_TOO_LARGE(
      400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size."),
  MISSING_SECURITY_HEADER(
      400, "MissingSecurityHeader", "Your request is missing a required header."),
  REQUEST_HEADER_SECTION_TOO_LARGE(
      400,
      "RequestHeaderSectionTooLarge",
      "Your request header and query parameters exceed the maximum allowed size."),
  REQUEST_TIMEOUT(
      400,
      "RequestTimeout",
      "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed."),
  TOO_MANY_BUCKETS(
      400, "TooManyBuckets", "You have attempted to create more buckets than allowed."),
  TOO_MANY_CONFIGURATIONS(
      400,
      "TooManyConfigurations",
      "You are attempting to create a new configuration but have already reached the 1,000-configuration limit."),
  UNEXPECTED_CONTENT(400, "UnexpectedContent", "This request does not support content."),
  UNRESOLVABLE_GRANT_BY_EMAIL_ADDRESS(
      400,
      "UnresolvableGrantByEmailAddress",
      "The e-mail address you provided does not match any account on record."),
  USER_KEY_MUST_BE_SPECIFIED(
      400,
      "UserKeyMustBeSpecified",
      "The bucket POST must contain the specified field name. If it is specified, check the order of the fields."),
  CONTENT_SHA256_MISMATCH(
      400,
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed."),
  ACCESS_DENIED(403, "AccessDenied", "Access Denied"),
  INVALID_OBJECT_STATE(
      403, "InvalidObjectState", "The operation is not valid for the object's storage class"),
  OBJECT_NOT_IN_ACTIVE_TIER(
      403,
      "ObjectNotInActiveTierError",
      "The source object of the COPY action is not in the active tier and is only stored in"
          + " Amazon S3 Glacier."),
  ACCESS_FORBIDDEN(403, "AccessForbidden", "CORSResponse: This CORS request is not allowed."),
  INVALID_ACCESS_KEY_ID(
      403,
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records."),
  REQUEST_TIME_TOO_SKEWED(
      403,
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large."),
  SIGNATURE_DOES_NOT_MATCH(
      403,
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method."),
  NO_SUCH_ANNOTATION(
      404, "NoSuchAnnotation", "The specified annotation does not exist on this object."),
  NO_SUCH_BUCKET(404, "NoSuchBucket", "The specified bucket does not exist"),
  NO_SUCH_BUCKET_POLICY(404, "NoSuchBucketPolicy", "The bucket policy does not exist"),
  NO_SUCH_CONFIGURATION(404, "NoSuchConfiguration", "The specified configuration does not exist."),
  NO_SUCH_KEY(404, "NoSuchKey", "The specified key does not exist."),
  NO_SUCH_LIFECYCLE_CONFIGURATION(
      404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
  NO_SUCH_PUBLIC_ACCESS_BLOCK_CONFIGURATION(
      404,
      "NoSuchPublicAccessBlockConfiguration",
      "The public access block configuration was not found"),
  NO_SUCH_TAG_SET(404, "NoSuchTagSet", "The TagSet does not exist"),
  NO_SUCH_UPLOAD(
      404,
      "NoSuchUpload",
      "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."),
  NO_SUCH_OBJECT_LOCK_CONFIGURATION(
      404,
      "NoSuchObjectLockConfiguration",
      "The specified object does not have a ObjectLock configuration"),
  OBJECT_LOCK_CONFIGURATION_NOT_FOUND(
      404,
      "ObjectLockConfigurationNotFoundError",
      "Object Lock configuration does not exist for this bucket"),
  NO_SUCH_VERSION(404, "NoSuchVersion", "The specified version does not exist."),
  OWNERSHIP_CONTROLS_NOT_FOUND(
      404, "OwnershipControlsNotFoundError", "The bucket ownership controls were not found"),
  REPLICATION_CONFIGURATION_NOT_FOUND(
      404, "ReplicationConfigurationNotFoundError", "The replication configuration was not found"),
  NO_SUCH_CORS_CONFIGURATION(
      404, "NoSuchCORSConfiguration", "The CORS configuration does not exist"),
  NO_SUCH_WEBSITE_CONFIGURATION(
      404,
      "NoSuchWebsiteConfiguration",
      "The specified bucket does not have a website configuration"),
  METHOD_NOT_ALLOWED(
      405, "MethodNotAllowed", "The specified method is not allowed against this resource."),
  INVALID_BUCKET_STATE(
      409, "InvalidBucketState", "The request is not valid for the current state of the bucket."),
  BUCKET_ALREADY_EXISTS(
      409,
      "BucketAlreadyExists",
      "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again."),
  BUCKET_ALREADY_OWNED_BY_YOU(
      409,
      "BucketAlreadyOwnedByYou",
      "Your previous request to create the named bucket succeeded and you already own it."),
  RESTORE_ALREADY_IN_PROGRESS(
      409, "RestoreAlreadyInProgress", "Object restore is already in progress"),
  BUCKET_NOT_EMPTY(409, "BucketNotEmpty", "The bucket you tried to delete is not empty"),
  CONDITIONAL_REQUEST_CONFLICT(
      409,
      "ConditionalRequestConflict",
      "A conflicting operation occurred during the upload. Please try again."),
  OPERATION_ABORTED(
      409,
      "OperationAborted",
      "A conflicting conditional operation is currently in progress against this resource. Please try again."),
  MISSING_CONTENT_LENGTH(
      411, "MissingContentLength", "You must provide the Content-Length HTTP header."),
  PRECONDITION_FAILED(
      412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold"),
  UNSUPPORTED_MEDIA_TYPE(
      415, "UnsupportedMediaType", "The annotation payload is not valid UTF-8 encoded text."),
  INVALID_PART_NUMBER(416, "InvalidPartNumber", "The requested partnumber is not satisfiable"),
  INVALID_RANGE(416, "InvalidRange", "The requested range is not satisfiable"),
  INTERNAL_ERROR(500, "InternalError", "We encountered an internal error. Please try again."),
  NOT_IMPLEMENTED(
      501,
      "NotImplemented",
      "A header or query parameter you provided implies functionality that is not implemented"),
  SERVICE_UNAVAILABLE(
      503, "ServiceUnavailable", "The service cannot take this request now. Please try again."),
  SLOW_DOWN(503, "SlowDown", "Please reduce your request rate."),
  INSUFFICIENT_STORAGE(
      507,
      "InsufficientStorage",
      "The store has no space left for this write; reads and deletes go on.");

  private final int status;
  private final String code;
  private final String message;

  S3Error(int status, String code, String message) {
    this.status = status;
    this.code = code;
    this.message = message;
  }

  public int status() {
    return status;
  }

  /** What clients switch on. */
  public String code() {
    return code;
  }

  /** This error in S3's own words. */
  public S3Exception exception() {
    return new S3Exception(this, message, List.of(), List.of());
  }

  /** This error, in words that say what was found and what was expected. */
  public S3Exception because(String message) {
    return new S3Exception(this, message, List.of(), List.of());
  }

  /** An argument is wrong: names it and gives its value back. */
  public static S3Exception invalidArgument(String message, String name, String value) {
    return INVALID_ARGUMENT
        .because(message)
        .with("ArgumentName", name)
        .with("ArgumentValue", value);
  }

  /** A header asks for what is not there yet. */
  public static S3Exception headerNotImplemented(String header) {
    return NOT_IMPLEMENTED
        .because("A header you provided implies functionality that is not implemented: " + header)
        .with("Header", header);
  }

  /** A query parameter asks for what is not there yet. */
  public static S3Exception queryNotImplemented(String parameter) {
    return NOT_IMPLEMENTED
        .because(
            "A query parameter you provided implies functionality that is not implemented: "
                + parameter)
        .with("Query", parameter);
  }

  /** A condition did not hold. */
  public static S3Exception preconditionFailed(String condition) {
    return PRECONDITION_FAILED.exception().with("Condition", condition);
  }
}
