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
import ninebark.metadata.state.Judgement;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
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
  private final IndexConfig config;
  private final RowStateMachine stateMachine;
  private final RaftServer server;
  private final RaftClientAsynchronousProtocol division;
  private final RaftGroupId groupId;
  private final RaftPeerId peerId;
  private final ClientId clientId = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicBoolean snapshotAsked = new AtomicBoolean();

  private RaftReplica(
      IndexConfig config,
      RowStateMachine stateMachine,
      RaftServer server,
      RaftGroupId groupId,
      RaftPeerId peerId)
      throws IOException {
    this.config = config;
    this.stateMachine = stateMachine;
    this.server = server;
    this.groupId = groupId;
    this.peerId = peerId;
    // The division itself takes requests without a hop through the server's pool.
    this.division =
        server.getDivision(groupId) instanceof RaftClientAsynchronousProtocol direct
            ? direct
            : server;
  }

  /** Starts a replica that is alone in its group. */
  static RaftReplica startAlone(
      IndexConfig config, IndexFolder folder, RowStateMachine stateMachine) throws IOException {
    Files.createDirectories(folder.log());
    var peerId = RaftPeerId.valueOf(RaftIndex.REPLICA);
    var peer = RaftPeer.newBuilder().setId(peerId).setAddress("no-network:0").build();
    var groupId = RaftGroupId.valueOf(folder.group());
    var server =
        RaftServer.newBuilder()
            .setServerId(peerId)
            .setGroup(RaftGroup.valueOf(groupId, peer))
            .setOption(RaftStorage.StartupOption.RECOVER)
            .setStateMachineRegistry(id -> stateMachine)
            .setProperties(properties(config, folder))
            .setParameters(new Parameters())
            .build();
    try {
      server.start();
      var replica = new RaftReplica(config, stateMachine, server, groupId, peerId);
      replica.awaitLeadership();
      // Ratis renames its term and vote into place without syncing the folder; a power cut
      // could bring the old ones back. Nothing is acknowledged before this.
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

  private static RaftProperties properties(IndexConfig config, IndexFolder folder) {
    var properties = new RaftProperties();
    RaftConfigKeys.Rpc.setType(properties, new NoNetwork());
    RaftServerConfigKeys.setStorageDir(properties, List.of(folder.log().toFile()));
    RaftServerConfigKeys.setRemovedGroupsDir(
        properties, new File(folder.log().toFile(), "removed-groups"));

    // Alone, there is nobody to wait for before becoming the leader.
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(5));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(10));
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(100));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(200));
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

  private void awaitLeadership() throws IOException {
    long deadline = System.nanoTime() + config.submitTimeout().toNanos();
    while (!server.getDivision(groupId).getInfo().isLeaderReady()) {
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
  CompletableFuture<Judgement.Outcome> propose(byte[] entry) {
    var request =
        RaftClientRequest.newBuilder()
            .setClientId(clientId)
            .setServerId(peerId)
            .setGroupId(groupId)
            .setCallId(calls.incrementAndGet())
            .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      return division.submitClientRequestAsync(request).thenApply(RaftReplica::outcome);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Judgement.Outcome outcome(RaftClientReply reply) {
    if (reply.isSuccess() && reply.getMessage() instanceof RowStateMachine.Replies replies) {
      return replies.outcome();
    }
    throw new CompletionException(
        reply.getException() == null
            ? new IOException("the index gave no answer: " + reply)
            : reply.getException());
  }

  /** Asks for a snapshot when a restart would have much to replay. */
  void snapshotIfDue() {
    var info = stateMachine.getLastAppliedTermIndex();
    long behind = info.getIndex() - stateMachine.flushedIndex();
    boolean due =
        behind >= config.snapshotEntries()
            || stateMachine.bytesSinceSnapshot() >= config.snapshotBytes();
    if (due && snapshotAsked.compareAndSet(false, true)) {
      var _ = snapshot().whenComplete((reply, failure) -> snapshotAsked.set(false));
    }
  }

  private CompletableFuture<RaftClientReply> snapshot() {
    var request =
        SnapshotManagementRequest.newCreate(
            clientId, peerId, groupId, calls.incrementAndGet(), 60_000, 1);
    return server.snapshotManagementAsync(request);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
