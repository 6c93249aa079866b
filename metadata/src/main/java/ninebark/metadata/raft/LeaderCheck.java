package ninebark.metadata.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;

/**
 * Makes sure that this replica still leads, at a moment after it was asked: what it has committed
 * by then is all that anybody was told of, so that a question answered from it is linearizable.
 *
 * <p>Ratis' own read index remembers that it was confirmed once, and does not ask again at the same
 * commit index: a leader that was paused while another took over could answer from the past. Here a
 * majority is asked for its term, each time. If no one of a majority knows a term above this
 * leader's, no other leader had been voted for before they answered. The question is put as a
 * candidacy to be (a pre-vote) that is never granted, since its log is empty; it changes nothing.
 *
 * <p>Threads: safe; callers block. Questions that wait share one round, and a round begins after
 * all of them came.
 */
final class LeaderCheck {
  private static final Duration ROUND = Duration.ofSeconds(1);

  /** Rounds that a replica may owe its answer to; one that hangs is not asked without end. */
  private static final int UNANSWERED_COUNT = 8;

  private final RaftServer server;
  private final RaftServer.Division division;
  private final RaftServerRpc rpc;
  private final AtomicLong calls = new AtomicLong();
  private final Map<RaftPeerId, Semaphore> unanswered = new ConcurrentHashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private CompletableFuture<Long> next = new CompletableFuture<>();
  private boolean wanted;
  private boolean running;

  LeaderCheck(RaftServer server, RaftServer.Division division) {
    this.server = server;
    this.division = division;
    this.rpc = server.getServerRpc();
  }

  /**
   * Returns the index that the rows must have reached before a question that came before this call
   * is answered.
   *
   * @throws NotLeadingException if this replica does not lead or cannot reach a majority
   */
  long confirm() throws IOException {
    CompletableFuture<Long> mine;
    lock.lock();
    try {
      mine = next;
      wanted = true;
      if (!running) {
        running = true;
        Thread.ofVirtual().name("index-leader-check").start(this::rounds);
      }
    } finally {
      lock.unlock();
    }
    try {
      return mine.get(2 * ROUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while asking who leads the index");
    } catch (ExecutionException e) {
      throw new NotLeadingException(e.getCause().getMessage());
    } catch (TimeoutException e) {
      throw new NotLeadingException("no majority of the index answered in time");
    }
  }

  private void rounds() {
    while (true) {
      CompletableFuture<Long> round;
      lock.lock();
      try {
        if (!wanted) {
          running = false;
          return;
        }
        round = next;
        next = new CompletableFuture<>();
        wanted = false;
      } finally {
        lock.unlock();
      }
      try {
        round.complete(round());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        round.completeExceptionally(e);
      } catch (IOException | RuntimeException e) {
        round.completeExceptionally(e);
      }
    }
  }

  private long round() throws IOException, InterruptedException {
    var info = division.getInfo();
    long term = info.getCurrentTerm();
    if (!info.isLeaderReady()) {
      throw new NotLeadingException("replica " + server.getId() + " does not lead the index");
    }
    var configuration = division.getRaftConf();
    long committed = division.getRaftLog().getLastCommittedIndex();
    var current = ids(configuration.getCurrentPeers());
    var previous = ids(configuration.getPreviousPeers());
    var others = new HashSet<>(current);
    others.addAll(previous);
    others.remove(server.getId());
    var loyal = new HashSet<RaftPeerId>();
    loyal.add(server.getId());
    var answers = new LinkedBlockingQueue<Answer>();
    int expected = 0;
    for (var peer : others) {
      expected += ask(peer, term, answers) ? 1 : 0;
    }
    long deadline = System.nanoTime() + ROUND.toNanos();
    while (!majority(current, loyal) || (!previous.isEmpty() && !majority(previous, loyal))) {
      var answer =
          expected-- > 0 ? answers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS) : null;
      if (answer == null) {
        throw new NotLeadingException("no majority of the index confirmed its leader");
      }
      if (answer.term > term) {
        throw new NotLeadingException("replica " + answer.from + " knows a later leader");
      }
      if (answer.term >= 0) {
        loyal.add(answer.from);
      }
    }
    // A leader that stepped down meanwhile may not know what its successor committed.
    if (!info.isLeaderReady() || info.getCurrentTerm() != term) {
      throw new NotLeadingException("replica " + server.getId() + " leads the index no more");
    }
    return committed;
  }

  /** A replica's term; -1 if it did not answer. */
  private record Answer(RaftPeerId from, long term) {}

  private boolean ask(RaftPeerId peer, long term, LinkedBlockingQueue<Answer> answers) {
    var owed = unanswered.computeIfAbsent(peer, id -> new Semaphore(UNANSWERED_COUNT));
    if (!owed.tryAcquire()) {
      return false;
    }
    var request =
        RequestVoteRequestProto.newBuilder()
            .setServerRequest(
                RaftRpcRequestProto.newBuilder()
                    .setRequestorId(server.getId().toByteString())
                    .setReplyId(peer.toByteString())
                    .setRaftGroupId(
                        org.apache.ratis.proto.RaftProtos.RaftGroupIdProto.newBuilder()
                            .setId(division.getMemberId().getGroupId().toByteString()))
                    .setCallId(calls.incrementAndGet()))
            .setCandidateTerm(term)
            .setCandidateLastEntry(TermIndexProto.newBuilder().setTerm(0).setIndex(-1))
            .setPreVote(true)
            .build();
    Thread.ofVirtual()
        .start(
            () -> {
              long answered = -1;
              try {
                answered = rpc.requestVote(request).getTerm();
              } catch (IOException | RuntimeException e) {
                // It is not counted; the others may be enough.
              } finally {
                owed.release();
                answers.add(new Answer(peer, answered));
              }
            });
    return true;
  }

  private static Set<RaftPeerId> ids(Collection<RaftPeer> peers) {
    var ids = new HashSet<RaftPeerId>();
    peers.forEach(peer -> ids.add(peer.getId()));
    return ids;
  }

  private static boolean majority(Set<RaftPeerId> of, Set<RaftPeerId> loyal) {
    return of.stream().filter(loyal::contains).count() > of.size() / 2;
  }
}
