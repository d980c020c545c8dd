package dev.sluice.link;

import dev.sluice.wire.FrameException;
import org.jspecify.annotations.Nullable;

/**
 * A body that comes in chunks: in memory up to 1 MiB, through {@link LinkEffects#spool} to a file beyond. Owned by the link machine; the
 * shell knows it as a name for the file.
 */
public final class LargeBody {
    /** Longer ones go to a file. */
    static final long IN_MEMORY_BYTES_MAX = 1024 * 1024;

    private final long bytes;
    private final byte @Nullable [] memory;
    private long received;
    private DeliverySink.@Nullable SpooledBody body;

    LargeBody(long bytes) {
        this.bytes = bytes;
        memory = bytes <= IN_MEMORY_BYTES_MAX ? new byte[(int) bytes] : null;
        if (memory != null && bytes == 0) {
            body = new MemoryBody(memory);
        }
    }

    /** Its length when complete. */
    public long bytes() {
        return bytes;
    }

    /** Takes the next part; it must begin where the last one ended. */
    void part(long offset, byte[] part, LinkEffects effects) {
        if (offset != received || part.length > bytes - received) {
            throw new FrameException("DeliverChunk: offset " + offset + " and " + part.length + " bytes, but "
                    + received + " of " + bytes + " bytes have come");
        }
        received += part.length;
        if (memory == null) {
            effects.spool(this, part);
            return;
        }
        System.arraycopy(part, 0, memory, (int) offset, part.length);
        if (received == bytes) {
            body = new MemoryBody(memory);
        }
    }

    /** Whether all parts have come (if not yet written). */
    boolean isReceived() {
        return received == bytes;
    }

    /** The complete body, or null when it is not ready to be read. */
    DeliverySink.@Nullable SpooledBody body() {
        return body;
    }

    void ready(DeliverySink.SpooledBody spooled) {
        body = spooled;
    }

    /** Lets go of it, complete or not. */
    void drop(LinkEffects effects) {
        DeliverySink.SpooledBody ready = body;
        if (ready != null) {
            ready.close();
        } else if (memory == null) {
            effects.unspool(this);
        }
    }

    private static final class MemoryBody implements DeliverySink.SpooledBody {
        private final byte[] content;

        MemoryBody(byte[] content) {
            this.content = content;
        }

        @Override
        public long bytes() {
            return content.length;
        }

        @Override
        public void read(long position, byte[] target, int offset, int length) {
            System.arraycopy(content, Math.toIntExact(position), target, offset, length);
        }

        @Override
        public void close() {
            // The garbage collector does.
        }
    }
}
