package ninebark.metadata.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.Bucket;
import ninebark.metadata.Command;
import ninebark.metadata.Command.Expirable;
import ninebark.metadata.Command.Moved;
import ninebark.metadata.Content;
import ninebark.metadata.Reply;
import ninebark.metadata.rows.ContentRow;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.ObjectRow;
import ninebark.metadata.rows.PartRow;
import ninebark.metadata.rows.Row;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.state.GarbageQueue.PartsHead;
import ninebark.storagenode.Extent;

/**
 * Puts a version's bytes where a transition has written them, if they and the version are still
 * what it read: nobody's write, tag or deletion in between is overrun, and nothing that is gone
 * comes back. Bytes that other objects share stay for those. Threads: one.
 */
final class Transitions {
  private final Batch batch;
  private final Draft rows;
  private final Command.Transition transition;

  private Transitions(Batch batch, Command.Transition transition) {
    this.batch = batch;
    this.rows = batch.rows();
    this.transition = transition;
  }

  static Reply.Transition judge(Batch batch, Bucket bucket, Command.Transition transition) {
    if (bucket.epoch() != transition.epoch()) {
      return new Reply.Transition.OtherEpoch();
    }
    return new Transitions(batch, transition).judge(bucket);
  }

  private Reply.Transition judge(Bucket bucket) {
    if (isFenced()) {
      return new Reply.Transition.Fenced();
    }
    var stack = new VersionStack(batch, bucket, transition.key());
    var held =
        seen(stack.versions())
            .filter(stored -> stored.row().storageClass().equals(transition.from()));
    var place = held.flatMap(stored -> moved(stored.row()));
    if (place.isEmpty()) {
      return new Reply.Transition.Changed();
    }
    var row = held.get().row().in(transition.to(), place.get());
    if (place.get().equals(held.get().row().place())) {
      stack.rewrite(held.get(), row);
    } else {
      stack.replaceBytes(held.get(), row);
    }
    return new Reply.Transition.Done();
  }

  private boolean isFenced() {
    return switch (transition.moved()) {
      case Moved.Nothing() -> false;
      case Moved.Stripes(var _, var now) -> KeyspaceState.isFenced(batch, now);
      case Moved.Parts(long _, long _, var parts) ->
          parts.stream().anyMatch(part -> KeyspaceState.isFenced(batch, part.now()));
    };
  }

  private Optional<Held.Stored> seen(KeyVersions versions) {
    return switch (transition.seen()) {
      case Expirable.Current current -> Sightings.current(versions, current);
      case Expirable.Noncurrent noncurrent ->
          Sightings.noncurrent(versions, noncurrent)
              .flatMap(
                  held ->
                      held instanceof Held.Stored stored ? Optional.of(stored) : Optional.empty());
    };
  }

  /** Where the bytes are from now on; empty if those of the version are not what was read. */
  private Optional<ObjectRow.Place> moved(ObjectRow row) {
    return switch (transition.moved()) {
      case Moved.Nothing() ->
          row.place() instanceof ObjectRow.Place.Inline inline
              ? Optional.of(inline)
              : Optional.empty();
      case Moved.Stripes stripes ->
          row.place() instanceof ObjectRow.Place.Striped(long number)
              ? moved(number, stripes)
              : Optional.empty();
      case Moved.Parts parts ->
          row.place() instanceof ObjectRow.Place.Parts(long content, int _)
                  && content == parts.was()
              ? moved(parts)
              : Optional.empty();
    };
  }

  private Optional<ObjectRow.Place> moved(long number, Moved.Stripes stripes) {
    var from = RowKeys.content(number);
    var was = ContentRow.decode(from, rows.get(Family.CONTENTS, from).orElseThrow());
    if (!(was instanceof Content.Striped(var extents))
        || extents.isEmpty()
        || !extents.getFirst().stripe().equals(stripes.was())
        || bytes(extents) != bytes(stripes.now())) {
      return Optional.empty();
    }
    long next = batch.nextContent();
    var to = RowKeys.content(next);
    GarbageQueue.reference(batch, stripes.now());
    rows.put(Family.CONTENTS, to, ContentRow.encode(to, new Content.Striped(stripes.now())));
    return Optional.of(new ObjectRow.Place.Striped(next));
  }

  /** Parts keep their numbers, ETags and checksums; each gets a row beside the one it had. */
  private Optional<ObjectRow.Place> moved(Moved.Parts moved) {
    var written = new HashMap<Integer, List<Extent>>();
    moved.parts().forEach(part -> written.put(part.number(), part.now()));
    var parts = parts(moved.was());
    for (var row : parts) {
      var part = PartRow.decode(row.key(), row.value());
      int number = RowKeys.partNumberOf(row.key());
      if (part.content() instanceof Content.Striped
          && bytes(written.getOrDefault(number, List.of())) != part.length()) {
        return Optional.empty();
      }
    }
    long content = KeyspaceState.freeContent(rows, moved.now());
    long offset = 0;
    for (var row : parts) {
      var part = PartRow.decode(row.key(), row.value());
      int number = RowKeys.partNumberOf(row.key());
      var bytes = part.content();
      if (bytes instanceof Content.Striped) {
        GarbageQueue.reference(batch, written.get(number));
        bytes = new Content.Striped(written.get(number));
      }
      var key = RowKeys.part(content, number);
      rows.put(
          Family.PARTS,
          key,
          new PartRow(part.etag(), part.length(), part.modifiedMillis(), part.checksums(), bytes)
              .encode(key));
      KeyspaceState.putBegin(rows, content, number, offset);
      offset += part.length();
    }
    new PartsHead(parts.size(), offset, 0).write(rows, content);
    return Optional.of(new ObjectRow.Place.Parts(content, parts.size()));
  }

  private List<Row> parts(long content) {
    var found = new ArrayList<Row>();
    var all = RowKeys.parts(content);
    try (var walk = rows.scan(Family.PARTS, all, RowKeys.after(all))) {
      for (; walk.isValid(); walk.next()) {
        found.add(walk.row());
      }
    }
    return found;
  }

  private static long bytes(List<Extent> extents) {
    return extents.stream().mapToLong(Extent::length).sum();
  }
}
