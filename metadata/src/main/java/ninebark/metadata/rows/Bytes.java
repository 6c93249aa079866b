package ninebark.metadata.rows;

import java.io.OutputStream;
import java.util.Arrays;

/** A growing array that generators write into. Threads: one. */
final class Bytes extends OutputStream {
  private byte[] array;
  private int size;

  Bytes(int capacity) {
    array = new byte[capacity];
  }

  @Override
  public void write(int b) {
    ensure(1);
    array[size++] = (byte) b;
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, array, size, length);
    size += length;
  }

  void writeInt(int value) {
    ensure(4);
    for (int shift = 24; shift >= 0; shift -= 8) {
      array[size++] = (byte) (value >>> shift);
    }
  }

  byte[] array() {
    return array;
  }

  int size() {
    return size;
  }

  byte[] toArray() {
    return array.length == size ? array : Arrays.copyOf(array, size);
  }

  private void ensure(int more) {
    if (array.length - size < more) {
      array = Arrays.copyOf(array, Math.max(array.length * 2, size + more));
    }
  }
}
