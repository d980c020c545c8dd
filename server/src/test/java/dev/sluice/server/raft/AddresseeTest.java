package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.ServerServiceDefinition;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.protobuf.ProtoUtils;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member answers in its own name only. */
class AddresseeTest {
    private static final MethodDescriptor<RequestVoteRequestProto, RequestVoteReplyProto> VOTE =
            MethodDescriptor.<RequestVoteRequestProto, RequestVoteReplyProto>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("test/vote")
                    .setRequestMarshaller(ProtoUtils.marshaller(RequestVoteRequestProto.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(RequestVoteReplyProto.getDefaultInstance()))
                    .build();

    private Server server;
    private ManagedChannel channel;
    private volatile int votes;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(ServerServiceDefinition.builder("test")
                        .addMethod(VOTE, ServerCalls.asyncUnaryCall((request, observer) -> {
                            votes = votes + 1;
                            observer.onNext(RequestVoteReplyProto.newBuilder()
                                    .setTerm(7)
                                    .build());
                            observer.onCompleted();
                        }))
                        .build())
                .intercept(new Addressee("b.2"))
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    private RequestVoteReplyProto askForTheVoteOf(String id) {
        RequestVoteRequestProto request = RequestVoteRequestProto.newBuilder()
                .setServerRequest(RaftRpcRequestProto.newBuilder().setReplyId(ByteString.copyFromUtf8(id)))
                .build();
        return ClientCalls.blockingUnaryCall(channel, VOTE, CallOptions.DEFAULT, request);
    }

    @Test
    void answersWhatIsMeantForIt() {
        assertThat(askForTheVoteOf("b.2").getTerm()).isEqualTo(7);
    }

    @Test
    void turnsAwayWhatIsMeantForWhoHadItsAddressBefore() {
        assertThatThrownBy(() -> askForTheVoteOf("b.1"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("this is b.2, and not b.1");
        assertThat(votes).isZero();
        assertThat(askForTheVoteOf("b.2").getTerm()).isEqualTo(7);
    }
}
