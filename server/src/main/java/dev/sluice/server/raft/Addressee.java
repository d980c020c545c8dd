package dev.sluice.server.raft;

import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Turns away what is meant for another. A member that lost its data listens where the one that had it did, and Ratis 3.2 does not look whom
 * a request names: it would vote, and acknowledge, in the name of the one whose promises it does not know. Thread-safe.
 */
final class Addressee implements ServerInterceptor {
    private final ByteString self;

    Addressee(String id) {
        self = ByteString.copyFromUtf8(id);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean turnedAway;

            @Override
            public void onMessage(Q message) {
                RaftRpcRequestProto request = request(message);
                if (request != null && !request.getReplyId().equals(self)) {
                    turnAway(request);
                } else if (!turnedAway) {
                    super.onMessage(message);
                }
            }

            private void turnAway(RaftRpcRequestProto request) {
                if (!turnedAway) {
                    turnedAway = true;
                    String text = "this is " + self.toStringUtf8() + ", and not "
                            + request.getReplyId().toStringUtf8();
                    call.close(Status.UNAVAILABLE.withDescription(text), new Metadata());
                }
            }

            @Override
            public void onHalfClose() {
                if (!turnedAway) {
                    super.onHalfClose();
                }
            }
        };
    }

    private static @Nullable RaftRpcRequestProto request(Object message) {
        if (message instanceof AppendEntriesRequestProto append) {
            return append.getServerRequest();
        } else if (message instanceof RequestVoteRequestProto vote) {
            return vote.getServerRequest();
        } else if (message instanceof InstallSnapshotRequestProto install) {
            return install.getServerRequest();
        } else if (message instanceof StartLeaderElectionRequestProto election) {
            return election.getServerRequest();
        } else if (message instanceof ReadIndexRequestProto read) {
            return read.getServerRequest();
        }
        return null;
    }
}
