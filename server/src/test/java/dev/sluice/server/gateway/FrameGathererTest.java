package dev.sluice.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testing.Seeded;
import dev.sluice.wire.FrameException;
import dev.sluice.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameGathererTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final FrameGatherer gatherer = new FrameGatherer(allocator);

    @AfterEach
    void holdsNoMemoryWhenClosed() {
        gatherer.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    private ByteBuf read(ByteBuf from, int bytes) {
        return allocator.directBuffer(bytes).writeBytes(from, bytes);
    }

    @Seeded(runs = 300)
    void givesBackTheSameFramesHoweverTheyWereCut(SplittableRandom random) {
        gatherer.frameBytesMax(Wire.FRAME_BYTES_MAX);
        ByteBuf sent = Unpooled.buffer();
        for (int frames = random.nextInt(1, 60); frames > 0; frames--) {
            int bytes = random.nextInt(10) == 0 ? random.nextInt(8, 100_000) : random.nextInt(8, 2_000);
            sent.writeIntLE(bytes);
            for (int index = 0; index < bytes; index++) {
                sent.writeByte(random.nextInt());
            }
        }
        ByteBuf received = Unpooled.buffer();
        ByteBuf rest = sent.duplicate();
        int longestRead = 1 << random.nextInt(17);
        while (rest.isReadable()) {
            gatherer.add(read(rest, Math.min(rest.readableBytes(), random.nextInt(1, longestRead + 1))));
            takeAll(received);
        }
        assertThat(received).isEqualTo(sent);
    }

    private void takeAll(ByteBuf into) {
        @Nullable ByteBuf frames = gatherer.take();
        while (frames != null) {
            into.writeBytes(frames);
            frames.release();
            frames = gatherer.take();
        }
    }

    @Test
    void passesOnTheBufferOfTheReadWhenItsFramesAreWhole() {
        gatherer.frameBytesMax(Wire.FRAME_BYTES_MAX);
        ByteBuf in = allocator.directBuffer(1004, 1004).writeIntLE(1000).writeZero(1000);
        gatherer.add(in);
        ByteBuf taken = gatherer.take();
        assertThat(taken).isSameAs(in);
        in.release();
    }

    @Test
    void doesNotHoldALargeReadForASmallFrame() {
        gatherer.frameBytesMax(Wire.FRAME_BYTES_MAX);
        gatherer.add(allocator.directBuffer(64 * 1024).writeIntLE(8).writeZero(8));
        ByteBuf taken = gatherer.take();
        assertThat(taken)
                .isNotNull()
                .satisfies(frames -> assertThat(frames.capacity()).isEqualTo(12));
        release(taken);
    }

    private static void release(@Nullable ByteBuf buffer) {
        if (buffer != null) {
            buffer.release();
        }
    }

    @Test
    void growsWithWhatHasComeAndNotWithWhatIsAnnounced() {
        gatherer.frameBytesMax(Wire.FRAME_BYTES_MAX);
        gatherer.add(allocator.directBuffer(4).writeIntLE(Wire.FRAME_BYTES_MAX));
        assertThat(gatherer.take()).isNull();
        gatherer.add(allocator.directBuffer(10_000).writeZero(10_000));
        assertThat(gatherer.take()).isNull();
        assertThat(allocator.metric().usedDirectMemory()).isLessThan(50_000);
    }

    @Test
    void refusesLengthsAsSoonAsTheyAreKnown() {
        gatherer.add(allocator.directBuffer(4).writeIntLE(Wire.HELLO_FRAME_BYTES_MAX + 1));
        assertThatThrownBy(gatherer::takeFirst)
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("8192");
    }

    @Test
    void refusesALengthThatIsCompletedByALargeRead() {
        gatherer.frameBytesMax(Wire.FRAME_BYTES_MAX);
        gatherer.add(allocator.directBuffer(2).writeShort(-1));
        assertThat(gatherer.take()).isNull();
        ByteBuf second = allocator.directBuffer(20_000).writeShort(-1).writeZero(19_998);
        assertThatThrownBy(() -> gatherer.add(second))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("4294967295");
    }

    @Test
    void takesTheHelloAloneAndKeepsTheRest() {
        gatherer.add(allocator
                .directBuffer(64)
                .writeIntLE(8)
                .writeZero(8)
                .writeIntLE(9)
                .writeZero(9));
        ByteBuf hello = gatherer.takeFirst();
        assertThat(hello)
                .isNotNull()
                .satisfies(frame -> assertThat(frame.readableBytes()).isEqualTo(12));
        ByteBuf rest = gatherer.take();
        assertThat(rest)
                .isNotNull()
                .satisfies(frame -> assertThat(frame.readableBytes()).isEqualTo(13));
        release(hello);
        release(rest);
    }
}
