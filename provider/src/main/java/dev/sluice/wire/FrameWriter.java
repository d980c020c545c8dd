package dev.sluice.wire;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sluice.base.Invariant;
import dev.sluice.wire.codec.AcknowledgeEncoder;
import dev.sluice.wire.codec.MessageHeaderEncoder;
import io.netty.buffer.ByteBuf;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames, each behind its length, to the end of a buffer. Between begin and {@link #end} one frame is open, and the target
 * shows nothing of it. Owned by one thread; the target is borrowed.
 */
public abstract sealed class FrameWriter permits ClientFrameWriter, ServerFrameWriter {
    /** Before each data of variable length. */
    protected static final int DATA_HEADER_BYTES = 4;

    private static final byte[] NOTHING = {};

    private final UnsafeBuffer buffer = new UnsafeBuffer();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private @Nullable ByteBuf target;
    private boolean open;

    FrameWriter() {}

    /** Sets where the frames go from now on. */
    @CanIgnoreReturnValue
    public final FrameWriter into(ByteBuf buf) {
        Invariant.check(!open, "a frame is open");
        target = buf;
        return this;
    }

    /** Ends the open frame at the limit of its encoder. Returns its bytes, with the length. */
    @CanIgnoreReturnValue
    public final int end(int limit) {
        ByteBuf buf = target;
        if (!open || buf == null) {
            throw new IllegalStateException("no frame is open");
        }
        open = false;
        // Not beyond what was reserved; the codecs check nothing else.
        buffer.boundsCheck(0, limit);
        buffer.putInt(0, limit - Wire.LENGTH_BYTES, Wire.BYTE_ORDER);
        buf.writerIndex(buf.writerIndex() + limit);
        // The memory is the target's, who may grow or release it.
        buffer.wrap(NOTHING);
        return limit;
    }

    /** Forgets the open frame, if there is one. */
    public final void abandon() {
        open = false;
    }

    /** Reserves room for a frame of {@code blockAndDataBytes} behind its header; where the message begins. */
    final int begin(int blockAndDataBytes) {
        ByteBuf buf = target;
        if (open || buf == null) {
            throw new IllegalStateException(open ? "a frame is open" : "no target");
        }
        int most = Wire.LENGTH_BYTES + MessageHeaderEncoder.ENCODED_LENGTH + blockAndDataBytes;
        buf.ensureWritable(most);
        Frames.view(buffer, buf, buf.writerIndex(), most);
        open = true;
        return Wire.LENGTH_BYTES;
    }

    final MutableDirectBuffer buffer() {
        return buffer;
    }

    final MessageHeaderEncoder header() {
        return header;
    }

    /** The bytes of a group of ranges; the same in every frame that has one. */
    static int ranges(int count) {
        return AcknowledgeEncoder.RangesEncoder.sbeHeaderSize()
                + count * AcknowledgeEncoder.RangesEncoder.sbeBlockLength();
    }
}
