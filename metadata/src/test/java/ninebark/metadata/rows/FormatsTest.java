package ninebark.metadata.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import ninebark.erasure.Scheme;
import ninebark.metadata.AccountId;
import ninebark.metadata.Bucket;
import ninebark.metadata.BucketId;
import ninebark.metadata.BucketName;
import ninebark.metadata.Checksum;
import ninebark.metadata.Command;
import ninebark.metadata.Command.Expirable;
import ninebark.metadata.Content;
import ninebark.metadata.DocumentName;
import ninebark.metadata.ETag;
import ninebark.metadata.GarbageId;
import ninebark.metadata.Header;
import ninebark.metadata.LifecycleProgress;
import ninebark.metadata.LifecycleProgress.Stage;
import ninebark.metadata.LockSettings;
import ninebark.metadata.NewObject;
import ninebark.metadata.ObjectKey;
import ninebark.metadata.ObjectLock;
import ninebark.metadata.Precondition;
import ninebark.metadata.Reply;
import ninebark.metadata.Restore;
import ninebark.metadata.Retention;
import ninebark.metadata.Tag;
import ninebark.metadata.Upload;
import ninebark.metadata.UploadId;
import ninebark.metadata.VersionChoice;
import ninebark.metadata.VersionId;
import ninebark.metadata.Versioning;
import ninebark.storagenode.ClusterMap;
import ninebark.storagenode.DiskId;
import ninebark.storagenode.DiskPlace;
import ninebark.storagenode.Extent;
import ninebark.storagenode.GroupId;
import ninebark.storagenode.PlacementGroup;
import ninebark.storagenode.StripeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats are promises: bytes once written are read for ever, and read as they were meant. */
class FormatsTest {
  private static final AccountId OWNER = new AccountId("owner");
  private static final BucketId BUCKET = new BucketId(7);
  private static final ObjectKey KEY = new ObjectKey("a/\u00e9\0\ud83d\ude00");
  private static final UploadId UPLOAD = new UploadId("00112233445566778899aabbccddeeff");
  private static final ETag ETAG = new ETag("d41d8cd98f00b204e9800998ecf8427e");
  private static final List<Header> HEADERS = List.of(new Header("x-amz-meta-a", "\u00ff b"));
  private static final List<Checksum> CHECKSUMS =
      List.of(new Checksum(Checksum.Algorithm.CRC32C, Checksum.Kind.COMPOSITE, "AAAAAA==-2"));
  private static final List<Extent> EXTENTS =
      List.of(
          new Extent(new StripeId(1_767_225_600_000L, -1), new GroupId(3), 4_194_304, 699_051),
          new Extent(new StripeId(1_767_225_600_001L, 42), new GroupId(4), 1, 32_768));
  private static final Content STRIPED = new Content.Striped(EXTENTS);
  private static final Upload.ChecksumChoice CHOICE =
      new Upload.ChecksumChoice(Checksum.Algorithm.SHA256, Checksum.Kind.COMPOSITE);
  private static final Bucket BUCKET_VALUE =
      new Bucket(
          BUCKET,
          new BucketName("bucket"),
          OWNER,
          "us-east-1",
          Instant.ofEpochMilli(5),
          2,
          Versioning.OFF,
          Optional.empty(),
          Set.of());
  private static final UUID SUBMITTER = new UUID(1, 2);

  private static final Command<?> TAKE_LEASE = new Command.TakeLease(new UUID(-1, 2), 15_000);
  private static final List<Object> LEASE_REPLIES =
      List.of(new Reply.TakeLease.Held(), new Reply.TakeLease.HeldByAnother(new UUID(-1, 2)));

  private static final UploadRow UPLOAD_ROW =
      new UploadRow(
          -9, 6, "STANDARD", OWNER, Optional.of(CHOICE), HEADERS, List.of(), ObjectLock.NONE, 0);

  private static ObjectRow object(ObjectRow.Place place) {
    return new ObjectRow(
        ETAG,
        5,
        6,
        "STANDARD",
        OWNER,
        CHECKSUMS,
        VersionId.NULL,
        0,
        place,
        HEADERS,
        List.of(),
        ObjectLock.NONE,
        ObjectRow.Annotations.NONE);
  }

  private static Upload upload(
      Instant initiated, List<Header> headers, Optional<Upload.ChecksumChoice> choice) {
    return new Upload(
        KEY, UPLOAD, initiated, "STANDARD", OWNER, headers, choice, 0, List.of(), ObjectLock.NONE);
  }

  private static ClusterMap map() {
    var disks =
        IntStream.range(0, 3)
            .mapToObj(i -> new DiskPlace(new DiskId(new UUID(0, i)), "n" + i, "r", "az-" + i, 9))
            .toList();
    var group =
        new PlacementGroup(
            new GroupId(1),
            new Scheme(Scheme.Generator.CAUCHY, 2, 1),
            disks.stream().map(DiskPlace::disk).toList());
    return new ClusterMap(new UUID(5, 6), 1, disks, List.of(group));
  }

  private static final byte[] ROW = RowKeys.object(BUCKET, KEY);

  /** Every kind of row, under one key. */
  private static Map<String, byte[]> rows() {
    var rows = new LinkedHashMap<String, byte[]>();
    for (var place :
        List.of(
            new ObjectRow.Place.Inline(11),
            new ObjectRow.Place.Striped(12),
            new ObjectRow.Place.Parts(-13, 2))) {
      rows.put(
          "row.object." + place.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT),
          object(place).encode(ROW));
    }
    rows.put(
        "row.content.inline", ContentRow.encode(ROW, new Content.Inline(new byte[] {1, 2, 3})));
    rows.put("row.content.striped", ContentRow.encode(ROW, STRIPED));
    rows.put("row.part", new PartRow(ETAG, 5, 6, CHECKSUMS, STRIPED).encode(ROW));
    rows.put("row.upload", UPLOAD_ROW.encode(ROW));
    rows.put("row.bucket", BucketRow.encode(ROW, BUCKET_VALUE));
    rows.put("row.garbage.extents", new GarbageRow.Extents(EXTENTS).encode(ROW));
    rows.put("row.garbage.parts", new GarbageRow.Parts(-9).encode(ROW));
    rows.put("row.numbers", NumbersRow.encode(ROW, 1, -2, Long.MAX_VALUE));
    rows.put("row.map", MapRow.encode(ROW, map()));
    rows.put("row.replies", RepliesRow.encode(ROW, replies()));
    return rows;
  }

  private static List<Object> replies() {
    var instant = Instant.ofEpochMilli(77);
    return List.of(
        new Reply.Done(),
        new Reply.CreateBucket.Created(BUCKET_VALUE),
        new Reply.CreateBucket.Exists(BUCKET_VALUE),
        new Reply.CreateBucket.TooMany(10),
        new Reply.DeleteBucket.Deleted(),
        new Reply.DeleteBucket.NotEmpty(),
        new Reply.DeleteBucket.NoSuchBucket(),
        new Reply.PublishMap.Published(),
        new Reply.PublishMap.StaleEpoch(4),
        new Reply.PutObject.Stored(ETAG, instant, Optional.empty()),
        new Reply.PutObject.PreconditionFailed("If-Match"),
        new Reply.PutObject.NoSuchKey(),
        new Reply.PutObject.NoSuchBucket(),
        new Reply.PutObject.Fenced(),
        new Reply.DeleteObject.Deleted(Optional.empty(), false),
        new Reply.DeleteObject.Absent(),
        new Reply.DeleteObject.PreconditionFailed("If-Match"),
        new Reply.DeleteObject.NoSuchKey(),
        new Reply.DeleteObject.NoSuchBucket(),
        new Reply.CreateUpload.Created(upload(instant, HEADERS, Optional.of(CHOICE))),
        new Reply.CreateUpload.Created(upload(instant, List.of(), Optional.empty())),
        new Reply.CreateUpload.NoSuchBucket(),
        new Reply.PutPart.Stored(instant),
        new Reply.PutPart.NoSuchUpload(),
        new Reply.PutPart.NoSuchBucket(),
        new Reply.PutPart.Fenced(),
        new Reply.CompleteUpload.Completed(ETAG, instant, 5, Optional.empty()),
        new Reply.CompleteUpload.NoSuchUpload(),
        new Reply.CompleteUpload.NoSuchBucket(),
        new Reply.CompleteUpload.InvalidPart(3),
        new Reply.CompleteUpload.PartTooSmall(3, 4, ETAG),
        new Reply.CompleteUpload.PreconditionFailed("If-None-Match"),
        new Reply.CompleteUpload.NoSuchKey(),
        new Reply.AbortUpload.Aborted(),
        new Reply.AbortUpload.NoSuchUpload(),
        new Reply.AbortUpload.NoSuchBucket());
  }

  private static Map<String, Command<?>> commands() {
    var commands = new LinkedHashMap<String, Command<?>>();
    commands.put("cb", new Command.CreateBucket(new BucketName("bucket"), OWNER, "us-east-1"));
    commands.put("db", new Command.DeleteBucket(BUCKET));
    commands.put("pm", new Command.PublishMap(map()));
    commands.put("rf", new Command.RaiseFence(5));
    commands.put("fg", new Command.ForgetGarbage(List.of(new GarbageId(1, 2))));
    commands.put("fc", new Command.ForgetCompleted(5, 6));
    commands.put(
        "po",
        new Command.PutObject(
            BUCKET,
            KEY,
            new NewObject(ETAG, 5, "STANDARD", OWNER, HEADERS, CHECKSUMS, STRIPED),
            new Precondition.Matches(ETAG)));
    commands.put("do.absent", new Command.DeleteObject(BUCKET, KEY, new Precondition.Absent()));
    commands.put("do.present", new Command.DeleteObject(BUCKET, KEY, new Precondition.Present()));
    commands.put(
        "cu",
        new Command.CreateUpload(
            BUCKET, KEY, UPLOAD, -9, "STANDARD", OWNER, HEADERS, Optional.of(CHOICE)));
    commands.put("pp", new Command.PutPart(BUCKET, KEY, UPLOAD, 3, ETAG, 5, CHECKSUMS, STRIPED));
    commands.put(
        "co",
        new Command.CompleteUpload(
            BUCKET,
            KEY,
            UPLOAD,
            List.of(new Command.ChosenPart(1, ETAG), new Command.ChosenPart(2, ETAG)),
            ETAG,
            CHECKSUMS,
            Precondition.NONE));
    commands.put("au", new Command.AbortUpload(BUCKET, KEY, UPLOAD));
    return commands;
  }

  private static final VersionId VERSION = new VersionId.Numbered(1_767_225_600_123L, 77);
  private static final VersionChoice EXACTLY = new VersionChoice.Exactly(VERSION);
  private static final List<Tag> TAGS = List.of(new Tag("a", "b"), new Tag("c", ""));
  private static final Retention RETENTION =
      new Retention(Retention.Mode.COMPLIANCE, Instant.ofEpochMilli(1_900_000_000_000L));
  private static final ObjectLock LOCK = new ObjectLock(Optional.of(RETENTION), true);
  private static final Bucket LOCKED_BUCKET =
      new Bucket(
          BUCKET,
          new BucketName("bucket"),
          OWNER,
          "us-east-1",
          Instant.ofEpochMilli(5),
          2,
          Versioning.ENABLED,
          Optional.of(
              new LockSettings(
                  Optional.of(
                      new LockSettings.DefaultRetention(
                          Retention.Mode.GOVERNANCE, new LockSettings.Period.Years(3))))),
          Set.of(DocumentName.of("cors"), new DocumentName("inventory", "daily")));
  private static final ObjectRow VERSION_ROW =
      object(new ObjectRow.Place.Striped(12))
          .as(VERSION, 77)
          .withTags(TAGS)
          .withLock(LOCK)
          .withAnnotations(new ObjectRow.Annotations(5, 2));
  private static final ObjectRow NULL_ROW =
      object(new ObjectRow.Place.Inline(12)).as(VersionId.NULL, 78);
  private static final MarkerRow MARKER = new MarkerRow(VERSION, 6, OWNER);
  private static final AnnotationRow ANNOTATION = new AnnotationRow(ETAG, 5, 6, CHECKSUMS, STRIPED);
  private static final UploadRow LOCKED_UPLOAD =
      new UploadRow(-9, 6, "STANDARD", OWNER, Optional.of(CHOICE), HEADERS, TAGS, LOCK, 99);

  /** What versions, locks, tags and documents brought. */
  private static Map<String, byte[]> laterRows() {
    var rows = new LinkedHashMap<String, byte[]>();
    rows.put("key.version", RowKeys.version(ROW, 77));
    rows.put("key.annotation", RowKeys.annotation(5, "note"));
    rows.put("key.document", RowKeys.document(BUCKET, new DocumentName("inventory", "daily")));
    rows.put("key.uses", RowKeys.contentUses(12));
    rows.put("row.object.version", VERSION_ROW.encode(ROW));
    rows.put("row.object.null", NULL_ROW.encode(ROW));
    rows.put("row.marker", MARKER.encode(ROW));
    rows.put("row.annotation", ANNOTATION.encode(ROW));
    rows.put("row.document", DocumentRow.encode(ROW, "<Cors>\u00e4</Cors>"));
    rows.put("row.bucket.locked", BucketRow.encode(ROW, LOCKED_BUCKET));
    rows.put("row.upload.locked", LOCKED_UPLOAD.encode(ROW));
    rows.put("row.replies.later", RepliesRow.encode(ROW, laterReplies()));
    rows.put("row.replies.conditions", RepliesRow.encode(ROW, REFUSED_CHANGE));
    return rows;
  }

  private static final List<Object> REFUSED_CHANGE =
      List.of(new Reply.ChangeVersion.PreconditionFailed("If-Match"));

  private static List<Object> laterReplies() {
    var instant = Instant.ofEpochMilli(77);
    return List.of(
        new Reply.CreateBucket.Created(LOCKED_BUCKET),
        new Reply.ChangeBucket.Changed(LOCKED_BUCKET),
        new Reply.ChangeBucket.TooManyDocuments(5),
        new Reply.ChangeBucket.InvalidBucketState(),
        new Reply.ChangeBucket.NoSuchBucket(),
        new Reply.PutObject.Stored(ETAG, instant, Optional.of(VERSION)),
        new Reply.PutObject.NoLocksHere(),
        new Reply.DeleteObject.Deleted(Optional.of(VersionId.NULL), true),
        new Reply.DeleteObject.Marked(VERSION),
        new Reply.DeleteObject.Locked(),
        new Reply.CopyObject.Copied(ETAG, instant, Optional.empty()),
        new Reply.CopyObject.Copied(ETAG, instant, Optional.of(VERSION)),
        new Reply.CopyObject.SourceChanged(),
        new Reply.CopyObject.NoLocksHere(),
        new Reply.CopyObject.PreconditionFailed("If-Match"),
        new Reply.CopyObject.NoSuchKey(),
        new Reply.CopyObject.NoSuchBucket(),
        new Reply.RenameObject.Renamed(),
        new Reply.RenameObject.NoSuchSource(),
        new Reply.RenameObject.NoSuchKey(),
        new Reply.RenameObject.PreconditionFailed("If-Match", true),
        new Reply.RenameObject.Locked(),
        new Reply.RenameObject.NoSuchBucket(),
        new Reply.ChangeVersion.Changed(VERSION),
        new Reply.ChangeVersion.NoSuchKey(),
        new Reply.ChangeVersion.NoSuchVersion(),
        new Reply.ChangeVersion.IsDeleteMarker(VERSION),
        new Reply.ChangeVersion.Locked(),
        new Reply.ChangeVersion.NoLocksHere(),
        new Reply.ChangeVersion.TooMany(1000),
        new Reply.ChangeVersion.NoSuchAnnotation(),
        new Reply.ChangeVersion.Fenced(),
        new Reply.ChangeVersion.NoSuchBucket(),
        new Reply.CreateUpload.NoLocksHere(),
        new Reply.CompleteUpload.Completed(ETAG, instant, 5, Optional.of(VERSION)),
        new Reply.CompleteUpload.Conflict("If-Match"));
  }

  private static Map<String, Command<?>> laterCommands() {
    var commands = new LinkedHashMap<String, Command<?>>();
    commands.put(
        "cb.later",
        new Command.CreateBucket(
            new BucketName("bucket"),
            OWNER,
            "us-east-1",
            true,
            Map.of(DocumentName.of("ownership"), "<O/>")));
    commands.put("sv", new Command.SetVersioning(BUCKET, Versioning.SUSPENDED));
    commands.put("sl", new Command.SetLock(BUCKET, LOCKED_BUCKET.lock().orElseThrow()));
    commands.put("sl.bare", new Command.SetLock(BUCKET, new LockSettings(Optional.empty())));
    commands.put("pd", new Command.PutDocument(BUCKET, new DocumentName("inventory", "a"), "<I/>"));
    commands.put("dd", new Command.DeleteDocument(BUCKET, DocumentName.of("cors")));
    commands.put(
        "po.later",
        new Command.PutObject(
            BUCKET,
            KEY,
            new NewObject(ETAG, 5, "STANDARD", OWNER, HEADERS, CHECKSUMS, TAGS, LOCK, STRIPED),
            new Precondition.AllOf(
                List.of(
                    new Precondition.Differs(ETAG),
                    new Precondition.ModifiedSince(Instant.ofEpochSecond(1)),
                    new Precondition.UnmodifiedSince(Instant.ofEpochSecond(2)),
                    new Precondition.ModifiedAt(Instant.ofEpochSecond(3)),
                    new Precondition.HasLength(4),
                    new Precondition.Matches(ETAG),
                    new Precondition.Absent()))));
    commands.put(
        "do.later", new Command.DeleteObject(BUCKET, KEY, EXACTLY, Precondition.NONE, true));
    commands.put(
        "cy",
        new Command.CopyObject(
            BUCKET,
            KEY,
            new Command.Source(new BucketId(9), new ObjectKey("from"), VersionId.NULL, ETAG),
            new Command.CopiedObject("STANDARD", OWNER, HEADERS, CHECKSUMS, TAGS, LOCK),
            true,
            new Precondition.Present()));
    commands.put(
        "rn",
        new Command.RenameObject(
            BUCKET, KEY, new ObjectKey("from"), new Precondition.Absent(), Precondition.NONE));
    commands.put("hd", new Command.SetHeader(BUCKET, KEY, EXACTLY, HEADERS.getFirst()));
    commands.put("st", new Command.SetTags(BUCKET, KEY, EXACTLY, TAGS));
    commands.put(
        "sr", new Command.SetRetention(BUCKET, KEY, EXACTLY, Optional.of(RETENTION), true));
    commands.put(
        "sr.none",
        new Command.SetRetention(BUCKET, KEY, VersionChoice.CURRENT, Optional.empty(), false));
    commands.put("sh", new Command.SetLegalHold(BUCKET, KEY, EXACTLY, true));
    commands.put(
        "pa",
        new Command.PutAnnotation(
            BUCKET, KEY, EXACTLY, "note", ETAG, 5, CHECKSUMS, STRIPED, Precondition.NONE));
    commands.put(
        "pa.if",
        new Command.PutAnnotation(
            BUCKET,
            KEY,
            EXACTLY,
            "note",
            ETAG,
            5,
            CHECKSUMS,
            STRIPED,
            new Precondition.Matches(ETAG)));
    commands.put(
        "da", new Command.DeleteAnnotation(BUCKET, KEY, EXACTLY, "note", false, Precondition.NONE));
    commands.put(
        "da.if",
        new Command.DeleteAnnotation(
            BUCKET, KEY, EXACTLY, "note", true, new Precondition.Matches(ETAG)));
    commands.put(
        "cu.later",
        new Command.CreateUpload(
            BUCKET, KEY, UPLOAD, -9, "STANDARD", OWNER, HEADERS, Optional.of(CHOICE), TAGS, LOCK));
    return commands;
  }

  private static final LifecycleProgress PROGRESS =
      new LifecycleProgress(
          BUCKET,
          4,
          Instant.ofEpochMilli(5),
          6,
          7,
          new Stage.Versions(Optional.of(new ObjectKey("k\u00e9"))));

  private static LifecycleProgress finished() {
    return new LifecycleProgress(
        BUCKET, 4, Instant.ofEpochMilli(5), 6, 7, new Stage.Finished(Instant.ofEpochMilli(8)));
  }

  private static LifecycleProgress uploads() {
    return new LifecycleProgress(
        BUCKET, 4, Instant.ofEpochMilli(5), 6, 7, new Stage.Uploads(Optional.empty()));
  }

  private static Map<String, Command<?>> lifecycleCommands() {
    var commands = new LinkedHashMap<String, Command<?>>();
    var since = Instant.ofEpochMilli(9);
    commands.put(
        "ex.current",
        new Command.Expire(BUCKET, KEY, 3, new Expirable.Current(VERSION, since, ETAG, TAGS)));
    commands.put(
        "ex.noncurrent",
        new Command.Expire(
            BUCKET, KEY, 3, new Expirable.Noncurrent(VersionId.NULL, since, TAGS, 2)));
    commands.put(
        "ex.marker", new Command.Expire(BUCKET, KEY, 3, new Expirable.LonelyMarker(VERSION)));
    commands.put("ex.upload", new Command.Expire(BUCKET, KEY, 3, new Expirable.OpenUpload(UPLOAD)));
    commands.put("lp", new Command.NoteProgress(PROGRESS));
    commands.put("lp.uploads", new Command.NoteProgress(uploads()));
    commands.put("lp.finished", new Command.NoteProgress(finished()));
    return commands;
  }

  private static List<Object> lifecycleReplies() {
    return List.of(
        new Reply.Expire.Removed(),
        new Reply.Expire.Marked(VERSION),
        new Reply.Expire.Changed(),
        new Reply.Expire.Locked(),
        new Reply.Expire.OtherEpoch(),
        new Reply.Expire.NoSuchBucket());
  }

  /** What lifecycle brought: a file of its own, so that older lines never change. */
  private static Map<String, byte[]> lifecycleWritten() {
    var written = new LinkedHashMap<String, byte[]>();
    written.put("key.progress", RowKeys.lifecycleProgress(BUCKET));
    written.put("row.progress", ProgressRow.encode(ROW, PROGRESS));
    written.put("row.replies", RepliesRow.encode(ROW, lifecycleReplies()));
    lifecycleCommands()
        .forEach((name, command) -> written.put("command." + name, CommandFormat.encode(command)));
    return written;
  }

  @Test
  void whatLifecycleBroughtIsWrittenAsItAlwaysWasAndReadAsItWasMeant() throws Exception {
    var golden = golden("formats-3.txt");
    var written = lifecycleWritten();
    assertThat(written.keySet()).isEqualTo(golden.keySet());
    written.forEach(
        (name, bytes) ->
            assertThat(HexFormat.of().formatHex(bytes))
                .as(name)
                .isEqualTo(HexFormat.of().formatHex(golden.get(name))));
    assertThat(ProgressRow.decode(ROW, golden.get("row.progress"), BUCKET)).isEqualTo(PROGRESS);
    assertThat(RepliesRow.decode(ROW, golden.get("row.replies"))).isEqualTo(lifecycleReplies());
    lifecycleCommands()
        .forEach(
            (name, command) -> {
              var bytes = golden.get("command." + name);
              assertThat(CommandFormat.decode(bytes, 0, bytes.length)).as(name).isEqualTo(command);
            });
  }

  private static Map<String, byte[]> leaseWritten() {
    var written = new LinkedHashMap<String, byte[]>();
    written.put("command.tl", CommandFormat.encode(TAKE_LEASE));
    written.put("row.lease", NumbersRow.encode(RowKeys.LEASE, -1, 2, 3));
    written.put("row.replies.lease", RepliesRow.encode(ROW, LEASE_REPLIES));
    return written;
  }

  @Test
  void theLeaseIsWrittenAsItAlwaysWasAndReadAsItWasMeant() throws Exception {
    var written = leaseWritten();
    var golden = golden("formats-4.txt");
    assertThat(written.keySet()).isEqualTo(golden.keySet());
    written.forEach(
        (name, bytes) ->
            assertThat(HexFormat.of().formatHex(bytes))
                .as(name)
                .isEqualTo(HexFormat.of().formatHex(golden.get(name))));
    var bytes = golden.get("command.tl");
    assertThat(CommandFormat.decode(bytes, 0, bytes.length)).isEqualTo(TAKE_LEASE);
    assertThat(NumbersRow.decode(RowKeys.LEASE, golden.get("row.lease"), 3))
        .containsExactly(-1, 2, 3);
    assertThat(RepliesRow.decode(ROW, golden.get("row.replies.lease"))).isEqualTo(LEASE_REPLIES);
  }

  private static Map<String, Command<?>> tierCommands() {
    var commands = new LinkedHashMap<String, Command<?>>();
    var since = Instant.ofEpochMilli(9);
    var extents = ((Content.Striped) STRIPED).extents();
    commands.put(
        "tr.inline",
        new Command.Transition(
            BUCKET,
            KEY,
            3,
            new Expirable.Current(VERSION, since, ETAG, TAGS),
            "STANDARD",
            "GLACIER",
            new Command.Moved.Nothing()));
    commands.put(
        "tr.stripes",
        new Command.Transition(
            BUCKET,
            KEY,
            3,
            new Expirable.Noncurrent(VersionId.NULL, since, TAGS, 2),
            "STANDARD",
            "STANDARD_IA",
            new Command.Moved.Stripes(extents.getFirst().stripe(), extents)));
    commands.put(
        "tr.parts",
        new Command.Transition(
            BUCKET,
            KEY,
            3,
            new Expirable.Current(VERSION, since, ETAG, List.of()),
            "STANDARD",
            "STANDARD_IA",
            new Command.Moved.Parts(
                -9,
                7,
                List.of(new Command.MovedPart(1, extents), new Command.MovedPart(3, List.of())))));
    commands.put(
        "cy.class",
        new Command.CopyObject(
            BUCKET,
            KEY,
            new Command.Source(
                new BucketId(9), KEY, VersionId.NULL, ETAG, Optional.of("STANDARD_IA")),
            new Command.CopiedObject(
                "STANDARD", OWNER, HEADERS, CHECKSUMS, List.of(), ObjectLock.NONE),
            false,
            Precondition.NONE));
    return commands;
  }

  private static Map<String, Command<?>> restoreCommands() {
    var commands = new LinkedHashMap<String, Command<?>>();
    var day = Duration.ofSeconds(3);
    commands.put(
        "ro",
        new Command.RestoreObject(
            BUCKET, KEY, VersionChoice.CURRENT, "GLACIER", Duration.ZERO, 1, Duration.ofDays(1)));
    commands.put(
        "ro.version",
        new Command.RestoreObject(
            BUCKET, KEY, EXACTLY, "DEEP_ARCHIVE", Duration.ofHours(12), 7, day));
    return commands;
  }

  private static ObjectRow restoredRow() {
    return VERSION_ROW.withRestore(
        new Restore(Instant.ofEpochMilli(11), Instant.ofEpochMilli(86_400_000)));
  }

  private static List<Object> restoreReplies() {
    return List.of(
        new Reply.RestoreObject.Begun(),
        new Reply.RestoreObject.Extended(),
        new Reply.RestoreObject.InProgress(),
        new Reply.RestoreObject.OtherClass(),
        new Reply.RestoreObject.NoSuchKey(),
        new Reply.RestoreObject.NoSuchVersion(),
        new Reply.RestoreObject.IsDeleteMarker(VERSION),
        new Reply.RestoreObject.NoSuchBucket());
  }

  /** What archives brought. */
  private static Map<String, byte[]> restoreWritten() {
    var written = new LinkedHashMap<String, byte[]>();
    written.put("row.object.restored", restoredRow().encode(ROW));
    written.put("row.replies", RepliesRow.encode(ROW, restoreReplies()));
    restoreCommands()
        .forEach((name, command) -> written.put("command." + name, CommandFormat.encode(command)));
    return written;
  }

  @Test
  void whatArchivesBroughtIsWrittenAsItAlwaysWasAndReadAsItWasMeant() throws Exception {
    var golden = golden("formats-archives.txt");
    restoreWritten()
        .forEach(
            (name, bytes) ->
                assertThat(HexFormat.of().formatHex(bytes))
                    .as(name)
                    .isEqualTo(HexFormat.of().formatHex(golden.get(name))));
    assertThat(ObjectRow.decode(ROW, golden.get("row.object.restored"))).isEqualTo(restoredRow());
    assertThat(RepliesRow.decode(ROW, golden.get("row.replies"))).isEqualTo(restoreReplies());
    restoreCommands()
        .forEach(
            (name, command) -> {
              var bytes = golden.get("command." + name);
              assertThat(CommandFormat.decode(bytes, 0, bytes.length)).as(name).isEqualTo(command);
            });
  }

  private static List<Object> tierReplies() {
    return List.of(
        new Reply.Transition.Done(),
        new Reply.Transition.Changed(),
        new Reply.Transition.OtherEpoch(),
        new Reply.Transition.Fenced(),
        new Reply.Transition.NoSuchBucket());
  }

  /** What storage classes brought. */
  private static Map<String, byte[]> tierWritten() {
    var written = new LinkedHashMap<String, byte[]>();
    written.put("row.replies", RepliesRow.encode(ROW, tierReplies()));
    tierCommands()
        .forEach((name, command) -> written.put("command." + name, CommandFormat.encode(command)));
    return written;
  }

  @Test
  void whatStorageClassesBroughtIsWrittenAsItAlwaysWasAndReadAsItWasMeant() throws Exception {
    var golden = golden("formats-tiers.txt");
    tierWritten()
        .forEach(
            (name, bytes) ->
                assertThat(HexFormat.of().formatHex(bytes))
                    .as(name)
                    .isEqualTo(HexFormat.of().formatHex(golden.get(name))));
    assertThat(RepliesRow.decode(ROW, golden.get("row.replies"))).isEqualTo(tierReplies());
    tierCommands()
        .forEach(
            (name, command) -> {
              var bytes = golden.get("command." + name);
              assertThat(CommandFormat.decode(bytes, 0, bytes.length)).as(name).isEqualTo(command);
            });
  }

  private static byte[] entry() {
    return EntryFormat.encode(
        new EntryFormat.Envelope(SUBMITTER, 5, 4, 1_767_225_600_000L),
        commands().values().stream().map(CommandFormat::encode).toList());
  }

  private static Map<String, byte[]> written() {
    var written = new LinkedHashMap<String, byte[]>();
    written.put("key.object", ROW);
    written.put("key.upload", RowKeys.upload(BUCKET, KEY, UPLOAD));
    written.put("key.completed", RowKeys.completedAt(5, BUCKET, KEY, UPLOAD));
    written.put("key.part", RowKeys.part(-9, 3));
    written.put("key.offset", RowKeys.partOffset(-9, 5));
    written.put("key.garbage", RowKeys.garbage(new GarbageId(1, 2)));
    written.put("key.replies", RowKeys.replies(SUBMITTER, 5));
    written.putAll(rows());
    commands()
        .forEach((name, command) -> written.put("command." + name, CommandFormat.encode(command)));
    written.put("entry", entry());
    written.putAll(laterRows());
    laterCommands()
        .forEach((name, command) -> written.put("command." + name, CommandFormat.encode(command)));
    return written;
  }

  private static Map<String, byte[]> golden(String file) throws IOException {
    try (var in = FormatsTest.class.getResourceAsStream("/golden/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .collect(
              Collectors.toMap(
                  line -> line.substring(0, line.indexOf(' ')),
                  line -> HexFormat.of().parseHex(line, line.indexOf(' ') + 1, line.length()),
                  (a, b) -> b,
                  LinkedHashMap::new));
    }
  }

  /** Writes the golden file, for a format that is new. What is in it already must not change. */
  public static void main(String[] arguments) throws IOException {
    Files.write(
        Path.of(arguments[0]),
        lifecycleWritten().entrySet().stream()
            .map(e -> e.getKey() + " " + HexFormat.of().formatHex(e.getValue()))
            .toList());
  }

  @Test
  void everyFormatIsWrittenAsItAlwaysWas() throws Exception {
    var golden = golden("formats-2.txt");
    var written = written();
    assertThat(written.keySet()).isEqualTo(golden.keySet());
    written.forEach(
        (name, bytes) ->
            assertThat(HexFormat.of().formatHex(bytes))
                .as(name)
                .isEqualTo(HexFormat.of().formatHex(golden.get(name))));
  }

  /** The first file was written by a program that knew no versions. */
  @ParameterizedTest
  @ValueSource(strings = {"formats.txt", "formats-2.txt"})
  void whatWasWrittenIsReadAsItWasMeant(String file) throws Exception {
    var golden = golden(file);
    assertThat(ObjectRow.decode(ROW, golden.get("row.object.parts")))
        .isEqualTo(object(new ObjectRow.Place.Parts(-13, 2)));
    assertThat(ObjectRow.decode(ROW, golden.get("row.object.inline")).place())
        .isEqualTo(new ObjectRow.Place.Inline(11));
    assertThat(ObjectRow.decode(ROW, golden.get("row.object.striped")).place())
        .isEqualTo(new ObjectRow.Place.Striped(12));
    assertThat(((Content.Inline) ContentRow.decode(ROW, golden.get("row.content.inline"))).bytes())
        .containsExactly(1, 2, 3);
    assertThat(ContentRow.decode(ROW, golden.get("row.content.striped"))).isEqualTo(STRIPED);
    assertThat(PartRow.decode(ROW, golden.get("row.part")))
        .isEqualTo(new PartRow(ETAG, 5, 6, CHECKSUMS, STRIPED));
    assertThat(UploadRow.decode(ROW, golden.get("row.upload"))).isEqualTo(UPLOAD_ROW);
    assertThat(BucketRow.decode(ROW, golden.get("row.bucket"))).isEqualTo(BUCKET_VALUE);
    assertThat(GarbageRow.decode(ROW, golden.get("row.garbage.extents")))
        .isEqualTo(new GarbageRow.Extents(EXTENTS));
    assertThat(GarbageRow.decode(ROW, golden.get("row.garbage.parts")))
        .isEqualTo(new GarbageRow.Parts(-9));
    assertThat(NumbersRow.decode(ROW, golden.get("row.numbers"), 3))
        .containsExactly(1, -2, Long.MAX_VALUE);
    assertThat(MapRow.decode(ROW, golden.get("row.map"))).isEqualTo(map());
    assertThat(RepliesRow.decode(ROW, golden.get("row.replies"))).isEqualTo(replies());
    var entry = EntryFormat.decode(golden.get("entry"));
    assertThat(entry.envelope())
        .isEqualTo(new EntryFormat.Envelope(SUBMITTER, 5, 4, 1_767_225_600_000L));
    assertThat(entry.commands()).isEqualTo(List.copyOf(commands().values()));
  }

  @Test
  void whatVersionsBroughtIsReadAsItWasMeant() throws Exception {
    var golden = golden("formats-2.txt");
    assertThat(ObjectRow.decode(ROW, golden.get("row.object.version"))).isEqualTo(VERSION_ROW);
    assertThat(ObjectRow.decode(ROW, golden.get("row.object.null"))).isEqualTo(NULL_ROW);
    assertThat(MarkerRow.is(golden.get("row.marker"))).isTrue();
    assertThat(MarkerRow.decode(ROW, golden.get("row.marker"))).isEqualTo(MARKER);
    assertThat(AnnotationRow.decode(ROW, golden.get("row.annotation"))).isEqualTo(ANNOTATION);
    assertThat(DocumentRow.decode(ROW, golden.get("row.document")))
        .isEqualTo("<Cors>\u00e4</Cors>");
    assertThat(BucketRow.decode(ROW, golden.get("row.bucket.locked"))).isEqualTo(LOCKED_BUCKET);
    assertThat(UploadRow.decode(ROW, golden.get("row.upload.locked"))).isEqualTo(LOCKED_UPLOAD);
    assertThat(RepliesRow.decode(ROW, golden.get("row.replies.later"))).isEqualTo(laterReplies());
    assertThat(RepliesRow.decode(ROW, golden.get("row.replies.conditions")))
        .isEqualTo(REFUSED_CHANGE);
    laterCommands()
        .forEach(
            (name, command) -> {
              var bytes = golden.get("command." + name);
              assertThat(CommandFormat.decode(bytes, 0, bytes.length)).as(name).isEqualTo(command);
            });
  }

  @Test
  void anInlineBodyOfAnyBytesComesBack() {
    var body = new byte[16 << 10];
    new java.util.Random(1).nextBytes(body);
    var object =
        new NewObject(
            ETAG, body.length, "STANDARD", OWNER, List.of(), List.of(), new Content.Inline(body));
    var encoded =
        CommandFormat.encode(new Command.PutObject(BUCKET, KEY, object, Precondition.NONE));
    var put = (Command.PutObject) CommandFormat.decode(encoded, 0, encoded.length);
    assertThat(((Content.Inline) put.object().content()).bytes()).isEqualTo(body);
  }

  @Test
  void anyFlippedBitOfARowIsFound() {
    var row = ContentRow.encode(ROW, STRIPED);
    for (int bit = 0; bit < row.length * 8; bit++) {
      var damaged = row.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> ContentRow.decode(ROW, damaged))
          .isInstanceOf(DamagedRowException.class);
    }
    assertThatThrownBy(() -> ContentRow.decode(RowKeys.content(8), row))
        .as("the right row in a wrong place")
        .isInstanceOf(DamagedRowException.class);
  }

  @Test
  void anyFlippedBitOfAnEntryIsFound() {
    var entry = entry();
    for (int bit = 0; bit < entry.length * 8; bit += 3) {
      var damaged = entry.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> EntryFormat.decode(damaged)).isInstanceOf(DamagedRowException.class);
    }
    assertThatThrownBy(() -> EntryFormat.decode(Arrays.copyOf(entry, entry.length - 1)))
        .isInstanceOf(DamagedRowException.class);
  }

  @Test
  void aNewerVersionIsRefusedInSoManyWords() {
    var row = BucketRow.encode(ROW, BUCKET_VALUE);
    row[1] = 2;
    var crc = new CRC32C();
    crc.update(ROW);
    crc.update(row, 0, row.length - 4);
    ByteBuffer.wrap(row).putInt(row.length - 4, (int) crc.getValue());
    assertThatThrownBy(() -> BucketRow.decode(ROW, row))
        .hasMessageContaining("has version 2, this program knows up to 1")
        .hasMessageContaining("newer Ninebark");
    var entry = entry();
    entry[4] = 2;
    assertThatThrownBy(() -> EntryFormat.decode(entry)).hasMessageContaining("newer Ninebark");
  }

  @Test
  void rowsOfKeysSortAsTheirUtf8AndNoneBeginsAnother() {
    var keys =
        List.of(
            "a",
            "a\0",
            "a\0\0",
            "a\0b",
            "a\u0001",
            "a\u0002",
            "ab",
            "b",
            "\u00ff",
            "\uffff",
            "\ud800\udc00");
    for (int i = 0; i + 1 < keys.size(); i++) {
      var row = RowKeys.object(BUCKET, new ObjectKey(keys.get(i)));
      var next = RowKeys.object(BUCKET, new ObjectKey(keys.get(i + 1)));
      assertThat(Arrays.compareUnsigned(row, next)).isNegative();
      assertThat(Arrays.mismatch(row, next)).isLessThan(Math.min(row.length, next.length));
      var back = new byte[16];
      int length = RowKeys.keyInto(row, row.length, back);
      assertThat(new String(back, 0, length, StandardCharsets.UTF_8)).isEqualTo(keys.get(i));
    }
  }
}
