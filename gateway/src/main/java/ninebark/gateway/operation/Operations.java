package ninebark.gateway.operation;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import ninebark.gateway.request.S3Operation;

/** Which rows of the table have a handler; the others are answered {@code NotImplemented}. */
public final class Operations {
  private final Map<S3Operation, Operation> handlers = new EnumMap<>(S3Operation.class);

  public Operations(Backend backend) {
    handlers.put(S3Operation.LIST_BUCKETS, new ListBuckets(backend));
    handlers.put(S3Operation.CREATE_BUCKET, new CreateBucket(backend));
    handlers.put(S3Operation.DELETE_BUCKET, new DeleteBucket(backend));
    handlers.put(S3Operation.HEAD_BUCKET, new HeadBucket());
    handlers.put(S3Operation.GET_BUCKET_LOCATION, new GetBucketLocation());

    handlers.put(S3Operation.PUT_OBJECT, new PutObject(backend));
    handlers.put(S3Operation.GET_OBJECT, GetObject.get(backend));
    handlers.put(S3Operation.HEAD_OBJECT, GetObject.head(backend));
    handlers.put(S3Operation.DELETE_OBJECT, new DeleteObject(backend));
    handlers.put(S3Operation.DELETE_OBJECTS, new DeleteObjects(backend));
    handlers.put(S3Operation.COPY_OBJECT, new CopyObject(backend));

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

  public Optional<Operation> of(S3Operation operation) {
    return Optional.ofNullable(handlers.get(operation));
  }
}
