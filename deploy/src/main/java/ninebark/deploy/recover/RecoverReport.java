package ninebark.deploy.recover;

import java.util.List;
import ninebark.metadata.recovery.Recovered;

/** A recovery of the index, for people. */
public final class RecoverReport {
  private RecoverReport() {}

  /**
   * @param done whether the index is in its place now
   * @param list whether each object is named, or only counted
   */
  public static String of(Recovered recovered, boolean done, boolean list) {
    var text = new StringBuilder();
    text.append(
            done
                ? "The index is restored"
                : "Dry run, nothing was changed: the index would be restored")
        .append(" from its copy of ")
        .append(recovered.snapshot())
        .append(" (")
        .append(recovered.snapshotBytes())
        .append(" bytes), and from what ")
        .append(recovered.shardCount())
        .append(" shards tell.\n");
    recovered
        .passedOver()
        .forEach(why -> text.append("A NEWER COPY WAS PASSED OVER: ").append(why).append('\n'));
    if (recovered.silentCount() > 0) {
      text.append(recovered.silentCount())
          .append(" shards have headers that cannot be read; the rest of their stripes told.\n");
    }
    if (recovered.goneCount() > 0) {
      text.append(recovered.goneCount())
          .append(
              " stripes that the copy names CANNOT BE READ: their objects were deleted since and the"
                  + " stripes erased, or they are lost; the census will say whose they are.\n");
    }
    section(text, "written since the copy and restored", recovered.restored(), list);
    section(text, "written since and REFUSED by the index", recovered.refused(), true);
    section(text, "incomplete or too old, not restored", recovered.rests(), list);
    names(
        text,
        "buckets are younger than the copy and were made again WITHOUT THEIR SETTINGS (policy,"
            + " lifecycle and other documents)",
        recovered.madeBuckets());
    names(
        text,
        "uploads got parts since the copy and are open: any that were completed since must be"
            + " completed again",
        recovered.openUploads());
    text.append("\nSince ")
        .append(recovered.snapshot())
        .append(" these are LOST, because only the index knew them:\n")
        .append(
            "  objects small enough to be kept in the index itself (gateway.limits.inline-bytes)\n")
        .append(
            "  deletions: what was deleted since is back, as far as its shards are still there\n")
        .append(
            "  copies and renames that moved no bytes, tags, locks and settings changed since\n")
        .append(
            "Versions restored from shards have new version ids. What was not restored stays on"
                + " the disks\nuntil reclaim takes it for orphans (reclaim.orphan-age).\n");
    return text.toString();
  }

  private static void section(
      StringBuilder text, String title, List<Recovered.Item> items, boolean list) {
    long bytes = items.stream().mapToLong(Recovered.Item::bytes).sum();
    text.append(items.size())
        .append(' ')
        .append(title)
        .append(", ")
        .append(bytes)
        .append(" bytes\n");
    if (list) {
      items.forEach(
          item ->
              text.append("  s3://")
                  .append(item.bucket())
                  .append('/')
                  .append(item.key())
                  .append("  ")
                  .append(item.bytes())
                  .append("  ")
                  .append(item.what())
                  .append('\n'));
    }
  }

  private static void names(StringBuilder text, String title, List<String> names) {
    if (!names.isEmpty()) {
      text.append(names.size()).append(' ').append(title).append(":\n");
      names.forEach(name -> text.append("  ").append(name).append('\n'));
    }
  }
}
