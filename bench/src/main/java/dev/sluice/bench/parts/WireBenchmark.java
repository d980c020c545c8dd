package dev.sluice.bench.parts;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.wire.ClientFrameWriter;
import dev.sluice.wire.FrameChecker;
import dev.sluice.wire.Frames;
import dev.sluice.wire.ServerFrameWriter;
import dev.sluice.wire.Wire;
import dev.sluice.wire.codec.DeliverDecoder;
import dev.sluice.wire.codec.DeliverEncoder;
import dev.sluice.wire.codec.MessageHeaderDecoder;
import dev.sluice.wire.codec.PublishDecoder;
import dev.sluice.wire.codec.PublishEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Frames of the wire: a message written as either side does it, and checked and looked into as the other side does. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WireBenchmark {
    private static final int FRAME_BYTES = 2_048;

    private final UnsafeBuffer envelope = Sample.envelope();
    private final ClientFrameWriter clientWriter = new ClientFrameWriter();
    private final ServerFrameWriter serverWriter = new ServerFrameWriter();
    private final FrameChecker clientChecker = FrameChecker.ofClientFrames();
    private final FrameChecker serverChecker = FrameChecker.ofServerFrames();
    private final PublishDecoder publish = new PublishDecoder();
    private final DeliverDecoder deliver = new DeliverDecoder();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final UnsafeBuffer view = new UnsafeBuffer();
    private final ByteBuf out = Unpooled.directBuffer(FRAME_BYTES);
    private final ByteBuf published = Unpooled.directBuffer(FRAME_BYTES);
    private final ByteBuf delivered = Unpooled.directBuffer(FRAME_BYTES);

    public WireBenchmark() {
        writePublish(published);
        writeDeliver(delivered);
    }

    @Benchmark
    public int encodePublish() {
        return writePublish(out.clear());
    }

    @Benchmark
    public int encodeDeliver() {
        return writeDeliver(out.clear());
    }

    @Benchmark
    public long decodePublish() {
        int frames = clientChecker.checkAll(published);
        Frames.view(view, published, 0, published.readableBytes());
        publish.wrapAndApplyHeader(view, Wire.LENGTH_BYTES, header);
        return frames + publish.number() + publish.addressId() + publish.priority() + publish.envelopeLength();
    }

    @Benchmark
    public long decodeDeliver() {
        int frames = serverChecker.checkAll(delivered);
        Frames.view(view, delivered, 0, delivered.readableBytes());
        deliver.wrapAndApplyHeader(view, Wire.LENGTH_BYTES, header);
        return frames + deliver.consumerId() + deliver.sequence() + deliver.priority() + deliver.envelopeLength();
    }

    @CanIgnoreReturnValue
    private int writePublish(ByteBuf to) {
        clientWriter.into(to);
        PublishEncoder encoder = clientWriter.publish(envelope.capacity());
        encoder.number(7)
                .addressId(3)
                .timeToLiveMillis(0)
                .delayMillis(0)
                .stageId(0)
                .transactionId(0)
                .priority((short) 4)
                .flags()
                .clear()
                .persistent(true);
        encoder.putEnvelope(envelope, 0, envelope.capacity());
        return clientWriter.end(encoder.limit());
    }

    @CanIgnoreReturnValue
    private int writeDeliver(ByteBuf to) {
        serverWriter.into(to);
        DeliverEncoder encoder = serverWriter.deliver(envelope.capacity());
        encoder.consumerId(5)
                .addressId(3)
                .sequence(1_000)
                .bodyBytes(0)
                .epoch(1)
                .deliveryCount(1)
                .priority((short) 4)
                .flags()
                .clear();
        encoder.putEnvelope(envelope, 0, envelope.capacity());
        return serverWriter.end(encoder.limit());
    }
}
