package ninebark.erasure.gf;

import java.util.Arrays;
import java.util.Optional;

/** An immutable matrix over {@link GaloisField}. */
public final class Matrix {
  private final byte[][] rows;
  private final int columnCount;

  private Matrix(byte[][] rows, int columnCount) {
    this.rows = rows;
    this.columnCount = columnCount;
  }

  /** One element of a matrix under construction, as a function of its place. */
  @FunctionalInterface
  public interface Element {
    int at(int row, int column);
  }

  public static Matrix of(int rowCount, int columnCount, Element element) {
    var rows = new byte[rowCount][columnCount];
    for (int row = 0; row < rowCount; row++) {
      for (int column = 0; column < columnCount; column++) {
        rows[row][column] = (byte) element.at(row, column);
      }
    }
    return new Matrix(rows, columnCount);
  }

  public static Matrix identity(int size) {
    return of(size, size, (row, column) -> row == column ? 1 : 0);
  }

  public int rowCount() {
    return rows.length;
  }

  public int columnCount() {
    return columnCount;
  }

  public int at(int row, int column) {
    return rows[row][column] & 0xFF;
  }

  /** The matrix of the given rows of this one, in the given order. */
  public Matrix selectRows(int... indexes) {
    return of(indexes.length, columnCount, (row, column) -> at(indexes[row], column));
  }

  public Matrix times(Matrix right) {
    if (columnCount != right.rowCount()) {
      throw new IllegalArgumentException(
          "a matrix of "
              + columnCount
              + " columns cannot multiply one of "
              + right.rowCount()
              + " rows");
    }
    return of(
        rowCount(),
        right.columnCount,
        (row, column) -> {
          int sum = 0;
          for (int i = 0; i < columnCount; i++) {
            sum ^= GaloisField.multiply(at(row, i), right.at(i, column));
          }
          return sum;
        });
  }

  /** The inverse, by Gauss and Jordan; empty if this matrix is singular. */
  public Optional<Matrix> inverse() {
    int size = rowCount();
    if (size != columnCount) {
      throw new IllegalArgumentException(
          "only a square matrix has an inverse, found "
              + size
              + " rows and "
              + columnCount
              + " columns");
    }
    var left = new int[size][];
    var right = new int[size][size];
    for (int row = 0; row < size; row++) {
      left[row] = new int[size];
      for (int column = 0; column < size; column++) {
        left[row][column] = at(row, column);
      }
      right[row][row] = 1;
    }
    for (int column = 0; column < size; column++) {
      int pivot = column;
      while (pivot < size && left[pivot][column] == 0) {
        pivot++;
      }
      if (pivot == size) {
        return Optional.empty();
      }
      swap(left, pivot, column);
      swap(right, pivot, column);
      int scale = GaloisField.inverse(left[column][column]);
      scale(left[column], scale);
      scale(right[column], scale);
      for (int row = 0; row < size; row++) {
        int factor = left[row][column];
        if (row != column && factor != 0) {
          addMultiple(left[row], left[column], factor);
          addMultiple(right[row], right[column], factor);
        }
      }
    }
    return Optional.of(of(size, size, (row, column) -> right[row][column]));
  }

  /** The number of independent rows. */
  public int rank() {
    var work = new int[rowCount()][columnCount];
    for (int row = 0; row < rowCount(); row++) {
      for (int column = 0; column < columnCount; column++) {
        work[row][column] = at(row, column);
      }
    }
    int rank = 0;
    for (int column = 0; column < columnCount && rank < work.length; column++) {
      int pivot = rank;
      while (pivot < work.length && work[pivot][column] == 0) {
        pivot++;
      }
      if (pivot == work.length) {
        continue;
      }
      swap(work, pivot, rank);
      scale(work[rank], GaloisField.inverse(work[rank][column]));
      for (int row = rank + 1; row < work.length; row++) {
        if (work[row][column] != 0) {
          addMultiple(work[row], work[rank], work[row][column]);
        }
      }
      rank++;
    }
    return rank;
  }

  private static void swap(int[][] rows, int a, int b) {
    var row = rows[a];
    rows[a] = rows[b];
    rows[b] = row;
  }

  private static void scale(int[] row, int factor) {
    for (int i = 0; i < row.length; i++) {
      row[i] = GaloisField.multiply(row[i], factor);
    }
  }

  private static void addMultiple(int[] row, int[] other, int factor) {
    for (int i = 0; i < row.length; i++) {
      row[i] ^= GaloisField.multiply(other[i], factor);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Matrix that
        && columnCount == that.columnCount
        && Arrays.deepEquals(rows, that.rows);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(rows);
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int row = 0; row < rowCount(); row++) {
      for (int column = 0; column < columnCount; column++) {
        text.append(column == 0 ? "" : " ").append("%02x".formatted(at(row, column)));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
