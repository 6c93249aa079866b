package ninebark.bench.ceiling;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ninebark.bench.report.Report.Ceiling;

/** All ceilings, briefly: what is printed beside the result of a load. */
public final class Ceilings {
  private static final Trials BRIEF = new Trials(3, Duration.ofMillis(500));
  private static final long BRIEF_FILE_BYTES = 256L << 20;

  private Ceilings() {}

  /**
   * Takes somewhat more than half a minute.
   *
   * @param folder on the device whose speed matters
   */
  public static List<Ceiling> brief(Path folder) throws IOException, InterruptedException {
    var ceilings = new ArrayList<Ceiling>();
    ceilings.addAll(new DiskCeiling(folder, BRIEF_FILE_BYTES, BRIEF).measure());
    ceilings.addAll(new NetCeiling(BRIEF).measure());
    ceilings.addAll(new HashCeiling(BRIEF).measure());
    ceilings.addAll(new IndexCeiling(folder, BRIEF).measure());
    return ceilings;
  }
}
