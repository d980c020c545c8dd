package dev.sluice.link;

import dev.sluice.wire.ClientFrameWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the frames of a turn, so that they leave in few writes and one flush: small frames are copied together (cheaper than a
 * buffer each for the system call), large ones go as they are. Owned by the link machine.
 */
final class Output {
    private static final int COPIED_BYTES_MAX = 16 * 1024;
    private static final int BATCH_BYTES = 64 * 1024;
    private static final int INITIAL_BYTES = 4 * 1024;

    private final ByteBufAllocator allocator;
    private final LinkEffects effects;
    private final ClientFrameWriter writer = new ClientFrameWriter();
    private @Nullable ByteBuf batch;
    private boolean unflushed;

    Output(ByteBufAllocator allocator, LinkEffects effects) {
        this.allocator = allocator;
        this.effects = effects;
    }

    /** For one frame, written here and now. */
    ClientFrameWriter frame() {
        writer.into(batch());
        return writer;
    }

    /** Adds an encoded frame, which stays the caller's and does not change any more. */
    void append(ByteBuf frame) {
        int bytes = frame.readableBytes();
        if (bytes <= COPIED_BYTES_MAX) {
            batch().writeBytes(frame, frame.readerIndex(), bytes);
            return;
        }
        handOver();
        unflushed = true;
        effects.write(frame.retainedDuplicate());
    }

    /** The end of a turn. */
    void flush() {
        handOver();
        if (unflushed) {
            unflushed = false;
            effects.flush();
        }
    }

    /** The socket is gone. */
    void discard() {
        ByteBuf open = batch;
        batch = null;
        unflushed = false;
        if (open != null) {
            open.release();
        }
    }

    private ByteBuf batch() {
        ByteBuf open = batch;
        if (open != null && open.readableBytes() >= BATCH_BYTES) {
            handOver();
            open = null;
        }
        if (open == null) {
            open = allocator.directBuffer(INITIAL_BYTES);
            batch = open;
        }
        return open;
    }

    private void handOver() {
        ByteBuf open = batch;
        if (open != null) {
            batch = null;
            if (open.isReadable()) {
                unflushed = true;
                effects.write(open);
            } else {
                open.release();
            }
        }
    }
}
