package ninebark.deploy.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import ninebark.gateway.GatewayConfig;
import ninebark.lifecycle.ReclaimConfig;
import ninebark.lifecycle.rules.LifecycleConfig;
import ninebark.metadata.raft.IndexConfig;
import ninebark.metadata.snapshot.SnapshotConfig;
import ninebark.scrubber.census.CensusConfig;
import ninebark.scrubber.moves.MovesConfig;
import ninebark.scrubber.patrol.PatrolConfig;
import ninebark.scrubber.rebuild.RebuildConfig;
import ninebark.storagenode.shard.ShardStoreConfig;
import ninebark.storagenode.stripe.StripeConfig;

/**
 * Everything that can be set, as {@code ninebark.yaml} has it.
 *
 * @param data the folder that holds everything the process keeps
 * @param listen where the gateway serves S3
 * @param admin where health and metrics are served
 * @param drain how long requests in flight may go on after SIGTERM
 * @param topology the disks of the store in one process, which are folders under the data folder
 * @param cluster what a process must know to be one of many
 * @param classes what clients name, and what each is promised
 * @param accounts further accounts beside the root account
 * @param disk the limits of each disk
 * @param stripes the limits of reading and writing stripes
 * @param rocks the memory of all RocksDBs
 */
public record NinebarkConfig(
    Path data,
    InetSocketAddress listen,
    InetSocketAddress admin,
    Duration drain,
    TopologyConfig topology,
    ClusterConfig cluster,
    Map<String, StorageClassConfig> classes,
    List<AccountConfig> accounts,
    GatewayConfig gateway,
    IndexConfig index,
    ShardStoreConfig disk,
    StripeConfig stripes,
    RocksConfig rocks,
    SnapshotConfig snapshots,
    ReclaimConfig reclaim,
    LifecycleConfig lifecycle,
    RebuildConfig rebuild,
    PatrolConfig patrol,
    CensusConfig census,
    MovesConfig moves,
    DurabilityConfig durability) {
  public static final NinebarkConfig DEFAULT =
      new NinebarkConfig(
          Path.of("data"),
          InetSocketAddress.createUnresolved("127.0.0.1", 9000),
          InetSocketAddress.createUnresolved("127.0.0.1", 9001),
          Duration.ofSeconds(30),
          TopologyConfig.DEFAULT,
          ClusterConfig.DEFAULT,
          StorageClassConfig.DEFAULTS,
          List.of(),
          GatewayConfig.DEFAULT,
          IndexConfig.DEFAULT,
          ShardStoreConfig.DEFAULT,
          StripeConfig.DEFAULT,
          RocksConfig.DEFAULT,
          SnapshotConfig.DEFAULT,
          ReclaimConfig.DEFAULT,
          LifecycleConfig.DEFAULT,
          RebuildConfig.DEFAULT,
          PatrolConfig.DEFAULT,
          CensusConfig.DEFAULT,
          MovesConfig.DEFAULT,
          DurabilityConfig.DEFAULT);

  public NinebarkConfig {
    if (!classes.containsKey("STANDARD")) {
      throw new IllegalArgumentException("classes: STANDARD is missing");
    }
    if (classes.get("STANDARD").archive().isPresent()) {
      throw new IllegalArgumentException("classes: STANDARD cannot be an archive");
    }
    if (drain.isNegative()) {
      throw new IllegalArgumentException("drain: a duration is not negative");
    }
    accounts = List.copyOf(accounts);
  }

  public NinebarkConfig withData(Path folder) {
    return new NinebarkConfig(
        folder,
        listen,
        admin,
        drain,
        topology,
        cluster,
        classes,
        accounts,
        gateway,
        index,
        disk,
        stripes,
        rocks,
        snapshots,
        reclaim,
        lifecycle,
        rebuild,
        patrol,
        census,
        moves,
        durability);
  }

  public NinebarkConfig withListen(InetSocketAddress address) {
    return new NinebarkConfig(
        data,
        address,
        admin,
        drain,
        topology,
        cluster,
        classes,
        accounts,
        gateway,
        index,
        disk,
        stripes,
        rocks,
        snapshots,
        reclaim,
        lifecycle,
        rebuild,
        patrol,
        census,
        moves,
        durability);
  }

  public NinebarkConfig withAdmin(InetSocketAddress address) {
    return new NinebarkConfig(
        data,
        listen,
        address,
        drain,
        topology,
        cluster,
        classes,
        accounts,
        gateway,
        index,
        disk,
        stripes,
        rocks,
        snapshots,
        reclaim,
        lifecycle,
        rebuild,
        patrol,
        census,
        moves,
        durability);
  }
}
