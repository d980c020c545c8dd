package dev.sluice.server.log;

import dev.sluice.server.core.Slab;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The log of a server without a disk: a batch is committed as soon as it is proposed, and nothing is kept. Owner: the shard thread. */
public final class MemoryLog implements BatchLog {
    private final ArrayDeque<Batch> committed = new ArrayDeque<>();
    private long index;

    /** Empty. */
    public MemoryLog() {}

    @Override
    public void start(long appliedIndex, Slab.Pool pool, Listener listener) {
        index = appliedIndex;
    }

    @Override
    public void propose(Slab slab, int offset, int length, long timestampMillis) {
        committed.add(new Batch(++index, timestampMillis, slab, offset, length));
    }

    @Override
    public int poll(Listener listener) {
        int count = 0;
        for (Batch batch = committed.poll(); batch != null; batch = committed.poll()) {
            listener.committed(batch.index, batch.timestampMillis, batch.slab, batch.offset, batch.length);
            count++;
        }
        return count;
    }

    @Override
    public void truncate(long upTo) {
        // Nothing is kept, so nothing goes.
    }

    @Override
    public boolean hasRoom(long bytes) {
        return true;
    }

    @Override
    public long usedBytes() {
        return 0;
    }

    @Override
    public @Nullable Throwable failure() {
        return null;
    }

    @Override
    public long syncs() {
        return 0;
    }

    @Override
    public void close() {
        committed.clear();
    }

    private record Batch(long index, long timestampMillis, Slab slab, int offset, int length) {}
}
