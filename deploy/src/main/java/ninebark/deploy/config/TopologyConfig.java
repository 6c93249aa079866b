package ninebark.deploy.config;

/**
 * The disks of the store in one process: folders under the data folder.
 *
 * @param azCount how many AZs the folders stand for
 * @param disksPerAzCount how many disks each AZ has
 */
public record TopologyConfig(int azCount, int disksPerAzCount) {
  /** Four AZs, because RS(6,2) needs four to survive one: two shards in each. */
  public static final TopologyConfig DEFAULT = new TopologyConfig(4, 4);

  public TopologyConfig {
    if (azCount < 1 || azCount > 64 || disksPerAzCount < 1 || disksPerAzCount > 256) {
      throw new IllegalArgumentException(
          "a topology has 1 to 64 AZs of 1 to 256 disks, found "
              + azCount
              + " AZs of "
              + disksPerAzCount);
    }
  }

  public int diskCount() {
    return azCount * disksPerAzCount;
  }
}
