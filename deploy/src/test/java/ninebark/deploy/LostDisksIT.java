package ninebark.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Any two disks, or one AZ, may be gone or damaged: every object reads, and no byte is wrong. */
@TestInstance(Lifecycle.PER_CLASS)
class LostDisksIT {
  private static final int[] SIZES = {100, 20 << 10, 40 << 10, 200 << 10, 1 << 20, 9 << 20};

  @TempDir static Path folder;
  private Path data;
  private final Map<String, byte[]> objects = new LinkedHashMap<>();

  @BeforeAll
  void fill() throws Exception {
    data = folder.resolve("data");
    try (var store = StoreProcess.start(data, StoreProcess.Options.PLAIN);
        var s3 = store.client()) {
      s3.createBucket(r -> r.bucket("kept"));
      for (int i = 0; i < 60; i++) {
        var key = "object-" + i;
        var body = Bodies.of(i, SIZES[i % SIZES.length] + i);
        s3.putObject(r -> r.bucket("kept").key(key), RequestBody.fromBytes(body));
        objects.put(key, body);
      }
      assertThat(store.stop()).isZero();
    }
    assertThat(disks()).hasSize(16);
  }

  @Test
  void any_two_disks_may_be_gone() throws Exception {
    var disks = disks();
    var random = new SplittableRandom(7);
    for (int round = 0; round < 6; round++) {
      var first = disks.get(random.nextInt(disks.size()));
      var second = disks.get(random.nextInt(disks.size()));
      if (!first.equals(second)) {
        withoutDisks(List.of(first, second));
      }
    }
  }

  @Test
  void any_one_az_may_be_gone() throws Exception {
    for (var az : azs()) {
      withoutDisks(disksOf(az));
    }
  }

  private void withoutDisks(List<Path> lost) throws Exception {
    var aside = Files.createTempDirectory(folder, "aside");
    for (int i = 0; i < lost.size(); i++) {
      Files.move(lost.get(i), aside.resolve("disk-" + i));
    }
    try (var store = StoreProcess.start(data, StoreProcess.Options.PLAIN);
        var s3 = store.client()) {
      readAll(s3);
      assertThat(store.stop()).isZero();
    }
    for (int i = 0; i < lost.size(); i++) {
      assertThat(lost.get(i))
          .describedAs("nothing is made anew in the place of a disk that is away")
          .doesNotExist();
      Files.move(aside.resolve("disk-" + i), lost.get(i));
    }
  }

  @Test
  void disks_that_come_back_damaged_return_no_wrong_byte_and_are_counted() throws Exception {
    long seed = Long.getLong("ninebark.seed", 20261121L);
    System.out.println("replay with -Dninebark.seed=" + seed);
    var random = new SplittableRandom(seed);
    var copy = folder.resolve("damaged");
    copyTree(data, copy);
    var az = copy.resolve("disks").resolve(azs().getFirst().getFileName());
    int flipped = 0;
    for (var disk : children(az)) {
      var containers = new ArrayList<>(children(disk.resolve("containers")));
      for (var container : containers) {
        flipped += flipBits(container, random);
      }
      // One disk of the AZ also has the end of its newest container cut off.
      if (disk.equals(children(az).getFirst()) && !containers.isEmpty()) {
        cut(containers.getLast());
      }
    }
    assertThat(flipped).isPositive();
    try (var store = StoreProcess.start(copy, StoreProcess.Options.PLAIN);
        var s3 = store.client()) {
      readAll(s3);
      readAll(s3);
      assertThat(store.metric("ninebark_shards_damaged_total"))
          .describedAs(store.metrics())
          .isPositive();
      assertThat(store.stop()).isZero();
    }
  }

  private void readAll(S3Client s3) {
    objects.forEach(
        (key, body) ->
            assertThat(s3.getObjectAsBytes(r -> r.bucket("kept").key(key)).asByteArray())
                .describedAs(key)
                .isEqualTo(body));
  }

  /** One bit in every 16 KiB that holds anything: headers, blocks and checksums alike. */
  private static int flipBits(Path file, SplittableRandom random) throws IOException {
    int flipped = 0;
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var one = ByteBuffer.allocate(1);
      for (long from = 0; from < channel.size(); from += 16 << 10) {
        long at = from + random.nextInt((int) Math.min(16 << 10, channel.size() - from));
        channel.read(one.clear(), at);
        one.flip();
        byte damaged = (byte) (one.get(0) ^ (1 << random.nextInt(8)));
        channel.write(ByteBuffer.wrap(new byte[] {damaged}), at);
        flipped++;
      }
    }
    return flipped;
  }

  private static void cut(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() / 2);
    }
  }

  private List<Path> azs() throws IOException {
    return children(data.resolve("disks"));
  }

  private List<Path> disksOf(Path az) throws IOException {
    return children(az);
  }

  private List<Path> disks() throws IOException {
    var all = new ArrayList<Path>();
    for (var az : azs()) {
      all.addAll(disksOf(az));
    }
    return all;
  }

  private static List<Path> children(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
