package ninebark.metadata.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcServicesImpl;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;

/**
 * Ratis' gRPC transport, except that no answer leaves before the term and vote that it speaks of
 * would survive a power cut. Ratis makes one from this class's name.
 *
 * <p>A candidate's vote for itself is kept when it becomes the leader, see {@link
 * RowStateMachine#notifyLeaderChanged}: until then nothing depends on it.
 */
public final class SyncedGrpc implements RpcType {
  private static final String TERM_AND_VOTE = "ninebark.term-and-vote";

  /** Tells the factory, through Ratis, what to keep. */
  static Parameters with(Parameters parameters, TermAndVote termAndVote) {
    parameters.put(TERM_AND_VOTE, termAndVote, TermAndVote.class);
    return parameters;
  }

  @Override
  public String name() {
    return SyncedGrpc.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(parameters);
  }

  private static final class Factory extends GrpcFactory {
    private final TermAndVote termAndVote;

    Factory(Parameters parameters) {
      super(parameters);
      this.termAndVote = parameters.getNonNull(TERM_AND_VOTE, TermAndVote.class);
    }

    @Override
    public GrpcServicesImpl newRaftServerRpc(RaftServer server) {
      var synced =
          (RaftServer)
              Proxy.newProxyInstance(
                  SyncedGrpc.class.getClassLoader(),
                  new Class<?>[] {RaftServer.class},
                  (self, method, arguments) -> answer(server, method, arguments));
      return (GrpcServicesImpl) super.newRaftServerRpc(synced);
    }

    private Object answer(RaftServer server, Method method, Object[] arguments) throws Throwable {
      Object answer;
      try {
        answer = method.invoke(server, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
      return switch (answer) {
        case RequestVoteReplyProto reply -> {
          boolean voted =
              arguments[0] instanceof RequestVoteRequestProto request
                  && !request.getPreVote()
                  && reply.getServerReply().getSuccess();
          if (voted) {
            termAndVote.keep();
          } else {
            termAndVote.keepTerm(reply.getTerm());
          }
          yield reply;
        }
        case InstallSnapshotReplyProto reply -> {
          termAndVote.keepTerm(reply.getTerm());
          yield reply;
        }
        case CompletableFuture<?> future when method.getName().equals("appendEntriesAsync") ->
            future.thenApply(this::appended);
        case null, default -> answer;
      };
    }

    private Object appended(Object answer) {
      if (answer instanceof AppendEntriesReplyProto reply) {
        try {
          termAndVote.keepTerm(reply.getTerm());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return answer;
    }
  }
}
