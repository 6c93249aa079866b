package ninebark.gateway.operation;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import ninebark.gateway.document.CorsDocument;
import ninebark.gateway.document.DocumentKind;
import ninebark.gateway.document.EncryptionDocument;
import ninebark.gateway.document.LifecycleDocument;
import ninebark.gateway.document.ListedKind;
import ninebark.gateway.document.LoggingDocument;
import ninebark.gateway.document.NotificationDocument;
import ninebark.gateway.document.ObjectOwnership;
import ninebark.gateway.document.PublicAccessBlock;
import ninebark.gateway.document.ReplicationDocument;
import ninebark.gateway.document.TagSet;
import ninebark.gateway.document.WebsiteDocument;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.policy.Policy;
import ninebark.gateway.request.S3Operation;
import ninebark.gateway.request.S3Request;
import ninebark.gateway.xml.XmlElement;
import ninebark.gateway.xml.XmlWriter;
import ninebark.metadata.Versioning;

/** Which rows of the table have a handler; the others are answered {@code NotImplemented}. */
public final class Operations {
  private final Map<S3Operation, Operation> handlers = new EnumMap<>(S3Operation.class);

  public Operations(Backend backend) {
    handlers.put(S3Operation.LIST_BUCKETS, new ListBuckets(backend));
    handlers.put(S3Operation.CREATE_BUCKET, new CreateBucket(backend));
    handlers.put(S3Operation.DELETE_BUCKET, new DeleteBucket(backend));
    handlers.put(S3Operation.HEAD_BUCKET, new HeadBucket());
    handlers.put(S3Operation.GET_BUCKET_LOCATION, new GetBucketLocation());

    addDocuments(backend);
    addProbes(backend);
    addWeb(backend);

    handlers.put(S3Operation.PUT_OBJECT, new PutObject(backend));
    handlers.put(S3Operation.GET_OBJECT, GetObject.get(backend));
    handlers.put(S3Operation.HEAD_OBJECT, GetObject.head(backend));
    handlers.put(S3Operation.DELETE_OBJECT, new DeleteObject(backend));
    handlers.put(S3Operation.DELETE_OBJECTS, new DeleteObjects(backend));
    handlers.put(S3Operation.COPY_OBJECT, new CopyObject(backend));

    handlers.put(S3Operation.RESTORE_OBJECT, new RestoreObject(backend));
    handlers.put(S3Operation.RENAME_OBJECT, new RenameObject(backend));
    handlers.put(S3Operation.GET_OBJECT_ATTRIBUTES, new GetObjectAttributes(backend));
    handlers.put(S3Operation.GET_OBJECT_TAGGING, new GetObjectTagging(backend));
    handlers.put(S3Operation.PUT_OBJECT_TAGGING, PutObjectTagging.put(backend));
    handlers.put(S3Operation.DELETE_OBJECT_TAGGING, PutObjectTagging.delete(backend));
    handlers.put(S3Operation.PUT_OBJECT_ANNOTATION, new PutObjectAnnotation(backend));
    handlers.put(S3Operation.GET_OBJECT_ANNOTATION, new GetObjectAnnotation(backend));
    handlers.put(S3Operation.LIST_OBJECT_ANNOTATIONS, new ListObjectAnnotations(backend));
    handlers.put(S3Operation.DELETE_OBJECT_ANNOTATION, new DeleteObjectAnnotation(backend));

    handlers.put(S3Operation.GET_BUCKET_VERSIONING, new GetBucketVersioning());
    handlers.put(S3Operation.PUT_BUCKET_VERSIONING, new PutBucketVersioning(backend));
    handlers.put(S3Operation.LIST_OBJECT_VERSIONS, new ListObjectVersions(backend));
    handlers.put(S3Operation.GET_OBJECT_LOCK_CONFIGURATION, new GetObjectLockConfiguration());
    handlers.put(
        S3Operation.PUT_OBJECT_LOCK_CONFIGURATION, new PutObjectLockConfiguration(backend));
    handlers.put(S3Operation.GET_OBJECT_RETENTION, new GetObjectRetention(backend));
    handlers.put(S3Operation.PUT_OBJECT_RETENTION, new PutObjectRetention(backend));
    handlers.put(S3Operation.GET_OBJECT_LEGAL_HOLD, new GetObjectLegalHold(backend));
    handlers.put(S3Operation.PUT_OBJECT_LEGAL_HOLD, new PutObjectLegalHold(backend));

    handlers.put(S3Operation.LIST_OBJECTS, new ListObjects(backend));
    handlers.put(S3Operation.LIST_OBJECTS_V2, new ListObjectsV2(backend));

    handlers.put(S3Operation.CREATE_MULTIPART_UPLOAD, new CreateMultipartUpload(backend));
    handlers.put(S3Operation.UPLOAD_PART, new UploadPart(backend));
    handlers.put(S3Operation.UPLOAD_PART_COPY, new UploadPartCopy(backend));
    handlers.put(S3Operation.COMPLETE_MULTIPART_UPLOAD, new CompleteMultipartUpload(backend));
    handlers.put(S3Operation.ABORT_MULTIPART_UPLOAD, new AbortMultipartUpload(backend));
    handlers.put(S3Operation.LIST_PARTS, new ListParts(backend));
    handlers.put(S3Operation.LIST_MULTIPART_UPLOADS, new ListMultipartUploads(backend));
  }

  // --- configuration documents
  // --------------------------------------------------------------------

  private void addDocuments(Backend backend) {
    var control = new AccessControl(backend);
    addDocument(
        backend,
        PublicAccessBlock.KIND,
        S3Error.NO_SUCH_PUBLIC_ACCESS_BLOCK_CONFIGURATION,
        S3Operation.PUT_PUBLIC_ACCESS_BLOCK,
        S3Operation.GET_PUBLIC_ACCESS_BLOCK,
        S3Operation.DELETE_PUBLIC_ACCESS_BLOCK);
    addDocument(
        backend,
        ObjectOwnership.KIND,
        S3Error.OWNERSHIP_CONTROLS_NOT_FOUND,
        S3Operation.PUT_BUCKET_OWNERSHIP_CONTROLS,
        S3Operation.GET_BUCKET_OWNERSHIP_CONTROLS,
        S3Operation.DELETE_BUCKET_OWNERSHIP_CONTROLS);
    handlers.put(
        S3Operation.PUT_BUCKET_OWNERSHIP_CONTROLS,
        DocumentHandlers.put(backend, ObjectOwnership.KIND, 200, control::checkOwnership));
    handlers.put(S3Operation.GET_BUCKET_ACL, new GetBucketAcl(backend));
    handlers.put(S3Operation.PUT_BUCKET_ACL, new PutBucketAcl(backend));
    handlers.put(S3Operation.GET_OBJECT_ACL, new GetObjectAcl(backend));
    handlers.put(S3Operation.PUT_OBJECT_ACL, new PutObjectAcl(backend));

    handlers.put(S3Operation.PUT_BUCKET_POLICY, new PutBucketPolicy(backend));
    handlers.put(
        S3Operation.GET_BUCKET_POLICY,
        DocumentHandlers.get(
            backend, Policy.KIND.name(), DocumentHandlers.JSON, S3Error.NO_SUCH_BUCKET_POLICY));
    handlers.put(
        S3Operation.DELETE_BUCKET_POLICY, DocumentHandlers.delete(backend, Policy.KIND.name()));
    handlers.put(S3Operation.GET_BUCKET_POLICY_STATUS, new GetBucketPolicyStatus(backend));

    addDocument(
        backend,
        TagSet.KIND,
        S3Error.NO_SUCH_TAG_SET,
        S3Operation.PUT_BUCKET_TAGGING,
        S3Operation.GET_BUCKET_TAGGING,
        S3Operation.DELETE_BUCKET_TAGGING);
    handlers.put(S3Operation.PUT_BUCKET_TAGGING, DocumentHandlers.put(backend, TagSet.KIND, 204));

    handlers.put(
        S3Operation.PUT_BUCKET_ENCRYPTION,
        DocumentHandlers.put(backend, EncryptionDocument.KIND, 200));
    handlers.put(
        S3Operation.GET_BUCKET_ENCRYPTION,
        DocumentHandlers.get(backend, EncryptionDocument.KIND.name(), EncryptionDocument.DEFAULT));
    handlers.put(
        S3Operation.DELETE_BUCKET_ENCRYPTION,
        DocumentHandlers.delete(backend, EncryptionDocument.KIND.name()));

    handlers.put(
        S3Operation.PUT_BUCKET_LIFECYCLE_CONFIGURATION,
        new PutBucketLifecycleConfiguration(backend));
    handlers.put(
        S3Operation.GET_BUCKET_LIFECYCLE_CONFIGURATION,
        new GetBucketLifecycleConfiguration(backend));
    handlers.put(
        S3Operation.DELETE_BUCKET_LIFECYCLE,
        DocumentHandlers.delete(backend, LifecycleDocument.KIND.name()));

    handlers.put(
        S3Operation.PUT_BUCKET_NOTIFICATION_CONFIGURATION,
        new PutBucketNotificationConfiguration(backend));
    handlers.put(
        S3Operation.GET_BUCKET_NOTIFICATION_CONFIGURATION,
        DocumentHandlers.get(
            backend, NotificationDocument.KIND.name(), PutBucketNotificationConfiguration.NONE));
    addDocument(
        backend,
        ReplicationDocument.KIND,
        S3Error.REPLICATION_CONFIGURATION_NOT_FOUND,
        S3Operation.PUT_BUCKET_REPLICATION,
        S3Operation.GET_BUCKET_REPLICATION,
        S3Operation.DELETE_BUCKET_REPLICATION);
    handlers.put(
        S3Operation.PUT_BUCKET_REPLICATION,
        DocumentHandlers.put(backend, ReplicationDocument.KIND, 200, Operations::expectVersions));
    handlers.put(S3Operation.PUT_BUCKET_LOGGING, new PutBucketLogging(backend));
    handlers.put(
        S3Operation.GET_BUCKET_LOGGING,
        DocumentHandlers.get(backend, LoggingDocument.KIND.name(), PutBucketLogging.OFF));

    addListed(
        new ListedDocuments(backend, ListedKind.INVENTORY),
        S3Operation.PUT_BUCKET_INVENTORY_CONFIGURATION,
        S3Operation.GET_BUCKET_INVENTORY_CONFIGURATION,
        S3Operation.DELETE_BUCKET_INVENTORY_CONFIGURATION,
        S3Operation.LIST_BUCKET_INVENTORY_CONFIGURATIONS);
    addListed(
        new ListedDocuments(backend, ListedKind.METRICS),
        S3Operation.PUT_BUCKET_METRICS_CONFIGURATION,
        S3Operation.GET_BUCKET_METRICS_CONFIGURATION,
        S3Operation.DELETE_BUCKET_METRICS_CONFIGURATION,
        S3Operation.LIST_BUCKET_METRICS_CONFIGURATIONS);
    addListed(
        new ListedDocuments(backend, ListedKind.INTELLIGENT_TIERING),
        S3Operation.PUT_BUCKET_INTELLIGENT_TIERING_CONFIGURATION,
        S3Operation.GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION,
        S3Operation.DELETE_BUCKET_INTELLIGENT_TIERING_CONFIGURATION,
        S3Operation.LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS);
  }

  private void addWeb(Backend backend) {
    addDocument(
        backend,
        CorsDocument.KIND,
        S3Error.NO_SUCH_CORS_CONFIGURATION,
        S3Operation.PUT_BUCKET_CORS,
        S3Operation.GET_BUCKET_CORS,
        S3Operation.DELETE_BUCKET_CORS);
    addDocument(
        backend,
        WebsiteDocument.KIND,
        S3Error.NO_SUCH_WEBSITE_CONFIGURATION,
        S3Operation.PUT_BUCKET_WEBSITE,
        S3Operation.GET_BUCKET_WEBSITE,
        S3Operation.DELETE_BUCKET_WEBSITE);
    handlers.put(S3Operation.PREFLIGHT, new Preflight(backend));
    handlers.put(S3Operation.POST_OBJECT, new PostObject(backend));
  }

  private <T> void addDocument(
      Backend backend,
      DocumentKind<T> kind,
      S3Error absent,
      S3Operation put,
      S3Operation get,
      S3Operation delete) {
    handlers.put(put, DocumentHandlers.put(backend, kind, 200));
    handlers.put(get, DocumentHandlers.get(backend, kind.name(), DocumentHandlers.XML, absent));
    handlers.put(delete, DocumentHandlers.delete(backend, kind.name()));
  }

  private void addListed(
      ListedDocuments documents,
      S3Operation put,
      S3Operation get,
      S3Operation delete,
      S3Operation list) {
    handlers.put(put, documents::put);
    handlers.put(get, documents::get);
    handlers.put(delete, documents::delete);
    handlers.put(list, documents::list);
  }

  private static void expectVersions(S3Request request, XmlElement replication) {
    if (request.inBucket().versioning() != Versioning.ENABLED) {
      throw S3Error.INVALID_REQUEST.because(
          "Versioning must be 'Enabled' on the bucket to apply a replication configuration");
    }
  }

  /** What clients look at after they made a bucket, and what here is always the same. */
  private void addProbes(Backend backend) {
    var payment =
        new DefaultOnly("RequestPaymentConfiguration", "Payer", "BucketOwner", "Requester");
    handlers.put(
        S3Operation.GET_BUCKET_REQUEST_PAYMENT, DocumentHandlers.constant(payment.document()));
    handlers.put(S3Operation.PUT_BUCKET_REQUEST_PAYMENT, request -> payment.put(request, backend));
    var accelerate = new DefaultOnly("AccelerateConfiguration", "Status", "Suspended", "Enabled");
    handlers.put(
        S3Operation.GET_BUCKET_ACCELERATE_CONFIGURATION,
        DocumentHandlers.constant(accelerate.emptyDocument()));
    handlers.put(
        S3Operation.PUT_BUCKET_ACCELERATE_CONFIGURATION,
        request -> accelerate.put(request, backend));
    var abac = new DefaultOnly("AbacStatus", "Status", "Disabled", "Enabled");
    handlers.put(S3Operation.GET_BUCKET_ABAC, DocumentHandlers.constant(abac.document()));
    handlers.put(S3Operation.PUT_BUCKET_ABAC, request -> abac.put(request, backend));
    handlers.put(
        S3Operation.GET_BUCKET_ANALYTICS_CONFIGURATION,
        DocumentHandlers.never(S3Error.NO_SUCH_CONFIGURATION));
    handlers.put(
        S3Operation.DELETE_BUCKET_ANALYTICS_CONFIGURATION,
        DocumentHandlers.never(S3Error.NO_SUCH_CONFIGURATION));
    var analytics = "ListBucketAnalyticsConfigurationResult";
    handlers.put(
        S3Operation.LIST_BUCKET_ANALYTICS_CONFIGURATIONS,
        DocumentHandlers.constant(
            XmlWriter.document(analytics, 256)
                .text("IsTruncated", false)
                .close(analytics)
                .string()));
  }

  public Optional<Operation> of(S3Operation operation) {
    return Optional.ofNullable(handlers.get(operation));
  }
}
