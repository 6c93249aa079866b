package ninebark.erasure.md5;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The JDK's own MD5, on the caller's thread: the fastest for a stream that is alone. */
final class JdkStream implements Md5Stream {
  private static final long PIECE_BYTES = 1 << 30;

  /** Copied for each stream: the look-up of the provider costs more than hashing a small body. */
  private static final MessageDigest PROTOTYPE = prototype();

  private final MessageDigest digest;
  private final Runnable onClose;
  private boolean closed;

  JdkStream(Runnable onClose) {
    this.onClose = onClose;
    try {
      this.digest = (MessageDigest) PROTOTYPE.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's MD5 can be copied", e);
    }
  }

  private static MessageDigest prototype() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  @Override
  public boolean hashesElsewhere() {
    return false;
  }

  @Override
  public void update(ByteBuffer bytes) {
    digest.update(bytes);
  }

  @Override
  public void update(MemorySegment bytes) {
    for (long from = 0; from < bytes.byteSize(); from += PIECE_BYTES) {
      long piece = Math.min(PIECE_BYTES, bytes.byteSize() - from);
      digest.update(bytes.asSlice(from, piece).asByteBuffer());
    }
  }

  @Override
  public void submit(MemorySegment bytes) {
    update(bytes);
  }

  @Override
  public void await() {}

  @Override
  public byte[] digest() {
    return digest.digest();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      onClose.run();
    }
  }
}
