package ninebark.gateway.operation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import ninebark.gateway.digest.BodyDigests;
import ninebark.gateway.error.S3Error;
import ninebark.gateway.message.ByteSource;
import ninebark.gateway.request.Payload;
import ninebark.metadata.Bucket;
import ninebark.metadata.Checksum;
import ninebark.metadata.Checksum.Algorithm;
import ninebark.metadata.Content;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.Upload;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Owner;
import ninebark.storagenode.StripeWriter;

/**
 * Brings the bytes of one object or part to safety: small ones into an array that will travel with
 * the commit, others into stripes. What it returns is durable and seen by nobody until committed.
 */
final class Intake {
  /** A part has up to 2^40 bytes here, more than S3 will ever allow. */
  private static final int PART_SHIFT = 40;

  private final Backend backend;

  Intake(Backend backend) {
    this.backend = backend;
  }

  /** Durable bytes and what they hash to. */
  record Stored(Content content, BodyDigests.Result digests, Checksum checksum, long length) {
    /** The extents to erase if nobody will name them. */
    List<Extent> extents() {
      return content instanceof Content.Striped(var extents) ? extents : List.of();
    }
  }

  /** A step between the last byte and the wait for the disks, where digests are compared. */
  private interface Verification {
    Checksum verify(BodyDigests.Result digests);
  }

  /**
   * What a part's stripes carry besides their data: all parts of an upload are one content, and
   * each begins where its number says, far enough from the next for the largest part. Where it will
   * begin in the finished object is not known before that is put together.
   */
  static Owner ownerOfPart(Bucket bucket, Upload upload, int number) {
    return new Owner(
        bucket.id().value(), upload.key().value(), upload.contentId(), (long) number << PART_SHIFT);
  }

  private Owner ownerOfObject(Bucket bucket, ObjectKey key) {
    return new Owner(bucket.id().value(), key.value(), backend.contentIds().getAsLong(), 0);
  }

  /** Stores a request's body, if it is what its client says it is. */
  Stored storeBody(
      Payload payload, ClientDigests claimed, Bucket bucket, ObjectKey key, String storageClass)
      throws IOException {
    return storeBody(payload, claimed, ownerOfObject(bucket, key), storageClass);
  }

  /** Stores a request's body, if it is what its client says it is. */
  Stored storeBody(Payload payload, ClientDigests claimed, Owner owner, String storageClass)
      throws IOException {
    checkLength(payload);
    var source = payload.source();
    var length = payload.decodedLength();
    if (payload.isDelimited()) {
      // Read ahead, so that small ones get into the index all the same.
      var head = new ReadAhead(source, backend.limits().inlineBytes() + 1);
      length = head.isAll() ? OptionalLong.of(head.length()) : OptionalLong.empty();
      source = head;
    }
    return store(
        source,
        length,
        payload.signedSha256().isPresent(),
        claimed.toCompute(),
        digests -> claimed.verify(payload, digests),
        owner,
        storageClass);
  }

  /** Stores bytes that are in the store already. */
  Stored storeCopy(
      ByteSource source,
      long length,
      Algorithm algorithm,
      Bucket bucket,
      ObjectKey key,
      String storageClass)
      throws IOException {
    return storeCopy(source, length, algorithm, ownerOfObject(bucket, key), storageClass);
  }

  /** Stores bytes that are in the store already. */
  Stored storeCopy(
      ByteSource source, long length, Algorithm algorithm, Owner owner, String storageClass)
      throws IOException {
    return store(
        source,
        OptionalLong.of(length),
        false,
        Set.of(algorithm),
        digests -> digests.checksum(algorithm).orElseThrow(),
        owner,
        storageClass);
  }

  /**
   * @throws ninebark.gateway.error.S3Exception {@code EntityTooLarge}; {@code MissingContentLength}
   */
  void checkLength(Payload payload) {
    if (!payload.isDelimited()) {
      checkedLength(payload.length());
    }
  }

  long checkedLength(long length) {
    if (length > backend.limits().maxPutBytes()) {
      throw S3Error.ENTITY_TOO_LARGE
          .exception()
          .with("ProposedSize", Long.toString(length))
          .with("MaxSizeAllowed", Long.toString(backend.limits().maxPutBytes()));
    }
    return length;
  }

  /**
   * @param length empty if the source ends where it ends
   */
  private Stored store(
      ByteSource source,
      OptionalLong length,
      boolean signed,
      Set<Algorithm> algorithms,
      Verification verification,
      Owner owner,
      String storageClass)
      throws IOException {
    var digests = new BodyDigests(backend.md5(), signed, algorithms);
    if (length.orElse(Long.MAX_VALUE) <= backend.limits().inlineBytes()) {
      var bytes = new byte[(int) length.getAsLong()];
      var filled = ByteBuffer.wrap(bytes);
      long stored = pump(source, length, digests, filled::put);
      var result = digests.finish();
      return new Stored(new Content.Inline(bytes), result, verification.verify(result), stored);
    }
    try (StripeWriter writer =
        backend.stripes().write(owner, backend.classes().scheme(storageClass))) {
      long stored = pump(source, length, digests, writer::write);
      var result = digests.finish();
      // Judged before the wait for the disks: closing an unfinished writer erases what it wrote.
      var kept = verification.verify(result);
      return new Stored(new Content.Striped(writer.finish()), result, kept, stored);
    }
  }

  private interface Sink {
    void take(ByteBuffer bytes) throws IOException;
  }

  /** Returns the number of bytes there were. */
  private static long pump(ByteSource source, OptionalLong length, BodyDigests digests, Sink sink)
      throws IOException {
    long most = length.orElse(Long.MAX_VALUE);
    long seen = 0;
    for (var piece = source.next(); piece.hasRemaining(); piece = source.next()) {
      seen += piece.remaining();
      if (seen > most) {
        throw S3Error.INCOMPLETE_BODY.because("The body holds more bytes than the request says.");
      }
      digests.update(piece);
      sink.take(piece);
    }
    if (length.isPresent() && seen < most) {
      throw S3Error.INCOMPLETE_BODY.exception();
    }
    return seen;
  }

  /** Takes back what was stored: its commit was refused. */
  void forget(Optional<Stored> stored) throws IOException {
    if (stored.isPresent() && !stored.get().extents().isEmpty()) {
      backend.stripes().erase(stored.get().extents());
    }
  }
}
