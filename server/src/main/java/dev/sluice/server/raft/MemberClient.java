package dev.sluice.server.raft;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.ratis.thirdparty.io.grpc.CallOptions;
import org.apache.ratis.thirdparty.io.grpc.ClientCall;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.ClientCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;

/** Asks one member what {@link MemberCalls} has. Thread-safe. */
public final class MemberClient implements AutoCloseable {
    /** A piece of a copy with the longest row. */
    private static final int ANSWER_BYTES_MAX = 16 << 20;

    private static final long PATIENCE_MILLIS = 5_000;
    private static final long TELLING_MILLIS = 1_000;

    private final ManagedChannel channel;
    private final String address;
    private final long patienceMillis;

    private MemberClient(String address, long patienceMillis) {
        this.address = address;
        this.patienceMillis = patienceMillis;
        channel = NettyChannelBuilder.forTarget(address)
                .usePlaintext()
                .maxInboundMessageSize(ANSWER_BYTES_MAX)
                .build();
    }

    /** For host:port of a Raft server; it connects at the first question. */
    public static MemberClient of(String address) {
        return of(address, PATIENCE_MILLIS);
    }

    /** As above; a question is given up after {@code patienceMillis}. */
    static MemberClient of(String address, long patienceMillis) {
        return new MemberClient(address, patienceMillis);
    }

    /**
     * What the member is.
     *
     * @throws IOException when it does not answer
     */
    public Facts facts() throws IOException {
        return Facts.read(ask(MemberCalls.FACTS, out -> {}));
    }

    /**
     * Who has a shard, as the member knows it.
     *
     * @throws IOException when it does not answer
     */
    public ShardMembers members(int shard) throws IOException {
        return ShardMembers.read(ask(MemberCalls.MEMBERS, out -> out.writeInt(shard)));
    }

    /**
     * The version of the map of buckets that the member has; 0 when it has none yet.
     *
     * @throws IOException when it does not answer
     */
    public long catalogVersion() throws IOException {
        return ask(MemberCalls.CATALOG, out -> {}).readLong();
    }

    /**
     * The answer to a line about who leads.
     *
     * @throws IOException when there is none
     */
    String leadership(String line) throws IOException {
        return ask(MemberCalls.LEADERSHIP, out -> out.writeUTF(line)).readUTF();
    }

    private static byte[] bytes(int kind, Call call) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(kind);
        call.write(out);
        return bytes.toByteArray();
    }

    /** Says something that has no answer; {@code done} is called on any thread with whether it was heard within a second. */
    void tell(int kind, Call call, Consumer<Boolean> done) {
        try {
            byte[] bytes = bytes(kind, call);
            ClientCall<byte[], byte[]> begun = channel.newCall(
                    MemberCalls.METHOD, CallOptions.DEFAULT.withDeadlineAfter(TELLING_MILLIS, TimeUnit.MILLISECONDS));
            ClientCalls.asyncUnaryCall(begun, bytes, new StreamObserver<>() {
                @Override
                public void onNext(byte[] nothing) {
                    // There is none.
                }

                @Override
                public void onError(Throwable away) {
                    channel.resetConnectBackoff();
                    done.accept(false);
                }

                @Override
                public void onCompleted() {
                    done.accept(true);
                }
            });
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    DataInputStream ask(int kind, Call call) throws IOException {
        byte[] bytes = bytes(kind, call);
        try {
            byte[] answer = ClientCalls.blockingUnaryCall(
                    channel,
                    MemberCalls.METHOD,
                    CallOptions.DEFAULT.withDeadlineAfter(patienceMillis, TimeUnit.MILLISECONDS),
                    bytes);
            return new DataInputStream(new ByteArrayInputStream(answer));
        } catch (StatusRuntimeException failure) {
            // Who asks again means at once: gRPC would wait longer each time, up to two minutes.
            channel.resetConnectBackoff();
            String why = failure.getStatus().getDescription();
            throw new IOException(
                    "the member at " + address + " does not answer: "
                            + failure.getStatus().getCode() + (why == null ? "" : ", " + why),
                    failure);
        }
    }

    /** Writes what belongs to a call. */
    @FunctionalInterface
    interface Call {
        void write(DataOutputStream out) throws IOException;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
