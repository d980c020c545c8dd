package dev.sluice.server.log;

import dev.sluice.server.core.Slab;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A log in the hands of a test: batches are texts. */
final class LogDriver implements AutoCloseable {
    static final int SLAB_BYTES = 2048;

    final LocalLog log;
    /** What was shown, by replay or as committed, each as {@code index:text}. */
    final List<String> shown = new ArrayList<>();

    private final HeapOfSlabs pool = new HeapOfSlabs();
    private long timestamp = 1_000;
    private long index;

    LogDriver(PowerDisk disk, LogOptions options, long appliedIndex) {
        log = LocalLog.on(disk, options, disk::nanoTime);
        index = appliedIndex;
        start(appliedIndex);
    }

    LogDriver(LocalLog log, long appliedIndex) {
        this.log = log;
        index = appliedIndex;
        start(appliedIndex);
    }

    private void start(long appliedIndex) {
        try {
            log.start(appliedIndex, pool, this::show);
        } catch (RuntimeException failure) {
            log.close();
            throw failure;
        }
    }

    private void show(long at, long timestampMillis, Slab slab, int offset, int length) {
        byte[] bytes = new byte[length];
        slab.buffer().getBytes(offset, bytes);
        shown.add(at + ":" + new String(bytes, StandardCharsets.UTF_8));
        timestamp = Math.max(timestamp, timestampMillis);
        index = at;
    }

    /** Proposes a batch; the slab stays taken until it was shown, for the log may still write from it. */
    void propose(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Slab slab = pool.take(BatchLog.HEADER_BYTES + bytes.length);
        slab.buffer().putBytes(BatchLog.HEADER_BYTES, bytes);
        log.propose(slab, BatchLog.HEADER_BYTES, bytes.length, ++timestamp);
    }

    /** Proposes, and waits until the batch is shown. */
    void append(String text) {
        long before = index;
        propose(text);
        while (index == before) {
            if (log.poll(this::show) == 0) {
                if (log.failure() != null) {
                    throw new LogException("failed", log.failure());
                }
                LockSupport.parkNanos(10_000);
            }
        }
    }

    int poll() {
        return log.poll(this::show);
    }

    long index() {
        return index;
    }

    @Override
    public void close() {
        log.close();
    }

    /** Slabs that nobody keeps. */
    private static final class HeapOfSlabs implements Slab.Pool {
        @Override
        public Slab take(int minimumBytes) {
            Slab slab = new Slab(ByteBuffer.allocateDirect(Math.max(SLAB_BYTES, minimumBytes)), this);
            slab.retain();
            return slab;
        }

        @Override
        public void free(Slab slab) {
            // The garbage collector takes it.
        }
    }
}
