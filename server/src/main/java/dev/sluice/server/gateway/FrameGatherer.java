package dev.sluice.server.gateway;

import dev.sluice.wire.Frames;
import dev.sluice.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Makes whole frames of what a socket gives. Frames that came complete in one read go on in the buffer of that read; only the pieces
 * of a cut frame are copied, into a buffer that grows with what has really come. Owned by one event loop.
 */
final class FrameGatherer {
    /** Shorter reads are copied behind a cut frame; of longer ones only its end is, and the rest stays where it is. */
    private static final int APPENDED_BYTES_MAX = 8 * 1024;

    /** Frames that fill less than this share of a read's buffer get their own: it would be held as long as they are. */
    private static final int WASTE = 4;

    private final ByteBufAllocator allocator;
    private int frameBytesMax = Wire.HELLO_FRAME_BYTES_MAX;
    private @Nullable ByteBuf held;
    private boolean heldIsOwn;
    private @Nullable ByteBuf next;

    FrameGatherer(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Sets the longest frame from now on. */
    void frameBytesMax(int bytes) {
        frameBytesMax = bytes;
    }

    /** Takes over what was read; {@link #take} must have returned null before. FrameException when a length is out of range. */
    void add(ByteBuf in) {
        if (!in.isReadable()) {
            in.release();
            return;
        }
        ByteBuf begun = held;
        if (begun == null) {
            held = in;
            heldIsOwn = false;
            return;
        }
        next = in;
        begun = owned(begun, in.readableBytes());
        if (in.readableBytes() <= APPENDED_BYTES_MAX) {
            begun.writeBytes(in);
        } else {
            complete(begun, in);
        }
        if (!in.isReadable()) {
            in.release();
            next = null;
        }
    }

    private void complete(ByteBuf begun, ByteBuf in) {
        int lengthMissing = Wire.LENGTH_BYTES - begun.readableBytes();
        if (lengthMissing > 0) {
            begun.writeBytes(in, lengthMissing);
        }
        int complete = Frames.completeBytes(begun, frameBytesMax);
        if (complete == 0) {
            long total = Wire.LENGTH_BYTES + begun.getUnsignedIntLE(begun.readerIndex());
            begun.writeBytes(in, (int) Math.min(total - begun.readableBytes(), in.readableBytes()));
        }
    }

    private ByteBuf owned(ByteBuf begun, int expectedBytes) {
        if (heldIsOwn) {
            return begun;
        }
        ByteBuf own = allocator.directBuffer(begun.readableBytes() + expectedBytes);
        own.writeBytes(begun);
        begun.release();
        held = own;
        heldIsOwn = true;
        return own;
    }

    /** All whole frames that stand together, or null when there is none (yet). The caller releases them. */
    @Nullable ByteBuf take() {
        ByteBuf from = held;
        if (from == null) {
            return null;
        }
        int bytes = Frames.completeBytes(from, frameBytesMax);
        return bytes == 0 ? null : cut(from, bytes);
    }

    /** The first frame, or null when it is not complete. The caller releases it. */
    @Nullable ByteBuf takeFirst() {
        ByteBuf from = held;
        if (from == null) {
            return null;
        }
        int bytes = Frames.firstFrameBytes(from, frameBytesMax);
        return bytes == 0 ? null : cut(from, bytes);
    }

    /** All that is held, whole frames or not; null when there is nothing. The caller releases it. */
    @Nullable ByteBuf takeAll() {
        ByteBuf first = held;
        ByteBuf second = next;
        held = null;
        next = null;
        return first == null || second == null
                ? first
                : allocator.compositeDirectBuffer(2).addComponents(true, first, second);
    }

    private ByteBuf cut(ByteBuf from, int bytes) {
        int rest = from.readableBytes() - bytes;
        if (rest > 0) {
            ByteBuf tail = allocator.directBuffer(rest);
            tail.writeBytes(from, from.readerIndex() + bytes, rest);
            from.writerIndex(from.readerIndex() + bytes);
            held = tail;
            heldIsOwn = true;
        } else {
            held = next;
            heldIsOwn = false;
            next = null;
        }
        if (bytes > from.capacity() / WASTE) {
            return from;
        }
        ByteBuf small = allocator.directBuffer(bytes, bytes);
        small.writeBytes(from);
        from.release();
        return small;
    }

    /** Releases what is held. */
    void close() {
        if (held != null) {
            held.release();
            held = null;
        }
        if (next != null) {
            next.release();
            next = null;
        }
    }
}
