package ninebark.metadata.raft;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import ninebark.metadata.wire.OutcomeFormat.Told;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * This process's replica of the Raft group: starts Ratis and proposes entries to it. Threads: safe.
 */
final class RaftReplica implements AutoCloseable {
  /**
   * How long a follower waits for its leader before it stands for election itself. A lost leader is
   * replaced within some 1.5 s; a pause of garbage collection or a slow sync does not cost the
   * leadership.
   */
  private static final Duration PATIENCE_MIN = Duration.ofMillis(500);

  private static final Duration PATIENCE_MAX = Duration.ofSeconds(1);

  private final IndexConfig config;
  private final RowStateMachine stateMachine;
  private final RaftServer server;
  private final RaftClientAsynchronousProtocol direct;
  private final RaftServer.Division division;
  private final ClientId clientId = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicBoolean snapshotAsked = new AtomicBoolean();

  private RaftReplica(
      IndexConfig config,
      RowStateMachine stateMachine,
      RaftServer server,
      RaftServer.Division division) {
    this.config = config;
    this.stateMachine = stateMachine;
    this.server = server;
    this.division = division;
    // The division itself takes requests without a hop through the server's pool.
    this.direct = division instanceof RaftClientAsynchronousProtocol takes ? takes : server;
  }

  /** Starts the replica. One that is alone is ready then; one of a group need not be. */
  static RaftReplica start(
      IndexConfig config,
      IndexFolder folder,
      Seat seat,
      TermAndVote termAndVote,
      RowStateMachine stateMachine)
      throws IOException {
    Files.createDirectories(folder.log());
    var groupId = RaftGroupId.valueOf(folder.group());
    var properties = properties(config, folder);
    var peerId = RaftPeerId.valueOf(RaftIndex.replica(seat));
    RaftGroup group;
    Parameters parameters;
    switch (seat) {
      case Seat.Alone() -> {
        alone(properties);
        var peer = RaftPeer.newBuilder().setId(peerId).setAddress("no-network:0").build();
        group = RaftGroup.valueOf(groupId, peer);
        parameters = new Parameters();
      }
      case Seat.Founder(var founders, var self, var transport) -> {
        transport.check(founders.peers());
        networked(properties, founders.peer(self));
        group = founders.raftGroup();
        parameters = SyncedGrpc.with(transport.parameters(), termAndVote);
      }
      case Seat.Joiner(var known, var self, var transport) -> {
        transport.check(known.peers());
        networked(properties, known.peer(self));
        group = RaftGroup.valueOf(groupId);
        parameters = SyncedGrpc.with(transport.parameters(), termAndVote);
      }
    }
    requireSafe(properties);
    var server =
        RaftServer.newBuilder()
            .setServerId(peerId)
            .setGroup(group)
            .setOption(RaftStorage.StartupOption.RECOVER)
            .setStateMachineRegistry(id -> stateMachine)
            .setProperties(properties)
            .setParameters(parameters)
            .build();
    try {
      server.start();
      var replica = new RaftReplica(config, stateMachine, server, server.getDivision(groupId));
      if (seat instanceof Seat.Alone) {
        replica.awaitLeadership();
      }
      // The folders themselves are new at the first start.
      IndexFolder.sync(folder.segments());
      IndexFolder.sync(folder.segments().getParent());
      IndexFolder.sync(folder.log());
      return replica;
    } catch (CompletionException e) {
      server.close();
      throw new IOException("the index's log cannot be opened: " + e.getCause().getMessage(), e);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static void alone(RaftProperties properties) {
    RaftConfigKeys.Rpc.setType(properties, new NoNetwork());
    // Alone, there is nobody to wait for before becoming the leader.
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(5));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(10));
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(100));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(200));
  }

  private static void networked(RaftProperties properties, IndexPeer self) {
    RaftConfigKeys.Rpc.setType(properties, new SyncedGrpc());
    GrpcConfigKeys.Server.setHost(properties, self.host());
    GrpcConfigKeys.Server.setPort(properties, self.port());
    // Ratis waits eight times this for a replica that went away while it was sent a snapshot.
    GrpcConfigKeys.Server.setInstallSnapshotRequestTimeout(
        properties, millis(PATIENCE_MAX.toMillis()));
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(PATIENCE_MIN.toMillis()));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(PATIENCE_MAX.toMillis()));
    RaftServerConfigKeys.Rpc.setRequestTimeout(properties, millis(PATIENCE_MAX.toMillis()));
    RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
    // One joins at a time, so that a majority of the old members is one of the new.
    RaftServerConfigKeys.LeaderElection.setMemberMajorityAdd(properties, false);
    RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, true);
  }

  /**
   * Refuses settings under which an acknowledged change could be lost or a stale answer given,
   * whoever changed them.
   *
   * @throws IllegalStateException naming the setting
   */
  static void requireSafe(RaftProperties properties) {
    require(
        RaftServerConfigKeys.Read.option(properties)
            == RaftServerConfigKeys.Read.Option.LINEARIZABLE,
        "reads are not linearizable");
    require(
        !RaftServerConfigKeys.Read.leaderLeaseEnabled(properties), "leader leases trust clocks");
    require(
        !RaftServerConfigKeys.Log.unsafeFlushEnabled(properties),
        "entries would be acknowledged before they are synced");
    require(
        !RaftServerConfigKeys.Log.asyncFlushEnabled(properties),
        "a failed sync would be passed over");
    require(!RaftServerConfigKeys.Log.useMemory(properties), "the log would not be on a disk");
    require(
        RaftServerConfigKeys.Log.corruptionPolicy(properties)
            == RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION,
        "damage in the log would be passed over");
    require(
        !RaftServerConfigKeys.LeaderElection.memberMajorityAdd(properties),
        "a majority could be replaced at once");
  }

  private static void require(boolean safe, String otherwise) {
    if (!safe) {
      throw new IllegalStateException("the index's Raft settings are not safe: " + otherwise);
    }
  }

  private static RaftProperties properties(IndexConfig config, IndexFolder folder) {
    var properties = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(properties, List.of(folder.log().toFile()));
    RaftServerConfigKeys.setRemovedGroupsDir(
        properties, new File(folder.log().toFile(), "removed-groups"));

    // A stopped or paused process goes on where it was: the default would close the replica.
    RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(1, TimeUnit.DAYS));

    RaftServerConfigKeys.Log.setUseMemory(properties, false);
    RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
    RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
    // One more entry and sync for each commit, to tell followers what they learn anyway.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
    RaftServerConfigKeys.Log.setCorruptionPolicy(
        properties, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
    RaftServerConfigKeys.Log.setSegmentSizeMax(
        properties, SizeInBytes.valueOf(config.logSegmentBytes()));
    RaftServerConfigKeys.Log.setPreallocatedSize(
        properties, SizeInBytes.valueOf(Math.min(config.logSegmentBytes(), 4 << 20)));
    RaftServerConfigKeys.Log.setWriteBufferSize(
        properties, SizeInBytes.valueOf(entryLimit(config) + 64));
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(
        properties, SizeInBytes.valueOf(entryLimit(config)));
    // Applied entries are read from the log never again: two segments in memory are enough.
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 1);
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(
        properties, SizeInBytes.valueOf(config.logSegmentBytes()));

    // The byte threshold and the entry threshold are ours, see snapshotIfDue.
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
    RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
    RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, config.logTailEntries());
    RaftServerConfigKeys.Log.setPurgeGap(properties, 1);

    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, false);
    // Repeats are answered from the state; Ratis' own memory of replies would hold them for long.
    RaftServerConfigKeys.RetryCache.setExpiryTime(properties, millis(1000));
    return properties;
  }

  /** What Ratis must take as one entry, with its own fields around ours. */
  private static int entryLimit(IndexConfig config) {
    return Math.max(config.maxEntryBytes(), config.maxCommandBytes()) + 4096;
  }

  private static TimeDuration millis(long millis) {
    return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
  }

  /** Whether this replica thinks that it leads, and knows all that was committed before. */
  boolean leads() {
    return division.getInfo().isLeaderReady();
  }

  LeaderCheck leaderCheck() {
    return new LeaderCheck(server, division);
  }

  private void awaitLeadership() throws IOException {
    long deadline = System.nanoTime() + config.submitTimeout().toNanos();
    while (!leads()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "the index replica did not become ready within " + config.submitTimeout());
      }
      pause(Duration.ofMillis(2));
    }
  }

  private static void pause(Duration duration) throws IOException {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while the index started");
    }
  }

  /**
   * Proposes an entry. The future completes on a thread of Ratis once the entry is durable and
   * applied; it fails if it is not known whether it will be.
   */
  CompletableFuture<Told> propose(byte[] entry) {
    var request =
        RaftClientRequest.newBuilder()
            .setClientId(clientId)
            .setServerId(server.getId())
            .setGroupId(division.getMemberId().getGroupId())
            .setCallId(calls.incrementAndGet())
            .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      return direct.submitClientRequestAsync(request).thenApply(RaftReplica::told);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Told told(RaftClientReply reply) {
    if (reply.isSuccess() && reply.getMessage() instanceof RowStateMachine.Replies replies) {
      return replies.told();
    }
    throw new CompletionException(
        reply.getException() == null
            ? new IOException("the index gave no answer: " + reply)
            : reply.getException());
  }

  /** Asks for a snapshot when a restart would have much to replay. Threads: the updater's. */
  void snapshotIfDue() {
    var info = stateMachine.getLastAppliedTermIndex();
    long behind = info.getIndex() - stateMachine.flushedIndex();
    boolean due =
        behind >= config.snapshotEntries()
            || stateMachine.bytesSinceSnapshot() >= config.snapshotBytes();
    if (due && snapshotAsked.compareAndSet(false, true)) {
      // Ratis may hold its own lock for a while; the thread that applies must not wait for it.
      Thread.ofVirtual()
          .name("index-snapshot")
          .start(
              () -> {
                var _ = snapshot().whenComplete((reply, failure) -> snapshotAsked.set(false));
              });
    }
  }

  private CompletableFuture<RaftClientReply> snapshot() {
    var request =
        SnapshotManagementRequest.newCreate(
            clientId,
            server.getId(),
            division.getMemberId().getGroupId(),
            calls.incrementAndGet(),
            60_000,
            1);
    return server.snapshotManagementAsync(request);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
