package dev.sluice.server.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.ServerServiceDefinition;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.protobuf.ProtoUtils;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AppendTurnsTest {
    private static final int CALLS = 8;
    private static final MethodDescriptor<AppendEntriesRequestProto, AppendEntriesReplyProto> APPEND =
            MethodDescriptor.<AppendEntriesRequestProto, AppendEntriesReplyProto>newBuilder()
                    .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                    .setFullMethodName("test/append")
                    .setRequestMarshaller(ProtoUtils.marshaller(AppendEntriesRequestProto.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(AppendEntriesReplyProto.getDefaultInstance()))
                    .build();

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final CountDownLatch bothInside = new CountDownLatch(2);
    private volatile boolean awaitBoth;
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(ServerServiceDefinition.builder("test")
                        .addMethod(APPEND, ServerCalls.asyncBidiStreamingCall(Appending::new))
                        .build())
                .intercept(new AppendTurns())
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

    /** Stands in for Ratis. */
    private final class Appending implements StreamObserver<AppendEntriesRequestProto> {
        private final StreamObserver<AppendEntriesReplyProto> replies;

        Appending(StreamObserver<AppendEntriesReplyProto> replies) {
            this.replies = replies;
        }

        @Override
        public void onNext(AppendEntriesRequestProto request) {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            try {
                bothInside.countDown();
                // Whoever else may come in has the time to.
                boolean both = bothInside.await(awaitBoth ? 30_000 : 20, TimeUnit.MILLISECONDS);
                assertThat(both || !awaitBoth).isTrue();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } finally {
                inside.decrementAndGet();
            }
            replies.onNext(AppendEntriesReplyProto.getDefaultInstance());
        }

        @Override
        public void onError(Throwable fault) {
            replies.onCompleted();
        }

        @Override
        public void onCompleted() {
            replies.onCompleted();
        }
    }

    private void call(String group, CountDownLatch replies) {
        var requests = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(APPEND, CallOptions.DEFAULT), new StreamObserver<AppendEntriesReplyProto>() {
                    @Override
                    public void onNext(AppendEntriesReplyProto reply) {
                        replies.countDown();
                    }

                    @Override
                    public void onError(Throwable fault) {
                        throw new AssertionError(fault);
                    }

                    @Override
                    public void onCompleted() {}
                });
        requests.onNext(AppendEntriesRequestProto.newBuilder()
                .setServerRequest(RaftRpcRequestProto.newBuilder()
                        .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(ByteString.copyFromUtf8(group))))
                .build());
        requests.onCompleted();
    }

    @Test
    void entriesOfAGroupComeInByOneCallAtATime() throws InterruptedException {
        CountDownLatch replies = new CountDownLatch(CALLS);
        for (int index = 0; index < CALLS; index++) {
            call("one", replies);
        }
        assertThat(replies.await(30, TimeUnit.SECONDS)).isTrue();
        // The first of them waits for the second in vain.
        assertThat(most).hasValue(1);
    }

    @Test
    void noGroupWaitsForAnother() throws InterruptedException {
        awaitBoth = true;
        CountDownLatch replies = new CountDownLatch(2);
        call("one", replies);
        call("another", replies);
        assertThat(replies.await(30, TimeUnit.SECONDS)).isTrue();
    }
}
