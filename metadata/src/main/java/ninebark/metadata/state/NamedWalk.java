package ninebark.metadata.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ninebark.metadata.Content;
import ninebark.metadata.Naming;
import ninebark.metadata.Query;
import ninebark.metadata.rows.AnnotationRow;
import ninebark.metadata.rows.ContentRow;
import ninebark.metadata.rows.Cursor;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.PartRow;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.Rows;

/** Goes through all rows that can name extents, a page of rows at a time. */
final class NamedWalk {
  private static final byte[] BEGIN = new byte[0];
  private static final byte[] END = RowKeys.after(BEGIN);

  private final Rows rows;
  private final int limit;
  private final List<Naming.Named> named = new ArrayList<>();
  private Optional<Naming> last = Optional.empty();
  private int seen;

  NamedWalk(Rows rows, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("a page has at least one row, found " + limit);
    }
    this.rows = rows;
    this.limit = limit;
  }

  Query.NamedPage page(Optional<Naming> after) {
    last = after;
    boolean atEnd = after.map(this::goOn).orElseGet(() -> contents(BEGIN));
    return new Query.NamedPage(named, atEnd ? Optional.empty() : last);
  }

  private boolean goOn(Naming after) {
    return switch (after) {
      case Naming.OfContent(long number) -> contents(RowKeys.justAfter(RowKeys.content(number)));
      case Naming.OfPart(long content, int number) ->
          parts(RowKeys.justAfter(RowKeys.part(content, number)));
      case Naming.OfAnnotation(long set, var name) ->
          annotations(RowKeys.justAfter(RowKeys.annotation(set, name)));
    };
  }

  private boolean isFull() {
    return seen >= limit;
  }

  private void note(Naming by, Content content) {
    last = Optional.of(by);
    seen++;
    if (content instanceof Content.Striped(var extents) && !extents.isEmpty()) {
      named.add(new Naming.Named(by, extents));
    }
  }

  /** Returns whether it came to the end of all. */
  private boolean contents(byte[] from) {
    try (var walk = rows.scan(Family.CONTENTS, from, END)) {
      for (; walk.isValid() && !isFull(); walk.next()) {
        var number = RowKeys.contentOf(walk.key(), walk.keyLength());
        if (number.isPresent()) {
          var row = walk.row();
          note(new Naming.OfContent(number.getAsLong()), ContentRow.decode(row.key(), row.value()));
        }
      }
      if (walk.isValid()) {
        return false;
      }
    }
    return parts(BEGIN);
  }

  private boolean parts(byte[] from) {
    try (var walk = rows.scan(Family.PARTS, from, END)) {
      while (walk.isValid() && !isFull()) {
        long content = RowKeys.idOf(walk.key());
        switch (RowKeys.partsRowOf(walk.key())) {
          case HEAD -> walk.next();
          case PART -> {
            notePart(walk, content);
            walk.next();
          }
          case BEHIND -> walk.seek(RowKeys.after(RowKeys.partsAll(content)));
        }
      }
      if (walk.isValid()) {
        return false;
      }
    }
    return annotations(BEGIN);
  }

  private void notePart(Cursor walk, long content) {
    var row = walk.row();
    note(
        new Naming.OfPart(content, RowKeys.partNumberOf(row.key())),
        PartRow.decode(row.key(), row.value()).content());
  }

  private boolean annotations(byte[] from) {
    try (var walk = rows.scan(Family.ANNOTATIONS, from, END)) {
      for (; walk.isValid() && !isFull(); walk.next()) {
        var row = walk.row();
        note(
            new Naming.OfAnnotation(RowKeys.idOf(row.key()), RowKeys.annotationNameOf(row.key())),
            AnnotationRow.decode(row.key(), row.value()).content());
      }
      return !walk.isValid();
    }
  }
}
