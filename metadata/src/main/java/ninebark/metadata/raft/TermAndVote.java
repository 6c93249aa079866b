package ninebark.metadata.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Raft's term and vote outlast a power cut, and knows when they were lost.
 *
 * <p>Ratis renames its {@code raft-meta} into place and does not sync the folder, so that a power
 * cut can bring back the one before: the replica could vote twice in one term, and two leaders
 * could acknowledge changes against each other. Here the folder is synced before anything that was
 * promised with a term or vote leaves the process; and a copy with a checksum is kept, so that a
 * {@code raft-meta} that is older than a promise is refused at the start.
 *
 * <pre>
 * term-and-vote    text: "ninebark-term-and-vote 1", "term N", "vote ID" ("vote " for none), crc32c
 * </pre>
 *
 * <p>Threads: safe.
 */
final class TermAndVote {
  private static final Logger LOG = LoggerFactory.getLogger(TermAndVote.class);
  private static final int VERSION = 1;
  private static final Pattern LINES =
      Pattern.compile("ninebark-term-and-vote 1\nterm (\\d{1,18})\nvote (\\S*)\n");

  private final Path meta;
  private final Path copy;
  private volatile long keptTerm = -1;

  TermAndVote(IndexFolder folder) {
    this.meta = folder.segments().resolve("raft-meta");
    this.copy = folder.termAndVote();
  }

  private record Kept(long term, String vote) {}

  /**
   * Compares what Ratis will read with what was promised.
   *
   * @throws IOException if it is older, so that this replica could vote twice
   */
  void check() throws IOException {
    if (Files.notExists(copy)) {
      return;
    }
    var lines = CheckedText.read(copy, VERSION, LINES);
    var promised = new Kept(Long.parseLong(lines.group(1)), lines.group(2));
    if (Files.notExists(meta)) {
      throw refused("is missing", promised);
    }
    var found = meta();
    boolean newer = found.term > promised.term;
    boolean voted = found.term == promised.term && promised.vote.isEmpty();
    if (!newer && !voted && !found.equals(promised)) {
      throw refused("says term " + found.term + " and vote '" + found.vote + "'", promised);
    }
    keptTerm = promised.term;
  }

  private IOException refused(String what, Kept promised) {
    return new IOException(
        meta
            + " "
            + what
            + ", but this replica answered others in term "
            + promised.term
            + " with vote '"
            + promised.vote
            + "': it could vote twice. Restore the file, or remove this replica and add it again"
            + " with an empty folder under another id");
  }

  private Kept meta() throws IOException {
    var properties = new Properties();
    try (var in = Files.newInputStream(meta)) {
      properties.load(in);
    }
    try {
      var vote = properties.getProperty("votedFor", "");
      return new Kept(Long.parseLong(properties.getProperty("term", "")), vote);
    } catch (NumberFormatException e) {
      throw new IOException(meta + " is damaged: its term is no number", e);
    }
  }

  /** To be called before an answer that says this term leaves; cheap when it is known. */
  void keepTerm(long term) throws IOException {
    if (term > keptTerm) {
      keep();
    }
  }

  /** To be called before a vote leaves, one's own or another's. */
  synchronized void keep() throws IOException {
    // Ratis makes the file with the first term that it learns.
    if (Files.notExists(meta)) {
      return;
    }
    var found = meta();
    IndexFolder.sync(meta.getParent());
    CheckedText.write(
        copy,
        "ninebark-term-and-vote "
            + VERSION
            + "\nterm "
            + found.term
            + "\nvote "
            + found.vote
            + "\n");
    keptTerm = found.term;
    LOG.debug("kept term {} and vote '{}'", found.term, found.vote);
  }
}
