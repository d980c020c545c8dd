package dev.sluice.server.shard;

import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import dev.sluice.server.log.CommandEncoder;
import dev.sluice.wire.Wire;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The batch that is being put together, in the slab it is written from. Owner: the shard thread. */
final class Batch {
    /** A batch that has reached this is proposed. */
    static final int BYTES_MAX = 1024 * 1024;

    /** A frame becomes a command that is at most this much longer. */
    private static final int COMMAND_OVERHEAD = 256;

    private static final int SLAB_BYTES_MIN =
            BatchLog.HEADER_BYTES + Wire.FRAME_BYTES_MAX + 2 * COMMAND_OVERHEAD + 64 * 1024;
    private static final int ALIGNMENT = 8;

    private final CommandEncoder encoder = new CommandEncoder();
    private final Slab.Pool pool;
    private final BatchLog log;
    private @Nullable Slab slab;
    private int start;
    /** The slabs of the batches that were proposed and are not applied, in order. */
    private final ArrayDeque<Slab> underWay = new ArrayDeque<>();

    private long applied;

    Batch(Slab.Pool pool, BatchLog log) {
        this.pool = pool;
        this.log = log;
    }

    /** The commands go here, after {@link #hasRoom} said yes. */
    CommandEncoder encoder() {
        return encoder;
    }

    boolean isEmpty() {
        return slab == null || encoder.position() == start + BatchLog.HEADER_BYTES;
    }

    /** Of the commands in it. */
    int bytes() {
        return slab == null ? 0 : encoder.position() - start - BatchLog.HEADER_BYTES;
    }

    /** Whether the command of a frame of {@code frameBytes} fits; if not, the batch is to be proposed first. */
    boolean hasRoom(int frameBytes) {
        int needed = frameBytes + COMMAND_OVERHEAD;
        Slab current = slab;
        if (current == null) {
            open();
            return true;
        }
        if (isEmpty() && current.buffer().capacity() - encoder.position() < needed) {
            renew();
            return true;
        }
        return bytes() + needed <= BYTES_MAX + Wire.FRAME_BYTES_MAX
                && (isEmpty() || bytes() < BYTES_MAX)
                && current.buffer().capacity() - encoder.position() >= needed;
    }

    private void open() {
        slab = pool.take(SLAB_BYTES_MIN);
        start = slab.position();
        encoder.into(slab, start + BatchLog.HEADER_BYTES);
    }

    private void renew() {
        Slab full = slab;
        if (full != null) {
            full.release();
        }
        open();
    }

    /** Whether there is room for something; when not, a batch that is applied makes some. */
    boolean takesMore() {
        Slab current = slab;
        return current == null
                || isEmpty()
                || (bytes() < BYTES_MAX && current.buffer().capacity() - encoder.position() >= COMMAND_OVERHEAD);
    }

    /** A batch that stands in the slab was applied: one of these, when it is the next one of them. */
    void applied(Slab of) {
        if (underWay.peekFirst() == of) {
            underWay.removeFirst();
            applied++;
            of.release();
        }
    }

    /** The number of the batch that is being put together; each has one more than the one before. */
    long number() {
        return applied + underWay.size();
    }

    /** Whether a batch was proposed that is not applied. */
    boolean isUnderWay() {
        return !underWay.isEmpty();
    }

    /** Whether the batch of this number was applied. */
    boolean isApplied(long number) {
        return number < applied;
    }

    /** Proposes what there is; the next batch begins behind it. */
    void propose(long timestampMillis) {
        Slab current = slab;
        if (current == null || isEmpty()) {
            return;
        }
        int offset = start + BatchLog.HEADER_BYTES;
        int end = encoder.position();
        // The bytes are needed until the batch is applied, though no message in it may keep the slab.
        current.retain();
        log.propose(current, offset, end - offset, timestampMillis);
        underWay.addLast(current);
        start = (end + ALIGNMENT - 1) & -ALIGNMENT;
        if (current.buffer().capacity() - start < BatchLog.HEADER_BYTES + 16 * 1024) {
            renew();
        } else {
            current.position(start);
            encoder.into(current, start + BatchLog.HEADER_BYTES);
        }
    }

    /** Nothing more is proposed, and what is under way is not waited for. */
    void close() {
        underWay.forEach(Slab::release);
        underWay.clear();
        Slab last = slab;
        slab = null;
        if (last != null) {
            last.release();
        }
    }
}
