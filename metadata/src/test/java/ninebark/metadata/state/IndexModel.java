package ninebark.metadata.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import ninebark.metadata.BucketName;
import ninebark.metadata.Checksum;
import ninebark.metadata.Command;
import ninebark.metadata.Content;
import ninebark.metadata.ETag;
import ninebark.metadata.Precondition;
import ninebark.metadata.UploadId;
import ninebark.storagenode.Extent;
import ninebark.storagenode.StripeId;

/**
 * The index as one would explain it at a blackboard: maps, no rows, no formats. Replies are given
 * as the simple name of their type.
 */
final class IndexModel {
  /** An object or part. */
  record Stored(ETag etag, long length, List<Extent> extents, List<Checksum> checksums) {}

  record UploadName(String key, UploadId id) {}

  static final class OpenUpload {
    final TreeMap<Integer, Stored> parts = new TreeMap<>();
  }

  static final class ModelBucket {
    final Map<String, Stored> objects = new HashMap<>();
    final Map<UploadName, OpenUpload> uploads = new HashMap<>();
    final Set<UploadName> completed = new HashSet<>();
  }

  final Map<BucketName, Long> names = new HashMap<>();
  final Map<Long, ModelBucket> buckets = new HashMap<>();
  final Set<StripeId> garbage = new HashSet<>();
  long lastBucket;
  long fence;

  String apply(Command<?> command) {
    return switch (command) {
      case Command.Root<?> root -> applyRoot(root);
      case Command.Keyspace<?> keyspace -> {
        var bucket = buckets.get(keyspace.bucket().value());
        yield bucket == null ? "NoSuchBucket" : applyKeyspace(bucket, keyspace);
      }
    };
  }

  private String applyRoot(Command.Root<?> command) {
    return switch (command) {
      case Command.CreateBucket create -> {
        if (names.containsKey(create.name())) {
          yield "Exists";
        }
        names.put(create.name(), ++lastBucket);
        buckets.put(lastBucket, new ModelBucket());
        yield "Created";
      }
      case Command.DeleteBucket(var id) -> {
        var bucket = buckets.get(id.value());
        if (bucket == null) {
          yield "NoSuchBucket";
        }
        if (!bucket.objects.isEmpty()) {
          yield "NotEmpty";
        }
        bucket.uploads.values().forEach(upload -> upload.parts.values().forEach(this::discard));
        buckets.remove(id.value());
        names.values().remove(id.value());
        yield "Deleted";
      }
      case Command.RaiseFence(long birth) -> {
        fence = Math.max(fence, birth);
        yield "Done";
      }
      case Command.PublishMap map -> throw new IllegalArgumentException("not modelled");
      case Command.SetVersioning set -> throw new IllegalArgumentException("not modelled");
      case Command.SetLock set -> throw new IllegalArgumentException("not modelled");
      case Command.PutDocument put -> throw new IllegalArgumentException("not modelled");
      case Command.DeleteDocument delete -> throw new IllegalArgumentException("not modelled");
      case Command.TakeLease take -> throw new IllegalArgumentException("not modelled");
      case Command.NoteProgress note -> throw new IllegalArgumentException("not modelled");
      case Command.ForgetGarbage forget -> "Done";
      case Command.ForgetCompleted forget -> {
        buckets.values().forEach(bucket -> bucket.completed.clear());
        yield "Done";
      }
    };
  }

  private String applyKeyspace(ModelBucket bucket, Command.Keyspace<?> command) {
    var key = command.key().value();
    return switch (command) {
      case Command.PutObject put -> {
        if (fenced(put.object().content())) {
          yield "Fenced";
        }
        var refusal = refusal(put.precondition(), bucket.objects.get(key));
        if (!refusal.isEmpty()) {
          yield refusal;
        }
        replace(
            bucket,
            key,
            new Stored(
                put.object().etag(),
                put.object().length(),
                extents(put.object().content()),
                put.object().checksums()));
        yield "Stored";
      }
      case Command.DeleteObject delete -> {
        var refusal = refusal(delete.precondition(), bucket.objects.get(key));
        if (!refusal.isEmpty()) {
          yield refusal;
        }
        var old = bucket.objects.remove(key);
        if (old == null) {
          yield "Absent";
        }
        discard(old);
        yield "Deleted";
      }
      case Command.CopyObject copy -> throw new IllegalArgumentException("not modelled");
      case Command.RenameObject rename -> throw new IllegalArgumentException("not modelled");
      case Command.Expire expire -> throw new IllegalArgumentException("not modelled");
      case Command.Transition transition -> throw new IllegalArgumentException("not modelled");
      case Command.RestoreObject restore -> throw new IllegalArgumentException("not modelled");
      case Command.SetHeader set -> throw new IllegalArgumentException("not modelled");
      case Command.SetTags set -> throw new IllegalArgumentException("not modelled");
      case Command.SetRetention set -> throw new IllegalArgumentException("not modelled");
      case Command.SetLegalHold set -> throw new IllegalArgumentException("not modelled");
      case Command.PutAnnotation put -> throw new IllegalArgumentException("not modelled");
      case Command.DeleteAnnotation delete -> throw new IllegalArgumentException("not modelled");
      case Command.CreateUpload create -> {
        bucket.uploads.putIfAbsent(new UploadName(key, create.upload()), new OpenUpload());
        yield "Created";
      }
      case Command.PutPart put -> {
        var upload = bucket.uploads.get(new UploadName(key, put.upload()));
        if (upload == null) {
          yield "NoSuchUpload";
        }
        if (fenced(put.content())) {
          yield "Fenced";
        }
        var old =
            upload.parts.put(
                put.number(),
                new Stored(put.etag(), put.length(), extents(put.content()), put.checksums()));
        if (old != null) {
          discard(old);
        }
        yield "Stored";
      }
      case Command.CompleteUpload complete -> complete(bucket, complete);
      case Command.AbortUpload abort -> {
        var upload = bucket.uploads.get(new UploadName(key, abort.upload()));
        if (upload == null) {
          yield "NoSuchUpload";
        }
        bucket.uploads.remove(new UploadName(key, abort.upload()));
        upload.parts.values().forEach(this::discard);
        yield "Aborted";
      }
    };
  }

  private String complete(ModelBucket bucket, Command.CompleteUpload complete) {
    var key = complete.key().value();
    var upload = bucket.uploads.get(new UploadName(key, complete.upload()));
    if (upload == null) {
      return bucket.completed.contains(new UploadName(key, complete.upload()))
          ? "Completed"
          : "NoSuchUpload";
    }
    var refusal = refusal(complete.precondition(), bucket.objects.get(key));
    if (!refusal.isEmpty()) {
      return refusal;
    }
    var chosen = new TreeMap<Integer, Stored>();
    for (var wanted : complete.parts()) {
      var part = upload.parts.get(wanted.number());
      boolean inOrder = chosen.isEmpty() || chosen.lastKey() < wanted.number();
      if (part == null || !part.etag.equals(wanted.etag()) || !inOrder) {
        return "InvalidPart";
      }
      chosen.put(wanted.number(), part);
    }
    if (chosen.isEmpty()) {
      return "InvalidPart";
    }
    for (var part : chosen.headMap(chosen.lastKey()).values()) {
      if (part.length < (5 << 20)) {
        return "PartTooSmall";
      }
    }
    var extents = new ArrayList<Extent>();
    long length = 0;
    for (var part : chosen.values()) {
      extents.addAll(part.extents);
      length += part.length;
    }
    upload.parts.keySet().removeAll(chosen.keySet());
    upload.parts.values().forEach(this::discard);
    bucket.uploads.remove(new UploadName(key, complete.upload()));
    bucket.completed.add(new UploadName(key, complete.upload()));
    replace(bucket, key, new Stored(complete.etag(), length, extents, complete.checksums()));
    return "Completed";
  }

  private void replace(ModelBucket bucket, String key, Stored object) {
    var old = bucket.objects.put(key, object);
    if (old != null) {
      discard(old);
    }
  }

  private void discard(Stored stored) {
    stored.extents.forEach(extent -> garbage.add(extent.stripe()));
  }

  /** All stripes that something live names. */
  Set<StripeId> live() {
    var live = new HashSet<StripeId>();
    for (var bucket : buckets.values()) {
      bucket.objects.values().forEach(o -> o.extents.forEach(e -> live.add(e.stripe())));
      for (var upload : bucket.uploads.values()) {
        upload.parts.values().forEach(p -> p.extents.forEach(e -> live.add(e.stripe())));
      }
    }
    return live;
  }

  private boolean fenced(Content content) {
    return extents(content).stream().anyMatch(e -> e.stripe().birthMillis() < fence);
  }

  private static List<Extent> extents(Content content) {
    return content instanceof Content.Striped(var extents) ? extents : List.of();
  }

  private static String refusal(Precondition precondition, Stored current) {
    return switch (precondition) {
      case Precondition.None none -> "";
      case Precondition.Absent absent -> current == null ? "" : "PreconditionFailed";
      case Precondition.Present present -> current == null ? "NoSuchKey" : "";
      case Precondition.Matches(var etag) -> {
        if (current == null) {
          yield "NoSuchKey";
        }
        yield current.etag.equals(etag) ? "" : "PreconditionFailed";
      }
      case Precondition.Differs differs -> throw new IllegalArgumentException("not modelled");
      case Precondition.ModifiedSince since -> throw new IllegalArgumentException("not modelled");
      case Precondition.UnmodifiedSince since -> throw new IllegalArgumentException("not modelled");
      case Precondition.ModifiedAt at -> throw new IllegalArgumentException("not modelled");
      case Precondition.HasLength length -> throw new IllegalArgumentException("not modelled");
      case Precondition.AllOf all -> throw new IllegalArgumentException("not modelled");
    };
  }
}
