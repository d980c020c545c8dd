package dev.sluice.net;

import dev.sluice.wire.Frames;
import dev.sluice.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes whole frames of what a socket gives: those that came complete are read where they are, only a cut one is copied. For the owner of the link's turn. */
final class FrameBuffer {
    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf begun;
    private boolean reading;
    private boolean closed;

    FrameBuffer(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Takes over what was read; the consumer sees whole frames during the call only. FrameException when a length is out of range. */
    void add(ByteBuf in, Consumer<ByteBuf> frames) {
        boolean isRead = begun == null;
        ByteBuf source = in;
        if (begun != null) {
            source = begun.writeBytes(in);
            in.release();
        }
        begun = source;
        reading = true;
        try {
            int bytes = Frames.completeBytes(source, Wire.FRAME_BYTES_MAX);
            if (bytes > 0) {
                frames.accept(source.readSlice(bytes));
            }
        } finally {
            reading = false;
            keepRest(source, isRead);
        }
    }

    private void keepRest(ByteBuf source, boolean isRead) {
        if (closed || !source.isReadable()) {
            begun = null;
            source.release();
        } else if (isRead) {
            begun = allocator.directBuffer(source.readableBytes()).writeBytes(source);
            source.release();
        } else {
            source.discardReadBytes();
        }
    }

    /** Releases what is held; in the middle of {@link #add}, at its end. */
    void close() {
        closed = true;
        ByteBuf open = begun;
        if (open != null && !reading) {
            begun = null;
            open.release();
        }
    }
}
