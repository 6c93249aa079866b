package ninebark.metadata.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import ninebark.metadata.rocks.RocksRowStore;
import ninebark.storagenode.shard.IndexMemory;

/** Makes the folder of a lone replica from a copy of rows: a new group, whose log is empty. */
public final class RestoredIndex {
  private RestoredIndex() {}

  /**
   * @param place where the folder will be; it must not hold an index
   * @param rows a folder with RocksDB's files, on the same file system; is used up
   * @throws IOException if the rows cannot be opened, or there is an index
   */
  public static void make(Path place, Path rows, IndexMemory memory, IndexConfig config)
      throws IOException {
    try (var folder =
        IndexFolder.open(place, RaftIndex.replica(new Seat.Alone()), UUID.randomUUID())) {
      if (Files.exists(folder.rows()) || Files.exists(folder.log())) {
        throw new IOException(place + " holds an index already");
      }
      Files.move(rows, folder.rows());
      try (var files = Files.newDirectoryStream(folder.rows())) {
        for (var file : files) {
          IndexFolder.sync(file);
        }
      }
      IndexFolder.sync(folder.rows());
      try (var store = RocksRowStore.open(folder.rows(), memory, config.memtableBytes())) {
        // What the old group had agreed on is where the new one begins.
        store.forgetPosition();
      }
      IndexFolder.sync(place);
    }
  }
}
