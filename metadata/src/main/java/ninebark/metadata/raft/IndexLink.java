package ninebark.metadata.raft;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import ninebark.metadata.Query;
import ninebark.metadata.wire.AnswerFormat;
import ninebark.metadata.wire.AnswerFormat.Answer;
import ninebark.metadata.wire.OutcomeFormat;
import ninebark.metadata.wire.OutcomeFormat.Told;
import ninebark.metadata.wire.QuestionFormat;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.TimeDuration;

/**
 * Speaks to whoever leads the index, from any process: finds the leader, and finds it again when it
 * is lost. One call is a few attempts; who calls decides whether to call again.
 *
 * <p>Threads: safe.
 */
final class IndexLink implements AutoCloseable {
  /** Longer than most entries take; one that takes longer is asked for again, and found. */
  private static final TimeDuration ATTEMPT = TimeDuration.valueOf(1500, TimeUnit.MILLISECONDS);

  private static final int ATTEMPT_COUNT = 8;
  private static final TimeDuration BETWEEN = TimeDuration.valueOf(25, TimeUnit.MILLISECONDS);

  private final RaftClient client;

  private IndexLink(RaftClient client) {
    this.client = client;
  }

  static IndexLink open(IndexGroup group, IndexTransport transport) throws IOException {
    transport.check(group.peers());
    var properties = new RaftProperties();
    RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.GRPC);
    RaftClientConfigKeys.Rpc.setRequestTimeout(properties, ATTEMPT);
    return new IndexLink(
        RaftClient.newBuilder()
            .setProperties(properties)
            .setParameters(transport.parameters())
            .setRaftGroup(group.raftGroup())
            .setRetryPolicy(
                RetryPolicies.retryUpToMaximumCountWithFixedSleep(ATTEMPT_COUNT, BETWEEN))
            .build());
  }

  /** Proposes an entry; fails if it is not known whether it will be applied. */
  CompletableFuture<Told> propose(byte[] entry) {
    var told = new CompletableFuture<Told>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                told.complete(OutcomeFormat.decode(content(client.io().send(message(entry)))));
              } catch (IOException | RuntimeException e) {
                told.completeExceptionally(e);
              }
            });
    return told;
  }

  /**
   * Asks the leader. Ratis' own read index is not used: the leader makes sure by {@link
   * LeaderCheck}.
   */
  <R> Answer<R> ask(Query<R> query) throws IOException {
    var question = message(QuestionFormat.encode(query));
    return AnswerFormat.decode(query, content(client.io().sendReadOnlyNonLinearizable(question)));
  }

  private static Message message(byte[] bytes) {
    return Message.valueOf(UnsafeByteOperations.unsafeWrap(bytes));
  }

  private static byte[] content(RaftClientReply reply) throws IOException {
    if (!reply.isSuccess()) {
      throw new IOException("the index gave no answer: " + reply);
    }
    return reply.getMessage().getContent().toByteArray();
  }

  /** For changes of the group itself. */
  RaftClient client() {
    return client;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
