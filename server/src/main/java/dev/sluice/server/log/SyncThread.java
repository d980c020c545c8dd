package dev.sluice.server.log;

import dev.sluice.base.Worker;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches and makes all that wait durable with one sync. The batches of a segment are durable before one of the next is written.
 * After a failure nothing is written any more.
 */
final class SyncThread implements AutoCloseable {
    private static final int BATCHES_PER_SYNC = 256;

    private final LongSupplier nanoTime;
    private final Worker<Pending, Synced> worker;
    // Owner of these two: the thread.
    private @Nullable Segment dirty;
    private @Nullable Throwable failure;

    SyncThread(int shard, Runnable onSynced, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        worker = new Worker<>("sluice-log-" + shard, BATCHES_PER_SYNC, this::run, onSynced);
    }

    /** What is durable now, since {@code endNanos}, and what it took; or why it cannot be. */
    record Synced(
            long index,
            int syncs,
            long bytes,
            long nanos,
            long endNanos,
            @Nullable Throwable failure) {}

    /** For the shard thread. */
    void submit(Pending batch) {
        worker.submit(batch);
    }

    /** For the shard thread. */
    @Nullable Synced poll() {
        return worker.poll();
    }

    /** For the shard thread, where it has to wait anyway: null when there is none after at most {@code nanosMax}. */
    @Nullable Synced await(long nanosMax) {
        return worker.await(nanosMax);
    }

    private void run(List<Pending> batches, Consumer<Synced> answer) {
        if (failure == null) {
            try {
                long begun = nanoTime.getAsLong();
                long bytes = 0;
                int syncs = 0;
                for (Pending batch : batches) {
                    Pending.Write write = batch.write();
                    syncs += dirty != write.segment() ? sync() : 0;
                    dirty = write.segment();
                    bytes += write.bytes().remaining();
                    write.segment().file.write(write.bytes(), write.position());
                }
                syncs += sync();
                long end = nanoTime.getAsLong();
                answer.accept(
                        new Synced(batches.get(batches.size() - 1).index(), syncs, bytes, end - begun, end, null));
                return;
            } catch (IOException | RuntimeException | Error broken) {
                failure = broken;
            }
        }
        answer.accept(new Synced(0, 0, 0, 0, 0, failure));
    }

    private int sync() throws IOException {
        if (dirty == null) {
            return 0;
        }
        Segment segment = dirty;
        dirty = null;
        segment.file.sync();
        return 1;
    }

    /** Writes what was submitted, then ends. */
    @Override
    public void close() {
        worker.close();
    }
}
