package dev.sluice.server.raft;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.ratis.thirdparty.io.grpc.MethodDescriptor;
import org.apache.ratis.thirdparty.io.grpc.ServerServiceDefinition;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCalls;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;

/**
 * What members ask each other beside Raft, on its port: a call has a kind (int8) and what belongs to it, and an answer. Stateless.
 */
final class MemberCalls {
    /** Who are you? Answer: {@link Facts}. */
    static final int FACTS = 1;
    /** Who belongs to shard (int32; -1: the catalog)? Answer: {@link ShardMembers}. */
    static final int MEMBERS = 2;
    /** I want the rows of shard (int32). Answer: number of the copy (int64), applied index (int64), the rows of {@link Terms}. */
    static final int OPEN_COPY = 3;
    /** Of copy (int64) the piece (int64, from 1 on, one after the other; the last one may be asked for again). Answer: rows; empty at the end. */
    static final int READ_COPY = 4;
    /** Something about who leads: a line (UTF), see {@link Leadership}. Answer: one or more lines (UTF). */
    static final int LEADERSHIP = 5;
    /** I have checked a client that comes to you through me: {@link Vouchers.Voucher}. No answer. */
    static final int VOUCH = 6;

    /** What does the catalog say? Answer: the version of the map of buckets (int64; 0: there is none yet). */
    static final int CATALOG = 7;

    static final MethodDescriptor<byte[], byte[]> METHOD = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("dev.sluice.Member/Call")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private MemberCalls() {}

    /** Answers calls; on threads of gRPC, several at a time. */
    interface Answerer {
        /** Writes the answer to a call of a kind. What it throws is told to the caller. */
        void answer(int kind, DataInput call, DataOutput answer) throws IOException;
    }

    static ServerServiceDefinition service(Answerer answerer) {
        return ServerServiceDefinition.builder("dev.sluice.Member")
                .addMethod(METHOD, ServerCalls.asyncUnaryCall((call, observer) -> answer(answerer, call, observer)))
                .build();
    }

    private static void answer(Answerer answerer, byte[] call, StreamObserver<byte[]> observer) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(call));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            answerer.answer(in.readByte(), in, new DataOutputStream(bytes));
            observer.onNext(bytes.toByteArray());
            observer.onCompleted();
        } catch (IOException | RuntimeException fault) {
            observer.onError(Status.UNAVAILABLE
                    .withDescription(String.valueOf(fault.getMessage()))
                    .withCause(fault)
                    .asRuntimeException());
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException fault) {
                throw new UncheckedIOException(fault);
            }
        }
    }
}
