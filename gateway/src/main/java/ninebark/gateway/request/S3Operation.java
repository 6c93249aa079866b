package ninebark.gateway.request;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ninebark.gateway.message.Headers;
import ninebark.gateway.message.QueryParameters;

/**
 * The table of all operations: the 112 of the core S3 model, the browser form and the preflight.
 * Each row says how a request is recognised, which IAM action it needs on which resource, and what
 * it is called in metrics and logs. A row cannot be made without them, and a request that fits no
 * row is refused: nothing falls through to another operation.
 */
// Shape and the sets are unchangeable, which the checker cannot see.
@SuppressWarnings("ImmutableEnumChecker")
public enum S3Operation {
  // Service and bucket.
  LIST_BUCKETS(
      "ListBuckets",
      Method.GET,
      Resource.SERVICE,
      "s3:ListAllMyBuckets",
      when().also("max-buckets", "continuation-token", "prefix", "bucket-region")),
  CREATE_BUCKET("CreateBucket", Method.PUT, Resource.BUCKET, "s3:CreateBucket", when()),
  DELETE_BUCKET("DeleteBucket", Method.DELETE, Resource.BUCKET, "s3:DeleteBucket", when()),
  HEAD_BUCKET("HeadBucket", Method.HEAD, Resource.BUCKET, "s3:ListBucket", when()),
  GET_BUCKET_LOCATION(
      "GetBucketLocation", Method.GET, Resource.BUCKET, "s3:GetBucketLocation", when("location")),
  LIST_DIRECTORY_BUCKETS(
      "ListDirectoryBuckets",
      Method.GET,
      Resource.SERVICE,
      "s3:ListAllMyDirectoryBuckets",
      when("max-directory-buckets").also("continuation-token")),
  CREATE_SESSION("CreateSession", Method.GET, Resource.BUCKET, "s3:CreateSession", when("session")),
  // Object data.
  PUT_OBJECT("PutObject", Method.PUT, Resource.OBJECT, "s3:PutObject", when()),
  GET_OBJECT(
      "GetObject",
      Method.GET,
      Resource.OBJECT,
      "s3:GetObject",
      when()
          .also(
              "response-cache-control",
              "response-content-disposition",
              "response-content-encoding",
              "response-content-language",
              "response-content-type",
              "response-expires",
              "versionId",
              "partNumber")),
  HEAD_OBJECT(
      "HeadObject",
      Method.HEAD,
      Resource.OBJECT,
      "s3:GetObject",
      when()
          .also(
              "response-cache-control",
              "response-content-disposition",
              "response-content-encoding",
              "response-content-language",
              "response-content-type",
              "response-expires",
              "versionId",
              "partNumber")),
  DELETE_OBJECT(
      "DeleteObject", Method.DELETE, Resource.OBJECT, "s3:DeleteObject", when().also("versionId")),
  DELETE_OBJECTS("DeleteObjects", Method.POST, Resource.BUCKET, "s3:DeleteObject", when("delete")),
  COPY_OBJECT(
      "CopyObject",
      Method.PUT,
      Resource.OBJECT,
      "s3:PutObject",
      when().header("x-amz-copy-source")),
  GET_OBJECT_ATTRIBUTES(
      "GetObjectAttributes",
      Method.GET,
      Resource.OBJECT,
      "s3:GetObjectAttributes",
      when("attributes").also("versionId")),
  RENAME_OBJECT(
      "RenameObject", Method.PUT, Resource.OBJECT, "s3:RenameObject", when("renameObject")),
  RESTORE_OBJECT(
      "RestoreObject",
      Method.POST,
      Resource.OBJECT,
      "s3:RestoreObject",
      when("restore").also("versionId")),
  UPDATE_OBJECT_ENCRYPTION(
      "UpdateObjectEncryption",
      Method.PUT,
      Resource.OBJECT,
      "s3:UpdateObjectEncryption",
      when("encryption").also("versionId")),
  SELECT_OBJECT_CONTENT(
      "SelectObjectContent",
      Method.POST,
      Resource.OBJECT,
      "s3:GetObject",
      when("select", "select-type=2")),
  GET_OBJECT_TORRENT(
      "GetObjectTorrent", Method.GET, Resource.OBJECT, "s3:GetObjectTorrent", when("torrent")),
  WRITE_GET_OBJECT_RESPONSE(
      "WriteGetObjectResponse",
      Method.POST,
      Resource.ANY,
      "s3:WriteGetObjectResponse",
      when().header("x-amz-request-route")),
  // Listing.
  LIST_OBJECTS(
      "ListObjects",
      Method.GET,
      Resource.BUCKET,
      "s3:ListBucket",
      when().also("delimiter", "encoding-type", "marker", "max-keys", "prefix")),
  LIST_OBJECTS_V2(
      "ListObjectsV2",
      Method.GET,
      Resource.BUCKET,
      "s3:ListBucket",
      when("list-type=2")
          .also(
              "delimiter",
              "encoding-type",
              "max-keys",
              "prefix",
              "continuation-token",
              "fetch-owner",
              "start-after")),
  LIST_OBJECT_VERSIONS(
      "ListObjectVersions",
      Method.GET,
      Resource.BUCKET,
      "s3:ListBucketVersions",
      when("versions")
          .also(
              "delimiter",
              "encoding-type",
              "key-marker",
              "max-keys",
              "prefix",
              "version-id-marker")),
  // Multipart.
  CREATE_MULTIPART_UPLOAD(
      "CreateMultipartUpload", Method.POST, Resource.OBJECT, "s3:PutObject", when("uploads")),
  UPLOAD_PART(
      "UploadPart", Method.PUT, Resource.OBJECT, "s3:PutObject", when("partNumber", "uploadId")),
  UPLOAD_PART_COPY(
      "UploadPartCopy",
      Method.PUT,
      Resource.OBJECT,
      "s3:PutObject",
      when("partNumber", "uploadId").header("x-amz-copy-source")),
  COMPLETE_MULTIPART_UPLOAD(
      "CompleteMultipartUpload", Method.POST, Resource.OBJECT, "s3:PutObject", when("uploadId")),
  ABORT_MULTIPART_UPLOAD(
      "AbortMultipartUpload",
      Method.DELETE,
      Resource.OBJECT,
      "s3:AbortMultipartUpload",
      when("uploadId")),
  LIST_PARTS(
      "ListParts",
      Method.GET,
      Resource.OBJECT,
      "s3:ListMultipartUploadParts",
      when("uploadId").also("max-parts", "part-number-marker")),
  LIST_MULTIPART_UPLOADS(
      "ListMultipartUploads",
      Method.GET,
      Resource.BUCKET,
      "s3:ListBucketMultipartUploads",
      when("uploads")
          .also(
              "delimiter",
              "encoding-type",
              "key-marker",
              "max-uploads",
              "prefix",
              "upload-id-marker")),
  // Versioning and lock.
  GET_BUCKET_VERSIONING(
      "GetBucketVersioning",
      Method.GET,
      Resource.BUCKET,
      "s3:GetBucketVersioning",
      when("versioning")),
  PUT_BUCKET_VERSIONING(
      "PutBucketVersioning",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutBucketVersioning",
      when("versioning")),
  GET_OBJECT_LOCK_CONFIGURATION(
      "GetObjectLockConfiguration",
      Method.GET,
      Resource.BUCKET,
      "s3:GetBucketObjectLockConfiguration",
      when("object-lock")),
  PUT_OBJECT_LOCK_CONFIGURATION(
      "PutObjectLockConfiguration",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutBucketObjectLockConfiguration",
      when("object-lock")),
  GET_OBJECT_RETENTION(
      "GetObjectRetention",
      Method.GET,
      Resource.OBJECT,
      "s3:GetObjectRetention",
      when("retention").also("versionId")),
  PUT_OBJECT_RETENTION(
      "PutObjectRetention",
      Method.PUT,
      Resource.OBJECT,
      "s3:PutObjectRetention",
      when("retention").also("versionId")),
  GET_OBJECT_LEGAL_HOLD(
      "GetObjectLegalHold",
      Method.GET,
      Resource.OBJECT,
      "s3:GetObjectLegalHold",
      when("legal-hold").also("versionId")),
  PUT_OBJECT_LEGAL_HOLD(
      "PutObjectLegalHold",
      Method.PUT,
      Resource.OBJECT,
      "s3:PutObjectLegalHold",
      when("legal-hold").also("versionId")),
  // Tags.
  GET_OBJECT_TAGGING(
      "GetObjectTagging",
      Method.GET,
      Resource.OBJECT,
      "s3:GetObjectTagging",
      when("tagging").also("versionId")),
  PUT_OBJECT_TAGGING(
      "PutObjectTagging",
      Method.PUT,
      Resource.OBJECT,
      "s3:PutObjectTagging",
      when("tagging").also("versionId")),
  DELETE_OBJECT_TAGGING(
      "DeleteObjectTagging",
      Method.DELETE,
      Resource.OBJECT,
      "s3:DeleteObjectTagging",
      when("tagging").also("versionId")),
  GET_BUCKET_TAGGING(
      "GetBucketTagging", Method.GET, Resource.BUCKET, "s3:GetBucketTagging", when("tagging")),
  PUT_BUCKET_TAGGING(
      "PutBucketTagging", Method.PUT, Resource.BUCKET, "s3:PutBucketTagging", when("tagging")),
  DELETE_BUCKET_TAGGING(
      "DeleteBucketTagging",
      Method.DELETE,
      Resource.BUCKET,
      "s3:PutBucketTagging",
      when("tagging")),
  // Annotations.
  PUT_OBJECT_ANNOTATION(
      "PutObjectAnnotation",
      Method.PUT,
      Resource.OBJECT,
      "s3:PutObjectAnnotation",
      when("annotation").also("annotationName", "versionId")),
  GET_OBJECT_ANNOTATION(
      "GetObjectAnnotation",
      Method.GET,
      Resource.OBJECT,
      "s3:GetObjectAnnotation",
      when("annotation", "annotationName").also("versionId")),
  LIST_OBJECT_ANNOTATIONS(
      "ListObjectAnnotations",
      Method.GET,
      Resource.OBJECT,
      "s3:ListObjectAnnotations",
      when("annotation")
          .also("versionId", "continuation-token", "max-annotation-results", "annotation-prefix")),
  DELETE_OBJECT_ANNOTATION(
      "DeleteObjectAnnotation",
      Method.DELETE,
      Resource.OBJECT,
      "s3:DeleteObjectAnnotation",
      when("annotation").also("annotationName", "versionId")),
  // Access.
  GET_BUCKET_POLICY(
      "GetBucketPolicy", Method.GET, Resource.BUCKET, "s3:GetBucketPolicy", when("policy")),
  PUT_BUCKET_POLICY(
      "PutBucketPolicy", Method.PUT, Resource.BUCKET, "s3:PutBucketPolicy", when("policy")),
  DELETE_BUCKET_POLICY(
      "DeleteBucketPolicy",
      Method.DELETE,
      Resource.BUCKET,
      "s3:DeleteBucketPolicy",
      when("policy")),
  GET_BUCKET_POLICY_STATUS(
      "GetBucketPolicyStatus",
      Method.GET,
      Resource.BUCKET,
      "s3:GetBucketPolicyStatus",
      when("policyStatus")),
  GET_PUBLIC_ACCESS_BLOCK(
      "GetPublicAccessBlock",
      Method.GET,
      Resource.BUCKET,
      "s3:GetBucketPublicAccessBlock",
      when("publicAccessBlock")),
  PUT_PUBLIC_ACCESS_BLOCK(
      "PutPublicAccessBlock",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutBucketPublicAccessBlock",
      when("publicAccessBlock")),
  DELETE_PUBLIC_ACCESS_BLOCK(
      "DeletePublicAccessBlock",
      Method.DELETE,
      Resource.BUCKET,
      "s3:PutBucketPublicAccessBlock",
      when("publicAccessBlock")),
  GET_BUCKET_OWNERSHIP_CONTROLS(
      "GetBucketOwnershipControls",
      Method.GET,
      Resource.BUCKET,
      "s3:GetBucketOwnershipControls",
      when("ownershipControls")),
  PUT_BUCKET_OWNERSHIP_CONTROLS(
      "PutBucketOwnershipControls",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutBucketOwnershipControls",
      when("ownershipControls")),
  DELETE_BUCKET_OWNERSHIP_CONTROLS(
      "DeleteBucketOwnershipControls",
      Method.DELETE,
      Resource.BUCKET,
      "s3:PutBucketOwnershipControls",
      when("ownershipControls")),
  GET_BUCKET_ACL("GetBucketAcl", Method.GET, Resource.BUCKET, "s3:GetBucketAcl", when("acl")),
  PUT_BUCKET_ACL("PutBucketAcl", Method.PUT, Resource.BUCKET, "s3:PutBucketAcl", when("acl")),
  GET_OBJECT_ACL(
      "GetObjectAcl",
      Method.GET,
      Resource.OBJECT,
      "s3:GetObjectAcl",
      when("acl").also("versionId")),
  PUT_OBJECT_ACL(
      "PutObjectAcl",
      Method.PUT,
      Resource.OBJECT,
      "s3:PutObjectAcl",
      when("acl").also("versionId")),
  GET_BUCKET_ABAC("GetBucketAbac", Method.GET, Resource.BUCKET, "s3:GetBucketAbac", when("abac")),
  PUT_BUCKET_ABAC("PutBucketAbac", Method.PUT, Resource.BUCKET, "s3:PutBucketAbac", when("abac")),
  // Web.
  GET_BUCKET_CORS("GetBucketCors", Method.GET, Resource.BUCKET, "s3:GetBucketCORS", when("cors")),
  PUT_BUCKET_CORS("PutBucketCors", Method.PUT, Resource.BUCKET, "s3:PutBucketCORS", when("cors")),
  DELETE_BUCKET_CORS(
      "DeleteBucketCors", Method.DELETE, Resource.BUCKET, "s3:PutBucketCORS", when("cors")),
  GET_BUCKET_WEBSITE(
      "GetBucketWebsite", Method.GET, Resource.BUCKET, "s3:GetBucketWebsite", when("website")),
  PUT_BUCKET_WEBSITE(
      "PutBucketWebsite", Method.PUT, Resource.BUCKET, "s3:PutBucketWebsite", when("website")),
  DELETE_BUCKET_WEBSITE(
      "DeleteBucketWebsite",
      Method.DELETE,
      Resource.BUCKET,
      "s3:DeleteBucketWebsite",
      when("website")),
  // Encryption.
  GET_BUCKET_ENCRYPTION(
      "GetBucketEncryption",
      Method.GET,
      Resource.BUCKET,
      "s3:GetEncryptionConfiguration",
      when("encryption")),
  PUT_BUCKET_ENCRYPTION(
      "PutBucketEncryption",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutEncryptionConfiguration",
      when("encryption")),
  DELETE_BUCKET_ENCRYPTION(
      "DeleteBucketEncryption",
      Method.DELETE,
      Resource.BUCKET,
      "s3:PutEncryptionConfiguration",
      when("encryption")),
  // Lifecycle and tiers.
  GET_BUCKET_LIFECYCLE_CONFIGURATION(
      "GetBucketLifecycleConfiguration",
      Method.GET,
      Resource.BUCKET,
      "s3:GetLifecycleConfiguration",
      when("lifecycle")),
  PUT_BUCKET_LIFECYCLE_CONFIGURATION(
      "PutBucketLifecycleConfiguration",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutLifecycleConfiguration",
      when("lifecycle")),
  DELETE_BUCKET_LIFECYCLE(
      "DeleteBucketLifecycle",
      Method.DELETE,
      Resource.BUCKET,
      "s3:PutLifecycleConfiguration",
      when("lifecycle")),
  GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION(
      "GetBucketIntelligentTieringConfiguration",
      Method.GET,
      Resource.BUCKET,
      "s3:GetIntelligentTieringConfiguration",
      when("intelligent-tiering", "id")),
  PUT_BUCKET_INTELLIGENT_TIERING_CONFIGURATION(
      "PutBucketIntelligentTieringConfiguration",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutIntelligentTieringConfiguration",
      when("intelligent-tiering", "id")),
  DELETE_BUCKET_INTELLIGENT_TIERING_CONFIGURATION(
      "DeleteBucketIntelligentTieringConfiguration",
      Method.DELETE,
      Resource.BUCKET,
      "s3:PutIntelligentTieringConfiguration",
      when("intelligent-tiering", "id")),
  LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS(
      "ListBucketIntelligentTieringConfigurations",
      Method.GET,
      Resource.BUCKET,
      "s3:GetIntelligentTieringConfiguration",
      when("intelligent-tiering").also("continuation-token")),
  // Events, replication, logs.
  GET_BUCKET_NOTIFICATION_CONFIGURATION(
      "GetBucketNotificationConfiguration",
      Method.GET,
      Resource.BUCKET,
      "s3:GetBucketNotification",
      when("notification")),
  PUT_BUCKET_NOTIFICATION_CONFIGURATION(
      "PutBucketNotificationConfiguration",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutBucketNotification",
      when("notification")),
  GET_BUCKET_REPLICATION(
      "GetBucketReplication",
      Method.GET,
      Resource.BUCKET,
      "s3:GetReplicationConfiguration",
      when("replication")),
  PUT_BUCKET_REPLICATION(
      "PutBucketReplication",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutReplicationConfiguration",
      when("replication")),
  DELETE_BUCKET_REPLICATION(
      "DeleteBucketReplication",
      Method.DELETE,
      Resource.BUCKET,
      "s3:PutReplicationConfiguration",
      when("replication")),
  GET_BUCKET_LOGGING(
      "GetBucketLogging", Method.GET, Resource.BUCKET, "s3:GetBucketLogging", when("logging")),
  PUT_BUCKET_LOGGING(
      "PutBucketLogging", Method.PUT, Resource.BUCKET, "s3:PutBucketLogging", when("logging")),
  // Reports and metrics.
  GET_BUCKET_INVENTORY_CONFIGURATION(
      "GetBucketInventoryConfiguration",
      Method.GET,
      Resource.BUCKET,
      "s3:GetInventoryConfiguration",
      when("inventory", "id")),
  PUT_BUCKET_INVENTORY_CONFIGURATION(
      "PutBucketInventoryConfiguration",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutInventoryConfiguration",
      when("inventory", "id")),
  DELETE_BUCKET_INVENTORY_CONFIGURATION(
      "DeleteBucketInventoryConfiguration",
      Method.DELETE,
      Resource.BUCKET,
      "s3:PutInventoryConfiguration",
      when("inventory", "id")),
  LIST_BUCKET_INVENTORY_CONFIGURATIONS(
      "ListBucketInventoryConfigurations",
      Method.GET,
      Resource.BUCKET,
      "s3:GetInventoryConfiguration",
      when("inventory").also("continuation-token")),
  GET_BUCKET_METRICS_CONFIGURATION(
      "GetBucketMetricsConfiguration",
      Method.GET,
      Resource.BUCKET,
      "s3:GetMetricsConfiguration",
      when("metrics", "id")),
  PUT_BUCKET_METRICS_CONFIGURATION(
      "PutBucketMetricsConfiguration",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutMetricsConfiguration",
      when("metrics", "id")),
  DELETE_BUCKET_METRICS_CONFIGURATION(
      "DeleteBucketMetricsConfiguration",
      Method.DELETE,
      Resource.BUCKET,
      "s3:PutMetricsConfiguration",
      when("metrics", "id")),
  LIST_BUCKET_METRICS_CONFIGURATIONS(
      "ListBucketMetricsConfigurations",
      Method.GET,
      Resource.BUCKET,
      "s3:GetMetricsConfiguration",
      when("metrics").also("continuation-token")),
  GET_BUCKET_ANALYTICS_CONFIGURATION(
      "GetBucketAnalyticsConfiguration",
      Method.GET,
      Resource.BUCKET,
      "s3:GetAnalyticsConfiguration",
      when("analytics", "id")),
  PUT_BUCKET_ANALYTICS_CONFIGURATION(
      "PutBucketAnalyticsConfiguration",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutAnalyticsConfiguration",
      when("analytics", "id")),
  DELETE_BUCKET_ANALYTICS_CONFIGURATION(
      "DeleteBucketAnalyticsConfiguration",
      Method.DELETE,
      Resource.BUCKET,
      "s3:PutAnalyticsConfiguration",
      when("analytics", "id")),
  LIST_BUCKET_ANALYTICS_CONFIGURATIONS(
      "ListBucketAnalyticsConfigurations",
      Method.GET,
      Resource.BUCKET,
      "s3:GetAnalyticsConfiguration",
      when("analytics").also("continuation-token")),
  CREATE_BUCKET_METADATA_CONFIGURATION(
      "CreateBucketMetadataConfiguration",
      Method.POST,
      Resource.BUCKET,
      "s3:CreateBucketMetadataTableConfiguration",
      when("metadataConfiguration")),
  GET_BUCKET_METADATA_CONFIGURATION(
      "GetBucketMetadataConfiguration",
      Method.GET,
      Resource.BUCKET,
      "s3:GetBucketMetadataTableConfiguration",
      when("metadataConfiguration")),
  DELETE_BUCKET_METADATA_CONFIGURATION(
      "DeleteBucketMetadataConfiguration",
      Method.DELETE,
      Resource.BUCKET,
      "s3:DeleteBucketMetadataTableConfiguration",
      when("metadataConfiguration")),
  CREATE_BUCKET_METADATA_TABLE_CONFIGURATION(
      "CreateBucketMetadataTableConfiguration",
      Method.POST,
      Resource.BUCKET,
      "s3:CreateBucketMetadataTableConfiguration",
      when("metadataTable")),
  GET_BUCKET_METADATA_TABLE_CONFIGURATION(
      "GetBucketMetadataTableConfiguration",
      Method.GET,
      Resource.BUCKET,
      "s3:GetBucketMetadataTableConfiguration",
      when("metadataTable")),
  DELETE_BUCKET_METADATA_TABLE_CONFIGURATION(
      "DeleteBucketMetadataTableConfiguration",
      Method.DELETE,
      Resource.BUCKET,
      "s3:DeleteBucketMetadataTableConfiguration",
      when("metadataTable")),
  UPDATE_BUCKET_METADATA_INVENTORY_TABLE_CONFIGURATION(
      "UpdateBucketMetadataInventoryTableConfiguration",
      Method.PUT,
      Resource.BUCKET,
      "s3:UpdateBucketMetadataInventoryTableConfiguration",
      when("metadataInventoryTable")),
  UPDATE_BUCKET_METADATA_JOURNAL_TABLE_CONFIGURATION(
      "UpdateBucketMetadataJournalTableConfiguration",
      Method.PUT,
      Resource.BUCKET,
      "s3:UpdateBucketMetadataJournalTableConfiguration",
      when("metadataJournalTable")),
  UPDATE_BUCKET_METADATA_ANNOTATION_TABLE_CONFIGURATION(
      "UpdateBucketMetadataAnnotationTableConfiguration",
      Method.PUT,
      Resource.BUCKET,
      "s3:UpdateBucketMetadataAnnotationTableConfiguration",
      when("metadataAnnotationTable")),
  // Billing switches.
  GET_BUCKET_REQUEST_PAYMENT(
      "GetBucketRequestPayment",
      Method.GET,
      Resource.BUCKET,
      "s3:GetBucketRequestPayment",
      when("requestPayment")),
  PUT_BUCKET_REQUEST_PAYMENT(
      "PutBucketRequestPayment",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutBucketRequestPayment",
      when("requestPayment")),
  GET_BUCKET_ACCELERATE_CONFIGURATION(
      "GetBucketAccelerateConfiguration",
      Method.GET,
      Resource.BUCKET,
      "s3:GetAccelerateConfiguration",
      when("accelerate")),
  PUT_BUCKET_ACCELERATE_CONFIGURATION(
      "PutBucketAccelerateConfiguration",
      Method.PUT,
      Resource.BUCKET,
      "s3:PutAccelerateConfiguration",
      when("accelerate")),
  // Outside the core model.
  PREFLIGHT("Preflight", Method.OPTIONS, Resource.ANY, "s3:GetBucketCORS", when()),
  POST_OBJECT("PostObject", Method.POST, Resource.BUCKET, "s3:PutObject", when());

  /** The methods S3 knows. */
  public enum Method {
    GET,
    HEAD,
    PUT,
    POST,
    DELETE,
    OPTIONS
  }

  /** What an operation acts upon and is authorised for. */
  public enum Resource {
    SERVICE,
    BUCKET,
    OBJECT,
    /** A bucket or an object. */
    ANY
  }

  /**
   * How requests for a row look.
   *
   * @param query sub-resources that must be there: a name, or {@code name=value}
   * @param headers that must be there
   * @param parameters further ones it understands
   */
  record Shape(List<String> query, List<String> headers, List<String> parameters) {
    Shape header(String... names) {
      return new Shape(query, List.of(names), parameters);
    }

    Shape also(String... names) {
      return new Shape(query, headers, List.of(names));
    }
  }

  private static Shape when(String... query) {
    return new Shape(List.of(query), List.of(), List.of());
  }

  private final String label;
  private final Method method;
  private final Resource resource;
  private final String action;
  private final Shape shape;
  private final Set<String> declared;

  S3Operation(String label, Method method, Resource resource, String action, Shape shape) {
    if (label.isBlank() || !action.startsWith("s3:") || action.length() < 4) {
      throw new IllegalStateException("an operation has a label and an action, found " + label);
    }
    this.label = label;
    this.method = method;
    this.resource = resource;
    this.action = action;
    this.shape = shape;
    this.declared =
        Stream.concat(shape.query.stream().map(S3Operation::nameOf), shape.parameters.stream())
            .collect(Collectors.toUnmodifiableSet());
  }

  private static String nameOf(String condition) {
    int equals = condition.indexOf('=');
    return equals < 0 ? condition : condition.substring(0, equals);
  }

  /** What S3 calls it; also its name in metrics and logs. */
  public String label() {
    return label;
  }

  public Method method() {
    return method;
  }

  public Resource resource() {
    return resource;
  }

  /** The IAM action a principal needs. */
  public String action() {
    return action;
  }

  /** The IAM action a principal needs if it names a version: IAM tells those apart for some. */
  public String versionAction() {
    return switch (this) {
      case GET_OBJECT, HEAD_OBJECT -> "s3:GetObjectVersion";
      case DELETE_OBJECT, DELETE_OBJECTS -> "s3:DeleteObjectVersion";
      case GET_OBJECT_ATTRIBUTES -> "s3:GetObjectVersionAttributes";
      case GET_OBJECT_TORRENT -> "s3:GetObjectVersionTorrent";
      case GET_OBJECT_TAGGING -> "s3:GetObjectVersionTagging";
      case PUT_OBJECT_TAGGING -> "s3:PutObjectVersionTagging";
      case DELETE_OBJECT_TAGGING -> "s3:DeleteObjectVersionTagging";
      case GET_OBJECT_ACL -> "s3:GetObjectVersionAcl";
      case PUT_OBJECT_ACL -> "s3:PutObjectVersionAcl";
      default -> action;
    };
  }

  /** Whether there must be a bucket of that name already. */
  public boolean needsBucket() {
    return resource != Resource.SERVICE && this != CREATE_BUCKET;
  }

  /** How far it goes, if there is a handler for it; without one it is refused. */
  public Coverage coverage() {
    return switch (this) {
      case GET_BUCKET_ACL, PUT_BUCKET_ACL, GET_OBJECT_ACL, PUT_OBJECT_ACL ->
          new Coverage.StoredOnly("grants let nobody in yet");
      case GET_BUCKET_ENCRYPTION, PUT_BUCKET_ENCRYPTION, DELETE_BUCKET_ENCRYPTION ->
          new Coverage.StoredOnly("nothing is encrypted yet");
      case PUT_BUCKET_LIFECYCLE_CONFIGURATION ->
          new Coverage.WorksBut("nothing is moved to INTELLIGENT_TIERING");
      case GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION,
          PUT_BUCKET_INTELLIGENT_TIERING_CONFIGURATION,
          DELETE_BUCKET_INTELLIGENT_TIERING_CONFIGURATION,
          LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS ->
          new Coverage.StoredOnly("nothing is moved");
      case GET_BUCKET_NOTIFICATION_CONFIGURATION, PUT_BUCKET_NOTIFICATION_CONFIGURATION ->
          new Coverage.StoredOnly(
              "no event is sent yet, and destinations are taken only unvalidated");
      case GET_BUCKET_REPLICATION, PUT_BUCKET_REPLICATION, DELETE_BUCKET_REPLICATION ->
          new Coverage.StoredOnly("nothing is replicated yet");
      case GET_BUCKET_LOGGING, PUT_BUCKET_LOGGING ->
          new Coverage.StoredOnly("no log is delivered yet");
      case GET_BUCKET_INVENTORY_CONFIGURATION,
          PUT_BUCKET_INVENTORY_CONFIGURATION,
          DELETE_BUCKET_INVENTORY_CONFIGURATION,
          LIST_BUCKET_INVENTORY_CONFIGURATIONS ->
          new Coverage.StoredOnly("no report is written yet");
      case GET_BUCKET_METRICS_CONFIGURATION,
          PUT_BUCKET_METRICS_CONFIGURATION,
          DELETE_BUCKET_METRICS_CONFIGURATION,
          LIST_BUCKET_METRICS_CONFIGURATIONS ->
          new Coverage.StoredOnly("nothing is counted by filter yet");
      case GET_BUCKET_ANALYTICS_CONFIGURATION,
          DELETE_BUCKET_ANALYTICS_CONFIGURATION,
          LIST_BUCKET_ANALYTICS_CONFIGURATIONS ->
          new Coverage.DefaultOnly("there are no analytics");
      case GET_BUCKET_REQUEST_PAYMENT, PUT_BUCKET_REQUEST_PAYMENT ->
          new Coverage.DefaultOnly("the requester never pays");
      case GET_BUCKET_ACCELERATE_CONFIGURATION, PUT_BUCKET_ACCELERATE_CONFIGURATION ->
          new Coverage.DefaultOnly("there is no acceleration");
      case GET_BUCKET_ABAC, PUT_BUCKET_ABAC ->
          new Coverage.DefaultOnly("tags of buckets decide nothing");
      default -> new Coverage.Works();
    };
  }

  /**
   * Whether each key that its body names is judged by itself, and the bucket is not, where a policy
   * may tell keys apart.
   */
  public boolean isJudgedByKey() {
    return this == DELETE_OBJECTS;
  }

  /** Whether it only looks at an object. */
  public boolean isRead() {
    return resource == Resource.OBJECT && (method == Method.GET || method == Method.HEAD);
  }

  /** Whether it may work for long before it can answer. */
  public boolean mayBeSlow() {
    return switch (this) {
      case COPY_OBJECT, UPLOAD_PART_COPY, COMPLETE_MULTIPART_UPLOAD -> true;
      default -> false;
    };
  }

  /** The sub-resources that select this row: a name, or {@code name=value}. */
  public List<String> conditions() {
    return shape.query;
  }

  /** The headers that select this row. */
  public List<String> headers() {
    return shape.headers;
  }

  /** The names of the sub-resources that select this row. */
  public Set<String> selectors() {
    return shape.query.stream().map(S3Operation::nameOf).collect(Collectors.toUnmodifiableSet());
  }

  /** How many conditions a request meets for it; the row with the most is the one meant. */
  int specificity() {
    return shape.query.size() + shape.headers.size();
  }

  boolean fits(Resource level, Method given, QueryParameters query, Headers headers) {
    if (method != given || (resource != level && resource != Resource.ANY)) {
      return false;
    }
    for (var condition : shape.query) {
      int equals = condition.indexOf('=');
      var found = query.first(equals < 0 ? condition : condition.substring(0, equals));
      if (found.isEmpty()
          || (equals >= 0 && !found.get().equals(condition.substring(equals + 1)))) {
        return false;
      }
    }
    for (var header : shape.headers) {
      if (!headers.has(header)) {
        return false;
      }
    }
    return true;
  }

  /** Whether it understands this query parameter. */
  boolean declares(String parameter) {
    return declared.contains(parameter);
  }
}
