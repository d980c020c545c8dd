package dev.sluice.server.log;

import dev.sluice.base.Invariant;
import dev.sluice.server.core.Slab;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one server: segments in a directory, allocated ahead. A batch is written with its header at once and made durable, by the
 * calling thread while the disk is fast, by a thread of the log while it is slow. A write or a sync that fails is never tried again: the
 * log takes nothing more, and is recovered by a new start. Owner: the shard thread.
 */
public final class LocalLog implements BatchLog {
    private static final Logger LOG = LoggerFactory.getLogger(LocalLog.class);
    private static final int PROBES = 15;
    private static final int PROBES_MIN = 3;
    private static final long PROBE_NANOS_MAX = 100_000_000;
    private static final int PROBE_BYTES = 512;
    private static final long AWAIT_NANOS = 100_000;
    // Segments for acknowledgements when no more can be had.
    private static final long KEPT_BACK = 1;

    private final Disk disk;
    private final LogOptions options;
    private final Runnable onCommitted;
    private final LongSupplier nanoTime;
    private final SyncSpeed speed;
    private final ArrayDeque<Segment> segments = new ArrayDeque<>();
    private final ArrayDeque<Pending> proposed = new ArrayDeque<>();
    private final BatchHeader.Stamp stamp = new BatchHeader.Stamp();
    private final CRC32C crc = new CRC32C();
    private @Nullable SegmentSupply supply;
    // Once it was needed it is kept, and has nothing to do while batches are synced inline.
    private @Nullable SyncThread thread;
    private boolean inline = true;
    private @Nullable Segment current;
    private @Nullable Throwable failure;
    private long position;
    private long syncs;

    private LocalLog(Disk disk, LogOptions options, Runnable onCommitted, LongSupplier nanoTime) {
        this.disk = disk;
        this.options = options;
        this.onCommitted = onCommitted;
        this.nanoTime = nanoTime;
        speed = new SyncSpeed(options.sync());
    }

    /** A log in {@code directory}, which is created when it is not there. Whoever proposes polls for itself. */
    public static LocalLog open(Path directory, LogOptions options) {
        return open(directory, options, () -> {});
    }

    /** A log in {@code directory}; {@code onCommitted} runs on a thread of the log when there is something to poll. */
    public static LocalLog open(Path directory, LogOptions options, Runnable onCommitted) {
        try {
            return new LocalLog(new NioDisk(directory), options, onCommitted, System::nanoTime);
        } catch (IOException failure) {
            throw new LogException(
                    "the log directory " + directory + " cannot be created or read: " + failure, failure);
        }
    }

    /** A log on any disk, by any clock. */
    static LocalLog on(Disk disk, LogOptions options, LongSupplier nanoTime) {
        return new LocalLog(disk, options, () -> {}, nanoTime);
    }

    @Override
    public void start(long appliedIndex, Slab.Pool pool, Listener listener) {
        Invariant.check(current == null, "a log was started twice");
        try {
            Recovery.Found found = new Recovery(disk, appliedIndex).recover();
            segments.addAll(found.segments());
            goOnFrom(found);
            new Replay(pool, listener).run(found.segments(), appliedIndex, found.end());
            if (options.sync() == LogOptions.Sync.MEASURED) {
                probe();
            }
            inline = !speed.isSlow();
        } catch (IOException broken) {
            failure = broken;
            throw new LogException("the log in " + disk.name() + " cannot be read or prepared: " + broken, broken);
        } catch (RuntimeException broken) {
            failure = broken;
            throw broken;
        }
    }

    private void goOnFrom(Recovery.Found found) throws IOException {
        stamp.index = found.end().index();
        stamp.durableIndex = stamp.index;
        stamp.previousCrc = found.end().crc();
        position = found.end().position();
        discardOfAnotherSize(found.ready());
        int nextId = Recovery.nextId(found);
        if (segments.isEmpty()) {
            Segment first = found.ready().isEmpty()
                    ? SegmentSupply.allocate(disk, options, nextId++)
                    : found.ready().remove(0);
            segments.add(first);
            position = 0;
        }
        current = segments.getLast();
        supply = new SegmentSupply(disk, options, found.ready(), nextId);
    }

    // Segments that are ready were made with other options: none may be left out in the middle, so all go, the last one
    // first.
    private void discardOfAnotherSize(List<Segment> ready) throws IOException {
        if (ready.stream().allMatch(segment -> segment.bytes == options.segmentBytes())) {
            return;
        }
        while (!ready.isEmpty()) {
            Segment last = ready.remove(ready.size() - 1);
            last.closeQuietly();
            disk.delete(last.name());
        }
    }

    /** Judges the disk by small writes at the place where the next batch will stand. */
    private void probe() throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(PROBE_BYTES);
        try {
            Segment segment = current();
            int bytes = (int) Math.min(PROBE_BYTES, segment.bytes - position);
            long begun = nanoTime.getAsLong();
            int count = 0;
            while (count < PROBES && (count < PROBES_MIN || nanoTime.getAsLong() - begun < PROBE_NANOS_MAX)) {
                writeSynced(new Pending.Write(segment, position, zeros.clear().limit(bytes)));
                count++;
            }
            speed.judge();
            LOG.info(
                    "log=started directory={} sync_us={} thread={}",
                    disk.name(),
                    speed.averageNanos() / 1_000,
                    speed.isSlow());
        } finally {
            BufferUtil.free(zeros);
        }
    }

    /** Makes what is written durable on a thread from the next batch on, or here again, when the disk became slow or fast. */
    private void followDisk() {
        boolean fast = !speed.isSlow();
        if (fast == inline) {
            return;
        }
        while (failure == null && stamp.durableIndex < stamp.index) {
            take(syncThread().await(AWAIT_NANOS));
        }
        checkUsable();
        inline = fast;
        LOG.info("log=goes-on directory={} sync_us={} thread={}", disk.name(), speed.averageNanos() / 1_000, !inline);
    }

    @Override
    public void propose(Slab slab, int offset, int length, long timestampMillis) {
        checkUsable();
        Invariant.check(
                timestampMillis >= stamp.timestampMillis,
                "a batch is stamped %d, before the last one with %d",
                timestampMillis,
                stamp.timestampMillis);
        followDisk();
        Segment segment = segmentFor(length);
        stamp.index++;
        stamp.timestampMillis = timestampMillis;
        Pending batch = frame(segment, slab, offset, length);
        segment.lastIndex = stamp.index;
        position = BatchHeader.next(position, length);
        if (inline) {
            write(batch.write());
        } else {
            syncThread().submit(batch);
        }
        proposed.add(batch);
    }

    private Segment segmentFor(int length) {
        Segment segment = current();
        if (length > options.segmentBytes() - BatchHeader.BYTES) {
            throw new LogException("a batch of " + length + " bytes does not fit into a segment of the log of "
                    + options.segmentBytes() + " bytes");
        }
        if (position + BatchHeader.BYTES + length <= segment.bytes) {
            return segment;
        }
        try {
            Segment next = supply().take();
            segments.add(next);
            current = next;
            position = 0;
            return next;
        } catch (IOException full) {
            throw fail(full);
        }
    }

    private Pending frame(Segment segment, Slab slab, int offset, int length) {
        int start = offset - BatchHeader.BYTES;
        BatchHeader.encode(slab.buffer(), start, length, segment.id, stamp);
        ByteBuffer bytes = inline ? slab.bytes() : slab.bytes().duplicate();
        crc.reset();
        crc.update(bytes.limit(offset + length).position(start + BatchHeader.CRC_BYTES));
        stamp.previousCrc = (int) crc.getValue();
        BatchHeader.crc(slab.buffer(), start, stamp.previousCrc);
        bytes.position(start);
        Pending.Write write = new Pending.Write(segment, position, bytes);
        return new Pending(stamp.index, stamp.timestampMillis, slab, offset, length, write);
    }

    private void write(Pending.Write write) {
        try {
            writeSynced(write);
            write.bytes().clear();
            syncs++;
            stamp.durableIndex = stamp.index;
        } catch (IOException broken) {
            throw fail(broken);
        }
    }

    private void writeSynced(Pending.Write write) throws IOException {
        int bytes = write.bytes().remaining();
        long begun = nanoTime.getAsLong();
        write.segment().file.write(write.bytes(), write.position());
        write.segment().file.sync();
        long now = nanoTime.getAsLong();
        speed.add(now, now - begun, bytes);
    }

    @Override
    public int poll(Listener listener) {
        takeSynced();
        int count = 0;
        Pending batch = proposed.peek();
        while (batch != null && batch.index() <= stamp.durableIndex) {
            proposed.remove();
            listener.committed(batch.index(), batch.timestampMillis(), batch.slab(), batch.offset(), batch.length());
            count++;
            batch = proposed.peek();
        }
        return count;
    }

    private SyncThread syncThread() {
        SyncThread started = thread;
        if (started == null) {
            started = new SyncThread(options.shard(), onCommitted, nanoTime);
            thread = started;
        }
        return started;
    }

    private void takeSynced() {
        if (thread == null) {
            return;
        }
        for (SyncThread.Synced synced = thread.poll(); synced != null; synced = thread.poll()) {
            take(synced);
        }
    }

    private void take(SyncThread.@Nullable Synced synced) {
        if (synced == null) {
            return;
        }
        if (synced.failure() != null) {
            failure = synced.failure();
            return;
        }
        stamp.durableIndex = synced.index();
        syncs += synced.syncs();
        speed.add(synced.endNanos(), synced.nanos(), synced.bytes());
    }

    @Override
    public void truncate(long index) {
        while (segments.size() > 1 && segments.getFirst().lastIndex <= index) {
            supply().giveBack(segments.removeFirst());
        }
    }

    @Override
    public boolean hasRoom(long bytes) {
        takeSynced();
        if (failure != null || supply == null) {
            return false;
        }
        SegmentSupply segmentSupply = supply;
        while (!isEnough(segmentSupply, bytes)) {
            if (!segmentSupply.moreIsComing()) {
                return isEnough(segmentSupply, bytes);
            }
            segmentSupply.await();
        }
        return true;
    }

    private boolean isEnough(SegmentSupply segmentSupply, long bytes) {
        long ready = current().bytes - position + segmentSupply.readyBytes();
        return ready - bytes >= KEPT_BACK * options.segmentBytes();
    }

    @Override
    public long usedBytes() {
        long bytes = supply == null ? 0 : supply.readyBytes();
        for (Segment segment : segments) {
            bytes += segment.bytes;
        }
        return bytes;
    }

    @Override
    public @Nullable Throwable failure() {
        takeSynced();
        return failure;
    }

    @Override
    public long syncs() {
        return syncs;
    }

    /** Whether a thread of the log makes batches durable. */
    boolean syncsOnThread() {
        return !inline;
    }

    private void checkUsable() {
        takeSynced();
        if (failure != null) {
            throw new LogException(
                    "the log in " + disk.name() + " has failed and takes nothing more until a new start: "
                            + failure.getMessage(),
                    failure);
        }
    }

    private LogException fail(IOException broken) {
        failure = broken;
        return new LogException("the log in " + disk.name() + " cannot be written: " + broken.getMessage(), broken);
    }

    private Segment current() {
        Segment segment = current;
        if (segment == null) {
            throw new IllegalStateException("invariant broken: the log was not started");
        }
        return segment;
    }

    private SegmentSupply supply() {
        SegmentSupply ready = supply;
        if (ready == null) {
            throw new IllegalStateException("invariant broken: the log was not started");
        }
        return ready;
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.close();
        }
        if (supply != null) {
            supply.close();
        }
        segments.forEach(Segment::closeQuietly);
        current = null;
    }
}
