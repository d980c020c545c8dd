package dev.sluice.server.shard;

import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import dev.sluice.server.log.MemoryLog;
import org.jspecify.annotations.Nullable;

/** A log whose batches are made durable elsewhere: when the test says so, or never. */
class ThreadedLog implements BatchLog {
    boolean durable;
    boolean closed;

    @Nullable Throwable failure;

    private final MemoryLog log = new MemoryLog();

    @Override
    public void start(long appliedIndex, Slab.Pool pool, Listener listener) {
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        log.start(appliedIndex, pool, listener);
    }

    @Override
    public void propose(Slab slab, int offset, int length, long timestampMillis) {
        log.propose(slab, offset, length, timestampMillis);
    }

    @Override
    public int poll(Listener listener) {
        return durable ? log.poll(listener) : 0;
    }

    @Override
    public void truncate(long index) {}

    @Override
    public boolean hasRoom(long bytes) {
        return failure == null;
    }

    @Override
    public long usedBytes() {
        return 0;
    }

    @Override
    public @Nullable Throwable failure() {
        return failure;
    }

    @Override
    public long syncs() {
        return 0;
    }

    @Override
    public void close() {
        closed = true;
    }
}
