package dev.sluice.server.shard;

import dev.sluice.server.core.Slab;
import dev.sluice.server.log.BatchLog;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A log of several servers: the test says who leads, and which batches are committed, those of other servers included. */
final class ScriptedLog implements BatchLog {
    /** Of the leadership as it is now. */
    long leadership;

    /** What was proposed and neither committed nor given up. */
    final Deque<Batch> proposed = new ArrayDeque<>();

    /** Every batch that was committed, in a form that another log takes. */
    final Deque<Batch> committed = new ArrayDeque<>();

    private final Deque<Batch> toShow = new ArrayDeque<>();
    private Slab.@Nullable Pool pool;
    private long index;

    /** Some commands, copied. */
    record Batch(
            long timestampMillis, byte[] bytes, @Nullable Slab slab, int offset) {}

    /** Most servers have the next of the batches that were proposed. */
    void commit() {
        Batch next = proposed.removeFirst();
        toShow.add(next);
        committed.add(next);
    }

    /** A batch of another leader is committed. */
    void commit(Batch foreign) {
        toShow.add(new Batch(foreign.timestampMillis, foreign.bytes, null, 0));
    }

    @Override
    public void start(long appliedIndex, Slab.Pool slabs, Listener listener) {
        pool = slabs;
    }

    @Override
    public boolean isReplicated() {
        return true;
    }

    @Override
    public long leadership() {
        if (leadership == FOLLOWS) {
            proposed.clear();
        }
        return leadership;
    }

    @Override
    public void propose(Slab slab, int offset, int length, long timestampMillis) {
        byte[] bytes = new byte[length];
        slab.buffer().getBytes(offset, bytes);
        proposed.add(new Batch(timestampMillis, bytes, slab, offset));
    }

    @Override
    public int poll(Listener listener) {
        int count = 0;
        for (Batch batch = toShow.poll(); batch != null; batch = toShow.poll()) {
            Slab own = batch.slab;
            if (own != null) {
                listener.committed(++index, batch.timestampMillis, own, batch.offset, batch.bytes.length);
            } else {
                Slab copy = pool.take(batch.bytes.length);
                copy.buffer().putBytes(0, batch.bytes);
                listener.committed(++index, batch.timestampMillis, copy, 0, batch.bytes.length);
                copy.release();
            }
            count++;
        }
        return count;
    }

    @Override
    public void truncate(long upTo) {}

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
    public void close() {}
}
