package ninebark.gateway.operation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import ninebark.erasure.checksum.Crc;
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
import ninebark.storagenode.Description;
import ninebark.storagenode.Extent;
import ninebark.storagenode.Owner;
import ninebark.storagenode.StripeWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the bytes of one object or part to safety: small ones into an array that will travel with
 * the commit, others into stripes. What it returns is durable and seen by nobody until committed.
 */
final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  /** A part has up to 2^40 bytes here, more than S3 will ever allow. */
  private static final int PART_SHIFT = 40;

  private static final Content NOWHERE_YET = new Content.Inline(new byte[0]);

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

  /** What the last stripe is to tell of bytes that are whole, but not yet durable. */
  interface Telling {
    Description describe(Stored arrived);
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
      Payload payload,
      ClientDigests claimed,
      Bucket bucket,
      ObjectKey key,
      String storageClass,
      Telling telling)
      throws IOException {
    return storeBody(payload, claimed, ownerOfObject(bucket, key), storageClass, telling);
  }

  /** Stores a request's body, if it is what its client says it is. */
  Stored storeBody(
      Payload payload, ClientDigests claimed, Owner owner, String storageClass, Telling telling)
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
        storageClass,
        telling);
  }

  /** Stores bytes that are in the store already. */
  Stored storeCopy(
      ByteSource source,
      long length,
      Algorithm algorithm,
      Bucket bucket,
      ObjectKey key,
      String storageClass,
      Telling telling)
      throws IOException {
    return storeCopy(source, length, algorithm, ownerOfObject(bucket, key), storageClass, telling);
  }

  /** Stores bytes that are in the store already. */
  Stored storeCopy(
      ByteSource source,
      long length,
      Algorithm algorithm,
      Owner owner,
      String storageClass,
      Telling telling)
      throws IOException {
    return store(
        source,
        OptionalLong.of(length),
        false,
        Set.of(algorithm),
        digests -> digests.checksum(algorithm).orElseThrow(),
        owner,
        storageClass,
        telling);
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
      String storageClass,
      Telling telling)
      throws IOException {
    return length.orElse(Long.MAX_VALUE) <= backend.limits().inlineBytes()
        ? inline(source, (int) length.getAsLong(), signed, algorithms, verification)
        : striped(source, length, signed, algorithms, verification, owner, storageClass, telling);
  }

  private Stored inline(
      ByteSource source,
      int length,
      boolean signed,
      Set<Algorithm> algorithms,
      Verification verification)
      throws IOException {
    var bytes = new byte[length];
    var filled = ByteBuffer.wrap(bytes);
    try (var digests = new BodyDigests(backend.md5(), length, signed, algorithms)) {
      pump(
          source,
          OptionalLong.of(length),
          piece -> {
            // Digests of the very array that the commit will carry.
            int from = filled.position();
            filled.put(piece);
            digests.update(filled.slice(from, filled.position() - from));
          });
      var result = digests.finish();
      return new Stored(new Content.Inline(bytes), result, verification.verify(result), length);
    }
  }

  private Stored striped(
      ByteSource source,
      OptionalLong length,
      boolean signed,
      Set<Algorithm> algorithms,
      Verification verification,
      Owner owner,
      String storageClass,
      Telling telling)
      throws IOException {
    var computed = EnumSet.of(Algorithm.CRC64NVME);
    computed.addAll(algorithms);
    // Of an unknown length is what a browser uploads; it may be large.
    long atMost = length.orElse(Long.MAX_VALUE);
    try (StripeWriter writer =
            backend.stripes().write(owner, backend.classes().scheme(storageClass));
        var digests = new BodyDigests(backend.md5(), atMost, signed, computed)) {
      long stored =
          pump(
              source,
              length,
              piece -> {
                digests.begin(piece);
                writer.write(piece);
                digests.await();
              });
      var result = digests.finish();
      // Judged before the wait for the disks: closing an unfinished writer erases what it wrote.
      var kept = verification.verify(result);
      writer.describe(telling.describe(new Stored(NOWHERE_YET, result, kept, stored)));
      var extents = writer.finish();
      checkUnaltered(result, writer.crc64(), extents, owner);
      return new Stored(new Content.Striped(extents), result, kept, stored);
    }
  }

  /**
   * The end-to-end check: what the disks took, read again from the buffers they took it from, must
   * hash to what came over the wire.
   */
  private void checkUnaltered(
      BodyDigests.Result came, long storedCrc64, List<Extent> extents, Owner owner)
      throws IOException {
    var expected = came.checksum(Algorithm.CRC64NVME).orElseThrow().value();
    var stored = Base64.getEncoder().encodeToString(Crc.CRC64NVME.bytes(storedCrc64));
    if (!stored.equals(expected)) {
      backend.alteredBodies().increment();
      LOG.error(
          "the bytes of {} were altered on their way to the disks: CRC64NVME {} came, {} was"
              + " written to {}; nothing is stored",
          owner,
          expected,
          stored,
          extents);
      backend.stripes().erase(extents);
      throw S3Error.INTERNAL_ERROR.exception();
    }
  }

  private interface Sink {
    /** Takes all of a piece, which is the source's again afterwards. */
    void take(ByteBuffer bytes) throws IOException;
  }

  /** Returns the number of bytes there were. */
  private static long pump(ByteSource source, OptionalLong length, Sink sink) throws IOException {
    long most = length.orElse(Long.MAX_VALUE);
    long seen = 0;
    for (var piece = source.next(); piece.hasRemaining(); piece = source.next()) {
      seen += piece.remaining();
      if (seen > most) {
        throw S3Error.INCOMPLETE_BODY.because("The body holds more bytes than the request says.");
      }
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
