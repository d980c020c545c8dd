package dev.sluice.server.raft;

import dev.sluice.base.SharedLong;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** How what this member proposes gets to Ratis, and what its refusals mean. Any thread. */
final class Submission {
    private final RaftServer server;
    private final ClientId client;
    private final SharedLong catalogCalls = new SharedLong(0);

    Submission(RaftServer server, ClientId client) {
        this.server = server;
        this.client = client;
    }

    /** For a shard, whose log hears what became of it. */
    Proposer ofShard(RaftGroupId group, RaftLog log) throws IOException {
        RaftClientAsynchronousProtocol division = division(group);
        return (term, call, data) -> {
            try {
                var unused = division.submitClientRequestAsync(request(group, call, data))
                        .whenComplete(
                                (reply, fault) -> answered(log, term, fault == null ? reply.getException() : fault));
            } catch (IOException fault) {
                answered(log, term, fault);
            }
        };
    }

    /** For the catalog; what comes back is the answer of its machine. */
    Function<ByteString, CompletableFuture<ByteString>> ofCatalog(RaftGroupId group) throws IOException {
        RaftClientAsynchronousProtocol division = division(group);
        return data -> {
            try {
                return division.submitClientRequestAsync(request(group, catalogCalls.add(1), data))
                        .thenApply(Submission::answer);
            } catch (IOException fault) {
                return CompletableFuture.failedFuture(fault);
            }
        };
    }

    private static ByteString answer(RaftClientReply reply) {
        if (reply.getException() != null) {
            throw new CompletionException(reply.getException());
        }
        return reply.getMessage().getContent();
    }

    /** The division takes requests in the order of the calls; the server would hand them to threads that race. */
    private RaftClientAsynchronousProtocol division(RaftGroupId group) throws IOException {
        return (RaftClientAsynchronousProtocol) server.getDivision(group);
    }

    private RaftClientRequest request(RaftGroupId group, long call, ByteString data) {
        return RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(server.getId())
                .setGroupId(group)
                .setCallId(call)
                .setMessage(Message.valueOf(data))
                .setType(RaftClientRequest.writeRequestType())
                .build();
    }

    /** What was committed comes by the log. What was refused ends the leadership: nothing may follow what is missing. All else is a failure. */
    private static void answered(RaftLog log, long term, @Nullable Throwable fault) {
        if (fault != null && endsLeadership(fault)) {
            log.lost(term);
        } else if (fault != null) {
            log.failed(cause(fault));
        }
    }

    private static Throwable cause(Throwable fault) {
        Throwable cause = fault;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whether a refusal says that another member leads, if any. */
    static boolean isNotLeader(Throwable fault) {
        return cause(fault) instanceof NotLeaderException;
    }

    private static boolean endsLeadership(Throwable fault) {
        Throwable cause = cause(fault);
        return cause instanceof NotLeaderException
                || cause instanceof LeaderNotReadyException
                || cause instanceof LeaderSteppingDownException
                || cause instanceof ServerNotReadyException
                || cause instanceof StateMachineException
                || cause instanceof AlreadyClosedException;
    }
}
