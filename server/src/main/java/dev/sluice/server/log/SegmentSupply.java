package dev.sluice.server.log;

import dev.sluice.base.Worker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Keeps segments ready ahead of the log, so that the current one never fails for want of space and a new one costs no wait. Files are
 * allocated by writing zeros, so that a later write and sync touch no metadata, or are old segments under a new name. The slow part runs on
 * a thread of its own, in order, so that ids have no gaps. Owner: the shard thread.
 */
final class SegmentSupply implements AutoCloseable {
    /** With the current one, so many files go round when the disk is full: one is kept back, one filled, one on its way back. */
    static final int SPARES = 2;

    /**
     * While the disk has room, as many old ones are kept as come back at once from a busy store: zeros of new ones would be a quarter of what is
     * written to the disk. When it has room no more they go as they come back, not before.
     */
    private static final int KEPT_MAX = 6;

    private static final long RETRY_NANOS = 500_000_000;
    private static final long WAIT_NANOS = 100_000;
    private static final int ZEROS_BYTES = 256 << 10;
    private static final int RESERVE_SHARE = 8;
    private static final long RESERVE_BYTES_MAX = 256L << 20;

    private final Disk disk;
    private final LogOptions options;
    private final ArrayDeque<Segment> spares = new ArrayDeque<>();
    private final Worker<Order, Delivery> worker;
    private int allocating;
    private int recycling;
    private @Nullable IOException refusal;
    private long refusedNanos;

    SegmentSupply(Disk disk, LogOptions options, List<Segment> ready, int nextId) {
        this.disk = disk;
        this.options = options;
        spares.addAll(ready);
        worker = new Worker<>(
                "sluice-segments-" + options.shard(), 1, new Workshop(disk, options, nextId)::run, () -> {});
        order();
    }

    /** What the thread is to do: make a segment (of an old one when there is one), or do away with the old one. */
    private record Order(@Nullable Segment old, boolean discard) {}

    /** Its answer to all but a discard. */
    private record Delivery(
            boolean recycled,
            @Nullable Segment segment,
            @Nullable IOException refusal) {}

    /** The next segment. Waits while one is on its way. */
    Segment take() throws IOException {
        receive();
        while (spares.isEmpty() && onTheWay() > 0) {
            await();
        }
        Segment segment = spares.poll();
        if (segment == null) {
            throw new IOException("there is no space for another segment", refusal);
        }
        order();
        return segment;
    }

    /** Waits for an answer of the thread. The disk is slower than what is written then, so its owner has to wait anyway. */
    void await() {
        receive(worker.await(WAIT_NANOS));
        receive();
    }

    /** Takes back a segment whose batches are no longer needed. */
    void giveBack(Segment old) {
        receive();
        // One that is being allocated does not count: it may be refused.
        boolean discard = old.bytes != options.segmentBytes() || spares.size() + recycling >= keptMax();
        worker.submit(new Order(old, discard));
        recycling += discard ? 0 : 1;
    }

    private int keptMax() {
        try {
            boolean roomy = disk.usableBytes() - reserve(disk, options) >= (long) KEPT_MAX * options.segmentBytes();
            return roomy ? KEPT_MAX : SPARES;
        } catch (IOException unknown) {
            return SPARES;
        }
    }

    /** Whether a segment is on its way; a refused one is asked for again from time to time. */
    boolean moreIsComing() {
        receive();
        if (refusal == null || System.nanoTime() - refusedNanos > RETRY_NANOS) {
            order();
        }
        return onTheWay() > 0;
    }

    /** Bytes in segments that are ready. */
    long readyBytes() {
        receive();
        long bytes = 0;
        for (Segment spare : spares) {
            bytes += spare.bytes;
        }
        return bytes;
    }

    private void order() {
        if (spares.size() + onTheWay() < SPARES) {
            worker.submit(new Order(null, false));
            allocating++;
        }
    }

    private int onTheWay() {
        return allocating + recycling;
    }

    private void receive() {
        for (Delivery delivery = worker.poll(); delivery != null; delivery = worker.poll()) {
            receive(delivery);
        }
    }

    private void receive(@Nullable Delivery delivery) {
        if (delivery == null) {
            return;
        }
        allocating -= delivery.recycled ? 0 : 1;
        recycling -= delivery.recycled ? 1 : 0;
        refusal = delivery.refusal;
        if (delivery.segment != null) {
            spares.add(delivery.segment);
            order();
        } else {
            refusedNanos = System.nanoTime();
        }
    }

    /** Makes a segment durable under its name, or leaves nothing behind. */
    static Segment allocate(Disk disk, LogOptions options, int id) throws IOException {
        long reserve = reserve(disk, options);
        long usable = disk.usableBytes();
        if (usable < options.segmentBytes() + reserve) {
            throw new IOException("a segment of the log needs " + options.segmentBytes() + " bytes beside a reserve of "
                    + reserve + ", and " + disk.name() + " has " + usable + " left: free space there");
        }
        Disk.DiskFile file = disk.open(Segment.ALLOCATING);
        try {
            fill(file, options.segmentBytes());
            disk.rename(Segment.ALLOCATING, Segment.name(id));
            disk.sync();
            return new Segment(id, file, options.segmentBytes());
        } catch (IOException failure) {
            file.close();
            disk.delete(Segment.ALLOCATING);
            throw failure;
        }
    }

    private static long reserve(Disk disk, LogOptions options) throws IOException {
        return options.diskReserveBytes() > 0
                ? options.diskReserveBytes()
                : Math.min(disk.totalBytes() / RESERVE_SHARE, RESERVE_BYTES_MAX);
    }

    private static void fill(Disk.DiskFile file, int bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        try {
            for (int at = 0; at < bytes; at += ZEROS_BYTES) {
                zeros.clear().limit(Math.min(ZEROS_BYTES, bytes - at));
                file.write(zeros, at);
            }
            file.sync();
        } finally {
            BufferUtil.free(zeros);
        }
    }

    @Override
    public void close() {
        worker.close();
        receive();
        spares.forEach(Segment::closeQuietly);
    }

    /** The slow part. It alone gives ids, and only to what was made, so that they have no gaps. Owner: the thread of the supply. */
    private static final class Workshop {
        private final Disk disk;
        private final LogOptions options;
        private int nextId;
        // After a failed rename or removal nothing old is touched any more: an id missing in the middle would stop the
        // next start.
        private @Nullable IOException stuck;

        Workshop(Disk disk, LogOptions options, int nextId) {
            this.disk = disk;
            this.options = options;
            this.nextId = nextId;
        }

        void run(List<Order> orders, Consumer<Delivery> answer) {
            for (Order order : orders) {
                if (order.discard) {
                    discard(order.old);
                } else {
                    answer.accept(deliver(order.old));
                }
            }
        }

        private Delivery deliver(@Nullable Segment old) {
            try {
                Segment segment = old == null ? allocate(disk, options, nextId) : recycle(old);
                nextId++;
                return new Delivery(old != null, segment, null);
            } catch (IOException failure) {
                return new Delivery(old != null, null, failure);
            }
        }

        private Segment recycle(Segment old) throws IOException {
            if (stuck != null) {
                throw stuck;
            }
            try {
                disk.rename(old.name(), Segment.name(nextId));
                disk.sync();
                return new Segment(nextId, old.file, old.bytes);
            } catch (IOException failure) {
                stuck = failure;
                throw failure;
            }
        }

        private void discard(@Nullable Segment old) {
            if (old == null || stuck != null) {
                return;
            }
            try {
                old.closeQuietly();
                disk.delete(old.name());
            } catch (IOException failure) {
                stuck = failure;
            }
        }
    }
}
