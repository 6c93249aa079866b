package ninebark.metadata.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Header;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Precondition;
import ninebark.metadata.Tag;
import ninebark.metadata.UploadId;
import ninebark.metadata.Versioning;
import ninebark.storagenode.Description;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.StripeId;
import org.junit.jupiter.api.Test;

class DescriptionFormatTest {
  private static final AccountId OWNER = new AccountId("owner");
  private static final BucketId BUCKET = new BucketId(7);
  private static final ObjectKey KEY = new ObjectKey("a/\u00e9");
  private static final ETag ETAG = new ETag("d41d8cd98f00b204e9800998ecf8427e");
  private static final Content STRIPED =
      new Content.Striped(List.of(new Extent(new StripeId(5, -6), new GroupId(7), 100, 50)));

  private static Bucket bucket(Versioning versioning) {
    return new Bucket(
        BUCKET,
        new BucketName("bucket"),
        OWNER,
        "us-east-1",
        Instant.ofEpochMilli(5),
        2,
        versioning,
        Optional.empty(),
        Set.of());
  }

  private static Command.PutObject object(Precondition precondition, String value) {
    return new Command.PutObject(
        BUCKET,
        KEY,
        new NewObject(
            ETAG,
            100,
            "STANDARD",
            OWNER,
            List.of(new Header("x-amz-meta-a", value)),
            List.of(),
            List.of(new Tag("k", "v")),
            ObjectLock.NONE,
            STRIPED),
        precondition);
  }

  private static final Command.CreateUpload UPLOAD =
      new Command.CreateUpload(
          BUCKET,
          KEY,
          new UploadId("00112233445566778899aabbccddeeff"),
          9,
          "STANDARD",
          OWNER,
          List.of(),
          Optional.empty());
  private static final Command.PutPart PART =
      new Command.PutPart(BUCKET, KEY, UPLOAD.upload(), 3, ETAG, 100, List.of(), STRIPED);

  private static String golden() throws IOException {
    try (var in = DescriptionFormatTest.class.getResourceAsStream("/golden/descriptions-1.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private static String hex(Description description) {
    return HexFormat.of().formatHex(description.bytes()) + "\n";
  }

  @Test
  void descriptions_keep_their_bytes() throws IOException {
    assertThat(
            hex(DescriptionFormat.encode(bucket(Versioning.OFF), object(Precondition.NONE, "b")))
                + hex(DescriptionFormat.encode(bucket(Versioning.ENABLED), UPLOAD, PART)))
        .isEqualTo(golden());
  }

  @Test
  void what_is_told_is_what_was_committed_but_for_its_precondition() {
    var told =
        DescriptionFormat.encode(
            bucket(Versioning.OFF), object(new Precondition.Matches(ETAG), "b"));
    assertThat(DescriptionFormat.decode(told, STRIPED))
        .hasSize(2)
        .last()
        .isEqualTo(object(Precondition.NONE, "b"));
    assertThat(told.length()).isLessThan(400);
  }

  @Test
  void a_part_tells_of_its_upload_and_how_its_bucket_keeps_versions() {
    var told = DescriptionFormat.encode(bucket(Versioning.SUSPENDED), UPLOAD, PART);
    assertThat(DescriptionFormat.decode(told, STRIPED))
        .hasSize(4)
        .contains(new Command.SetVersioning(BUCKET, Versioning.SUSPENDED), UPLOAD, PART);
  }

  @Test
  void what_no_header_has_room_for_is_not_told() {
    var large = object(Precondition.NONE, "x".repeat(Description.MAX_BYTES));
    assertThat(DescriptionFormat.encode(bucket(Versioning.OFF), large).isEmpty()).isTrue();
  }

  @Test
  void nonsense_and_newer_versions_are_refused() {
    var bytes =
        DescriptionFormat.encode(bucket(Versioning.OFF), object(Precondition.NONE, "b")).bytes();
    for (int length = 0; length < bytes.length; length++) {
      var cut = Description.of(java.util.Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> DescriptionFormat.decode(cut, STRIPED))
          .isInstanceOf(RuntimeException.class);
    }
    bytes[4] = 2;
    assertThatThrownBy(() -> DescriptionFormat.decode(Description.of(bytes), STRIPED))
        .isInstanceOf(DamagedRowException.class)
        .hasMessageContaining("version 2");
  }
}
