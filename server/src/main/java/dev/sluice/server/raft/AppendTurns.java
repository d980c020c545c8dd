package dev.sluice.server.raft;

import dev.sluice.base.Monitor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;

/**
 * Lets the entries of a group come in by one call at a time. Two may be there at once: of a leader that began anew after a cut of the network, say,
 * with much to send. Where their threads meet in Ratis 3.2.0, one append fails, and every later one with it, for as long as the process lives:
 * {@code RaftServerImpl.appendLog} makes each wait for the one before, and runs that twice when the other thread was quicker. Thread-safe.
 */
final class AppendTurns implements ServerInterceptor {
    private final Map<ByteString, Monitor> turns = new ConcurrentHashMap<>();

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onMessage(Q message) {
                if (message instanceof AppendEntriesRequestProto append) {
                    Monitor turn = turns.computeIfAbsent(
                            append.getServerRequest().getRaftGroupId().getId(), group -> new Monitor());
                    turn.enter();
                    try {
                        super.onMessage(message);
                    } finally {
                        turn.leave();
                    }
                } else {
                    super.onMessage(message);
                }
            }
        };
    }
}
