package ninebark.metadata.state;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import ninebark.metadata.Command;
import ninebark.metadata.rows.EntryFormat.Entry;
import ninebark.metadata.rows.EntryFormat.Envelope;
import ninebark.metadata.rows.Family;
import ninebark.metadata.rows.NumbersRow;
import ninebark.metadata.rows.RepliesRow;
import ninebark.metadata.rows.RowKeys;
import ninebark.metadata.rows.Rows;

/**
 * The state machine: an entry and the rows before it in, replies and changed rows out.
 *
 * <p>A batch that comes twice (its submitter did not hear the answer) changes nothing and gets the
 * first replies. They are kept until the submitter says that it has heard them, or is silent for
 * {@link #SILENCE_MILLIS} of the cluster's time.
 */
public final class Judgement {
  private static final long SILENCE_MILLIS = 3_600_000;

  private Judgement() {}

  /** What an entry came to. */
  public sealed interface Outcome {
    /**
     * @param replies one for each command
     * @param changes to be written at once, empty for a batch that came before
     */
    record Judged(List<Object> replies, Draft changes) implements Outcome {}

    /** It came before, and its replies are forgotten. */
    record Forgotten() implements Outcome {}
  }

  public static Outcome judge(Entry entry, Rows before) {
    var envelope = entry.envelope();
    var draft = new Draft(before);
    var submitterKey = RowKeys.submitter(envelope.submitter());
    var known =
        draft
            .get(Family.SYSTEM, submitterKey)
            .map(value -> NumbersRow.decode(submitterKey, value, 2));
    long heard = known.map(numbers -> numbers[0]).orElse(0L);
    if (envelope.sequence() <= heard) {
      return new Outcome.Forgotten();
    }
    var repliesKey = RowKeys.replies(envelope.submitter(), envelope.sequence());
    var first = draft.get(Family.SYSTEM, repliesKey);
    if (first.isPresent()) {
      return new Outcome.Judged(RepliesRow.decode(repliesKey, first.get()), new Draft(before));
    }
    var batch = new Batch(draft, envelope.timeMillis());
    if (known.isEmpty()) {
      forgetSilent(batch);
    }
    var root = new RootState(batch);
    var keyspace = new KeyspaceState(batch);
    var replies = new ArrayList<Object>(entry.commands().size());
    for (var command : entry.commands()) {
      replies.add(
          switch (command) {
            case Command.Root<?> r -> root.judge(r);
            case Command.Keyspace<?> k -> keyspace.judge(k);
          });
    }
    root.sweep();
    draft.put(Family.SYSTEM, repliesKey, RepliesRow.encode(repliesKey, replies));
    rememberSubmitter(batch, envelope, heard);
    batch.close();
    return new Outcome.Judged(replies, draft);
  }

  private static void rememberSubmitter(Batch batch, Envelope envelope, long heard) {
    long watermark = Math.clamp(envelope.watermark(), heard, envelope.sequence() - 1);
    for (long sequence = heard + 1; sequence <= watermark; sequence++) {
      batch.rows().delete(Family.SYSTEM, RowKeys.replies(envelope.submitter(), sequence));
    }
    var key = RowKeys.submitter(envelope.submitter());
    batch.rows().put(Family.SYSTEM, key, NumbersRow.encode(key, watermark, batch.clock()));
  }

  /** Drops what is kept for submitters that are gone; their processes have ended. */
  private static void forgetSilent(Batch batch) {
    var silent = new ArrayList<UUID>();
    var submitters = RowKeys.submitters();
    try (var walk = batch.rows().scan(Family.SYSTEM, submitters, RowKeys.after(submitters))) {
      for (; walk.isValid(); walk.next()) {
        var row = walk.row();
        long last = NumbersRow.decode(row.key(), row.value(), 2)[1];
        if (batch.clock() - last > SILENCE_MILLIS) {
          silent.add(RowKeys.submitterOf(row.key()));
        }
      }
    }
    for (var submitter : silent) {
      var replies = RowKeys.repliesOf(submitter);
      var keys = new ArrayList<byte[]>();
      try (var walk = batch.rows().scan(Family.SYSTEM, replies, RowKeys.after(replies))) {
        for (; walk.isValid(); walk.next()) {
          keys.add(walk.row().key());
        }
      }
      keys.forEach(key -> batch.rows().delete(Family.SYSTEM, key));
      batch.rows().delete(Family.SYSTEM, RowKeys.submitter(submitter));
    }
  }
}
